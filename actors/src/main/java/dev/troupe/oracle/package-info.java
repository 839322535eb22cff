/**
 * The timestamp oracle: the node that leads the system range gives out timestamps, each above all
 * that were given out before anywhere. Why that holds: docs/decisions/0010.
 */
@NullMarked
package dev.troupe.oracle;

import org.jspecify.annotations.NullMarked;
