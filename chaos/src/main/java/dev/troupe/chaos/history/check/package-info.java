/**
 * Judges histories: one checker a workload. A checker never reports what did not happen; what it
 * cannot decide it says.
 */
@NullMarked
package dev.troupe.chaos.history.check;

import org.jspecify.annotations.NullMarked;
