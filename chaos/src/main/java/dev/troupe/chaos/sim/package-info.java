/**
 * Deterministic simulation of one Raft group: one thread, virtual time, one seed. The core is the
 * product's; network, disk, clocks, clients and faults are simulated.
 */
@NullMarked
package dev.troupe.chaos.sim;

import org.jspecify.annotations.NullMarked;
