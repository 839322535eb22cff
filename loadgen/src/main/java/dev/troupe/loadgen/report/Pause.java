package dev.troupe.loadgen.report;

/**
 * A time without a successful write.
 *
 * @param beginNanos counted from the beginning of the measurement
 */
public record Pause(long beginNanos, long nanos) {
  public static final Pause NONE = new Pause(0, 0);

  public Pause longer(Pause other) {
    return other.nanos > nanos ? other : this;
  }
}
