package dev.troupe.sql.exec;

/** A compiled step of a plan, from which it can be run any number of times. Immutable. */
@FunctionalInterface
interface Step {
  Operator open(Execution run);
}
