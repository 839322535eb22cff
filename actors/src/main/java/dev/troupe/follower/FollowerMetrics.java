package dev.troupe.follower;

import java.util.concurrent.atomic.LongAdder;

/** What a node has done for reads from near replicas since it started. Any thread. */
public final class FollowerMetrics {
  private final LongAdder served = new LongAdder();
  private final LongAdder waited = new LongAdder();
  private final LongAdder redirected = new LongAdder();
  private final LongAdder published = new LongAdder();

  /** Reads that replicas of this node answered without leading. */
  public long served() {
    return served.sum();
  }

  /** Reads that had to wait until their timestamp was closed. */
  public long waited() {
    return waited.sum();
  }

  /** Reads of this node's clients that no replica could answer, so that leaders did. */
  public long redirected() {
    return redirected.sum();
  }

  /** Messages about closed timestamps that this node sent by itself. */
  public long published() {
    return published.sum();
  }

  void onServed() {
    served.increment();
  }

  void onWait() {
    waited.increment();
  }

  void onRedirect() {
    redirected.increment();
  }

  void onPublish() {
    published.increment();
  }
}
