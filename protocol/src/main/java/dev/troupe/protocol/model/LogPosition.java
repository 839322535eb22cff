package dev.troupe.protocol.model;

/** Index and term of one log entry; {@link #ZERO} stands before the first. */
public record LogPosition(long index, long term) {
  public static final LogPosition ZERO = new LogPosition(0, 0);

  @Override
  public String toString() {
    return index + "@" + term;
  }
}
