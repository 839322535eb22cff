package dev.troupe.store;

/**
 * How fast a node sends snapshots, all of them together: what they read and send is taken from the
 * same disk and network as clients' requests. Any thread.
 */
final class SnapshotPace {
  /** What may be sent at once after a pause, in nanoseconds of the rate. */
  private static final long BURST_NANOS = 100_000_000L;

  private final double nanosPerByte;
  private long nextAt;

  /**
   * Nothing was sent yet.
   *
   * @param bytesPerSecond zero for as fast as can be
   */
  SnapshotPace(long bytesPerSecond, long now) {
    nanosPerByte = bytesPerSecond == 0 ? 0 : 1e9 / bytesPerSecond;
    nextAt = now;
  }

  /**
   * Takes the right to send so many bytes.
   *
   * @return 0 when it was taken; otherwise for how many nanoseconds it is to be waited, and nothing
   *     was taken
   */
  synchronized long take(int bytes, long now) {
    if (nextAt - now > 0) {
      return nextAt - now;
    }
    nextAt = Math.max(nextAt, now - BURST_NANOS) + (long) (bytes * nanosPerByte);
    return 0;
  }
}
