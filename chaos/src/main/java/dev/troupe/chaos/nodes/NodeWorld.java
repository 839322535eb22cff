package dev.troupe.chaos.nodes;

import dev.troupe.chaos.sim.EventQueue;
import dev.troupe.chaos.sim.SimRandom;
import dev.troupe.chaos.sim.Trace;

/** What all parts of one simulation share. */
record NodeWorld(
    NodeOptions options,
    EventQueue time,
    SimRandom random,
    Trace trace,
    NodeCoverage coverage,
    Alarm alarm) {

  long now() {
    return time.now();
  }
}
