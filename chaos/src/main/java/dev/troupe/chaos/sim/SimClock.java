package dev.troupe.chaos.sim;

/**
 * A node's monotonic clock: starts anywhere and runs a little too fast or too slow. It goes on
 * while the node is paused.
 */
public final class SimClock {
  private static final long MILLION = 1_000_000;
  private final long origin;
  private long base;
  private long since;
  private long driftPpm;

  /**
   * @param origin what the clock shows at the beginning
   * @param driftPpm how much too fast it runs, in millionths
   */
  public SimClock(long origin, long driftPpm) {
    this.origin = origin;
    this.base = origin;
    this.driftPpm = driftPpm;
  }

  public long at(long simulatedNanos) {
    long passed = simulatedNanos - since;
    return base + passed + passed * driftPpm / MILLION;
  }

  public void setDrift(long simulatedNanos, long ppm) {
    base = at(simulatedNanos);
    since = simulatedNanos;
    driftPpm = ppm;
  }

  @Override
  public String toString() {
    return "clock(origin %d, drift %d ppm)".formatted(origin, driftPpm);
  }
}
