package dev.troupe.split;

import java.time.Duration;

/**
 * When ranges are split and merged by themselves; the same on all nodes.
 *
 * @param splits whether they are split
 * @param merges whether they are merged
 * @param splitBytes a range that holds more is cut in its middle
 * @param splitRequests a range that is asked more often in a second is cut where that divides the
 *     requests, when it goes on for so long
 * @param sustained see {@code splitRequests}
 * @param mergeBytes two neighbours are put together when they hold less than that together
 * @param mergeRequests and are asked less often than that in a second, together
 * @param mergeAfter and when both has been so for so long
 * @param period how often all leaders are asked
 */
public record SplitSettings(
    boolean splits,
    boolean merges,
    long splitBytes,
    double splitRequests,
    Duration sustained,
    long mergeBytes,
    double mergeRequests,
    Duration mergeAfter,
    Duration period) {
  public static final SplitSettings DEFAULTS =
      new SplitSettings(
          true,
          true,
          64L << 20,
          10_000,
          Duration.ofSeconds(60),
          16L << 20,
          1_000,
          Duration.ofMinutes(10),
          Duration.ofSeconds(10));

  public SplitSettings {
    if (mergeBytes * 2 > splitBytes || mergeRequests * 2 > splitRequests) {
      throw new IllegalArgumentException(
          "what may be merged must be at most half of what is split, or ranges would be split and"
              + " merged for ever: "
              + mergeBytes
              + " of "
              + splitBytes
              + " bytes, "
              + mergeRequests
              + " of "
              + splitRequests
              + " requests a second");
    }
  }
}
