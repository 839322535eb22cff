/** The simulation, run over many seeds, and proof that it finds planted bugs. */
@NullMarked
package dev.troupe.chaos.sim;

import org.jspecify.annotations.NullMarked;
