package dev.troupe.protocol.model;

/**
 * Version of a value: 48 bits of milliseconds since 1970 above 16 bits of counter, compared as an
 * unsigned number. Zero is "before everything".
 */
public record Timestamp(long value) implements Comparable<Timestamp> {
  public static final Timestamp MIN = new Timestamp(0);
  public static final Timestamp MAX = new Timestamp(-1L);
  public static final int COUNTER_BITS = 16;

  public static Timestamp of(long millis, int counter) {
    if (millis < 0 || millis >= 1L << 48 || counter < 0 || counter >= 1 << COUNTER_BITS) {
      throw new IllegalArgumentException(
          "timestamp out of range: " + millis + " ms, counter " + counter);
    }
    return new Timestamp(millis << COUNTER_BITS | counter);
  }

  public long millis() {
    return value >>> COUNTER_BITS;
  }

  public int counter() {
    return (int) (value & 0xFFFF);
  }

  /** The next timestamp; a full counter borrows from the next millisecond. */
  public Timestamp next() {
    return new Timestamp(value + 1);
  }

  public Timestamp max(Timestamp other) {
    return compareTo(other) >= 0 ? this : other;
  }

  @Override
  public int compareTo(Timestamp other) {
    return Long.compareUnsigned(value, other.value);
  }

  @Override
  public String toString() {
    return millis() + "." + counter();
  }
}
