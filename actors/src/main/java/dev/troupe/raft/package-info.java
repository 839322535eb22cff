/**
 * Raft as a pure state machine: inputs in, {@link dev.troupe.raft.Ready} out. No clock, thread,
 * randomness, disk or actor in here; time comes in as numbers, randomness through a port.
 */
@NullMarked
package dev.troupe.raft;

import org.jspecify.annotations.NullMarked;
