package dev.troupe.txn;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory that all open transactions of a node may take together for what they write. Any thread.
 */
final class MemoryBudget {
  private final long max;
  private final AtomicLong used = new AtomicLong();

  MemoryBudget(long bytesMax) {
    this.max = bytesMax;
  }

  /** Takes memory, which is to be given back in any case; false when there is not enough. */
  boolean take(long bytes) {
    return used.addAndGet(bytes) <= max;
  }

  void give(long bytes) {
    used.addAndGet(-bytes);
  }

  long used() {
    return used.get();
  }
}
