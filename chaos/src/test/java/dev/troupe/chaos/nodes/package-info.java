/** The simulation of whole nodes, run over many seeds, and proof that it finds planted bugs. */
@NullMarked
package dev.troupe.chaos.nodes;

import org.jspecify.annotations.NullMarked;
