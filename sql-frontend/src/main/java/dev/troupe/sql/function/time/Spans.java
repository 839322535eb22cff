package dev.troupe.sql.function.time;

import dev.troupe.sql.type.Interval;

/** Lengths of intervals. */
public final class Spans {
  private Spans() {}

  /** Estimated, with months of 30 days. */
  public static double micros(Interval span) {
    return span.estimatedMicros().doubleValue();
  }
}
