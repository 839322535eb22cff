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
 * @param splitBusy ... and the node that leads it uses so much of its processors, 0 to 1, while
 *     another node has some to spare; 0: whatever they use
 * @param mergeBelow two neighbours are put together when what they hold, and how often they are
 *     asked, is less than this part of {@code splitBytes} and {@code splitRequests}, together
 * @param mergeAfter and when each has been so for so long
 * @param period how often all leaders are asked
 */
public record SplitSettings(
    boolean splits,
    boolean merges,
    long splitBytes,
    double splitRequests,
    Duration sustained,
    double splitBusy,
    double mergeBelow,
    Duration mergeAfter,
    Duration period) {
  public static final SplitSettings DEFAULTS =
      new SplitSettings(
          true,
          true,
          64L << 20,
          10_000,
          Duration.ofSeconds(60),
          0.7,
          0.2,
          Duration.ofMinutes(10),
          Duration.ofSeconds(10));

  /** From half on what was merged could soon be split again, and so on for ever. */
  private static final double MERGE_BELOW_MAX = 0.5;

  public SplitSettings {
    if (!(splitBusy >= 0 && splitBusy <= 1)) {
      throw new IllegalArgumentException(
          "split-busy is a part of a node's processors, between 0 and 1, and is " + splitBusy);
    }
    if (!(mergeBelow >= 0 && mergeBelow <= MERGE_BELOW_MAX)) {
      throw new IllegalArgumentException(
          "merge-below must be between 0 and "
              + MERGE_BELOW_MAX
              + ", or ranges would be split and merged for ever, and is "
              + mergeBelow);
    }
  }

  /** Two neighbours that are merged hold less than that together. */
  public double mergeBytes() {
    return splitBytes * mergeBelow;
  }

  /** And are asked less often than that in a second, together. */
  public double mergeRequests() {
    return splitRequests * mergeBelow;
  }
}
