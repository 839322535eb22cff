package dev.troupe.oracle;

import java.util.concurrent.atomic.LongAdder;

/** What the oracle's client on a node has done since it started. Any thread. */
public final class OracleMetrics {
  private final LongAdder granted = new LongAdder();
  private final LongAdder requests = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder batches = new LongAdder();
  private final LongAdder waits = new LongAdder();
  private final LongAdder waitNanos = new LongAdder();

  /** Timestamps that requests of this node were given. */
  public long granted() {
    return granted.sum();
  }

  /** Requests for timestamps. */
  public long requests() {
    return requests.sum();
  }

  /** Requests that were given nothing. */
  public long failed() {
    return failed.sum();
  }

  /** Requests that were not answered at once on the caller's thread. */
  public long waits() {
    return waits.sum();
  }

  /** How long requests that were given something have waited, in sum. */
  public long waitNanos() {
    return waitNanos.sum();
  }

  /** Questions to the oracle, each for all the requests that waited. */
  public long batches() {
    return batches.sum();
  }

  void requested() {
    requests.increment();
  }

  void granted(int count) {
    granted.add(count);
  }

  void failure() {
    failed.increment();
  }

  void waiting() {
    waits.increment();
  }

  void waited(long nanos) {
    waitNanos.add(nanos);
  }

  void asked() {
    batches.increment();
  }
}
