package dev.troupe.chaos.sim;

/** What all parts of one simulation share. */
record SimWorld(EventQueue time, SimRandom random, Trace trace, Coverage coverage) {}
