package dev.troupe.gc;

import java.util.concurrent.atomic.LongAdder;

/** What was collected on a node since its part in the cluster was started. Any thread. */
public final class CollectionCounts {
  private final LongAdder seen = new LongAdder();
  private final LongAdder removed = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder records = new LongAdder();
  private final LongAdder raises = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private volatile long lagMillis;

  /** Versions looked at here. */
  public long versionsSeen() {
    return seen.sum();
  }

  /** Versions removed here. */
  public long versionsRemoved() {
    return removed.sum();
  }

  /** Bytes of keys and values of those. */
  public long bytesRemoved() {
    return bytes.sum();
  }

  /** Records of transactions removed from ranges that are led here. */
  public long recordsRemoved() {
    return records.sum();
  }

  /** How often the horizon of a range led here was raised. */
  public long raises() {
    return raises.sum();
  }

  /** Raises and removals that failed; each is tried again. */
  public long failures() {
    return failures.sum();
  }

  /**
   * By how much the worst range that is led here and has something to collect was behind its
   * retention, when this was last looked at; in milliseconds.
   */
  public long lagMillis() {
    return lagMillis;
  }

  void swept(long versionsSeen, long versionsRemoved, long bytesRemoved) {
    seen.add(versionsSeen);
    removed.add(versionsRemoved);
    bytes.add(bytesRemoved);
  }

  void recordsRemoved(int count) {
    records.add(count);
  }

  void raised() {
    raises.increment();
  }

  void failed() {
    failures.increment();
  }

  void lag(long millis) {
    lagMillis = millis;
  }
}
