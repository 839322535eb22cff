package dev.troupe.sql.type;

/**
 * A time of day with its offset from UTC. Ordered by the moment in UTC first, then by offset, the
 * most eastern one first, as PostgreSQL does.
 *
 * @param micros since midnight of the local clock; 24:00 is allowed
 * @param secondsWest seconds west of Greenwich: UTC = local + secondsWest. The opposite sign of
 *     what is printed: {@code +02} has -7200
 */
public record TimeTz(long micros, int secondsWest) implements Comparable<TimeTz> {
  private static final long MICROS_PER_SECOND = 1_000_000L;

  /** Microseconds since midnight UTC; may lie outside of a day. */
  public long utcMicros() {
    return micros + secondsWest * MICROS_PER_SECOND;
  }

  @Override
  public int compareTo(TimeTz other) {
    int byMoment = Long.compare(utcMicros(), other.utcMicros());
    return byMoment != 0 ? byMoment : Integer.compare(secondsWest, other.secondsWest);
  }
}
