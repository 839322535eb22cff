package dev.troupe.cluster;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.WallClock;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How far the clocks of other nodes are from this one's, by what their regular messages say they
 * show. A message that was long on its way makes its sender's clock look late, and nothing makes it
 * look early: so the latest of some samples is the best of them. Any thread.
 *
 * <p>Nothing depends on it but a warning: timestamps come from the oracle.
 */
final class ClockOffsets {
  private static final int SAMPLES = 4;

  private final WallClock wall;
  private final Map<NodeId, Recent> nodes = new ConcurrentHashMap<>();

  private static final class Recent {
    private final long[] millis = new long[SAMPLES];
    private int count;

    synchronized void add(long offset) {
      millis[count % SAMPLES] = offset;
      count++;
    }

    synchronized long best() {
      long best = millis[0];
      for (int i = 1; i < Math.min(count, SAMPLES); i++) {
        best = Math.max(best, millis[i]);
      }
      return best;
    }
  }

  ClockOffsets(WallClock wall) {
    this.wall = wall;
  }

  WallClock wall() {
    return wall;
  }

  /** A message of a node has just come in. */
  void heard(NodeId node, long wallMillis) {
    long offset = wallMillis - wall.millis();
    nodes.computeIfAbsent(node, id -> new Recent()).add(offset);
  }

  /** The largest distance, either way, from the clock of any of these nodes; in milliseconds. */
  long worst(Collection<NodeId> present) {
    nodes.keySet().retainAll(present);
    long worst = 0;
    for (Recent recent : nodes.values()) {
      worst = Math.max(worst, Math.abs(recent.best()));
    }
    return worst;
  }
}
