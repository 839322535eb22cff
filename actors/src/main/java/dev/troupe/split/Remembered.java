package dev.troupe.split;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;

/** What the coordinator keeps in the replicated journal. */
public sealed interface Remembered {
  /** Something was ordered of a range, as it was at a generation. */
  sealed interface Order extends Remembered {
    RangeId range();

    long generation();
  }

  /** A range is to be cut. */
  record Ordered(RangeId range, long generation, Key key, String strategy) implements Order {}

  /**
   * A range is to take over its right-hand neighbour.
   *
   * @param border first key of the neighbour
   * @param bytes that both hold together
   * @param requestsPerSecond of both together
   */
  record MergeOrdered(
      RangeId range,
      long generation,
      RangeId right,
      long rightGeneration,
      Key border,
      long bytes,
      double requestsPerSecond)
      implements Order {}

  /**
   * A replica is to be moved, so that its range can be merged.
   *
   * @param neighbour with which
   */
  record MoveOrdered(RangeId range, long generation, NodeId from, NodeId to, RangeId neighbour)
      implements Order {}

  /** What was ordered of a range has ended, in whichever way. */
  record Ended(RangeId range, boolean done) implements Remembered {}

  /** People have been told of something. */
  record PeopleTold(SplitPlanner.Told told) implements Remembered {}
}
