package dev.troupe.loadgen.run;

/**
 * When a user's steps ought to start. A closed loop starts the next one when the last is done. An
 * open loop has a timetable, and latencies count from the planned start: a stall of the server is
 * charged to every step that it delays, not to one alone.
 */
final class Pacer {
  private static final double NANOS_PER_SECOND = 1e9;

  private final double intervalNanos;
  private double next;

  private Pacer(double first, double intervalNanos) {
    this.next = first;
    this.intervalNanos = intervalNanos;
  }

  static Pacer closedLoop() {
    return new Pacer(0, 0);
  }

  /**
   * @param rate steps per second of all users together
   */
  static Pacer openLoop(double rate, int user, int users) {
    double step = NANOS_PER_SECOND / rate;
    return new Pacer(user * step, users * step);
  }

  /**
   * Planned start of the next step.
   *
   * @param sinceStartNanos now, counted from the start of the run, as is the result
   */
  long plan(long sinceStartNanos) {
    if (intervalNanos == 0) {
      return sinceStartNanos;
    }
    long planned = (long) next;
    next += intervalNanos;
    return planned;
  }
}
