package dev.troupe.oracle;

import dev.troupe.protocol.metric.Histogram;
import java.util.concurrent.atomic.LongAdder;

/** What a node has done as the oracle, and as its client, since it started. Any thread. */
public final class OracleMetrics {
  private final LongAdder granted = new LongAdder();
  private final LongAdder requests = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder batches = new LongAdder();
  private final LongAdder waits = new LongAdder();
  private final Histogram waited = Histogram.ofNanos();
  private final LongAdder tenures = new LongAdder();
  private final LongAdder windows = new LongAdder();

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
    return waited.sum();
  }

  /** How long they have waited, each; nanoseconds. Those that did not have to wait are left out. */
  public Histogram waited() {
    return waited;
  }

  /** Times that this node became the oracle. */
  public long tenures() {
    return tenures.sum();
  }

  /** Times that this node, as the oracle, had a window ahead of itself put on record. */
  public long windows() {
    return windows.sum();
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
    waited.record(nanos);
  }

  void asked() {
    batches.increment();
  }

  void tenure() {
    tenures.increment();
  }

  void window() {
    windows.increment();
  }
}
