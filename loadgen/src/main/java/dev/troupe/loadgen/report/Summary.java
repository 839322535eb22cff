package dev.troupe.loadgen.report;

import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What a run did, warm-up excluded.
 *
 * @param latencies in nanoseconds, of the successful steps only
 * @param longestPause longest time without a successful write of anybody
 * @param longestPauseOfUser longest time without a successful write of one user
 */
public record Summary(
    long nanos,
    Map<OperationKind, Histogram> latencies,
    Troubles troubles,
    Pause longestPause,
    Pause longestPauseOfUser) {
  private static final double NANOS_PER_SECOND = 1e9;

  /**
   * What went wrong.
   *
   * @param errors how often, by reason; retries count
   * @param messages one example by reason
   * @param ambiguous those errors after which nobody knows whether the operation took effect
   * @param refusals those errors that no repetition can heal
   * @param misses reads that found no such key; no errors
   */
  public record Troubles(
      Map<String, Long> errors,
      Map<String, String> messages,
      long ambiguous,
      long refusals,
      long misses) {
    public long total() {
      return errors.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  public double seconds() {
    return nanos / NANOS_PER_SECOND;
  }

  public long operations() {
    return latencies.values().stream().mapToLong(Histogram::getTotalCount).sum();
  }

  public double operationsPerSecond() {
    return nanos == 0 ? 0 : operations() / seconds();
  }

  public Histogram allLatencies() {
    Histogram all = RunStats.newHistogram();
    latencies.values().forEach(all::add);
    return all;
  }
}
