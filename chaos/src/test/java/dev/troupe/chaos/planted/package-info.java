/**
 * Proof that the simulation finds bugs: the product's sources are compiled once more with one thing
 * changed, and the simulation has to notice.
 */
@NullMarked
package dev.troupe.chaos.planted;

import org.jspecify.annotations.NullMarked;
