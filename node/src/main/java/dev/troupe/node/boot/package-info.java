/**
 * The process: opens the store, the doors and the cluster part, and ties their lifetimes together.
 */
@NullMarked
package dev.troupe.node.boot;

import org.jspecify.annotations.NullMarked;
