/**
 * Where replicas and leaders should be: a planner that is a function of what it is shown, and the
 * steward that has its plans carried out. Pure: no actor, clock, thread, randomness or logger.
 */
@NullMarked
package dev.troupe.placement;

import org.jspecify.annotations.NullMarked;
