package dev.troupe.sql.exec;

import java.util.concurrent.atomic.LongAdder;

/** What all statements of a node hold together, and have put into temporary files. Any thread. */
public final class MemoryUse {
  private final LongAdder held = new LongAdder();
  private final LongAdder spills = new LongAdder();
  private final LongAdder spilledBytes = new LongAdder();

  /** Bytes of rows and groups held now. */
  public long heldBytes() {
    return held.sum();
  }

  /** Sorted runs that were put into temporary files. */
  public long spills() {
    return spills.sum();
  }

  /** Bytes of those. */
  public long spilledBytes() {
    return spilledBytes.sum();
  }

  void taken(long bytes) {
    held.add(bytes);
  }

  void spilled(long bytes) {
    spills.increment();
    spilledBytes.add(bytes);
  }
}
