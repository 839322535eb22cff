package dev.troupe.sql.exec;

/** A compiled step of a plan, from which it can be run any number of times. Immutable. */
@FunctionalInterface
interface Step {
  Operator open(Execution run);

  /**
   * Opens it for a consumer that takes no more than so many rows, which can spare work.
   *
   * @param wanted at least one
   */
  default Operator open(Execution run, long wanted) {
    return open(run);
  }
}
