/** Transactions of unusual size, length and number, one command each. */
@NullMarked
package dev.troupe.loadgen.limits;

import org.jspecify.annotations.NullMarked;
