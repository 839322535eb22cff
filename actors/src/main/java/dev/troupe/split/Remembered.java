package dev.troupe.split;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.RangeId;

/** What the coordinator keeps in the replicated journal. */
public sealed interface Remembered {
  /** An order has been given. */
  record Ordered(RangeId range, long generation, Key key, String strategy) implements Remembered {}

  /** What was ordered of a range has ended, in whichever way. */
  record Ended(RangeId range, boolean done) implements Remembered {}

  /** People have been told of something. */
  record PeopleTold(SplitPlanner.Told told) implements Remembered {}
}
