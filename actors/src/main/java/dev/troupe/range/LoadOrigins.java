package dev.troupe.range;

import dev.troupe.protocol.model.NodeId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How many requests other nodes have sent to a replica. Any thread. */
public final class LoadOrigins {
  /** Requests of more nodes than that are not told apart from those of its own node. */
  static final int NODES_MAX = 64;

  private record Origin(NodeId node, LongAdder count) {}

  // Few, and looked through for each request: copied when one is added.
  private volatile Origin[] origins = {};

  LoadOrigins() {}

  /** A request has come. */
  public void asked(NodeId from) {
    for (Origin origin : origins) {
      if (origin.node.equals(from)) {
        origin.count.increment();
        return;
      }
    }
    add(from);
  }

  private synchronized void add(NodeId from) {
    Origin[] before = origins;
    for (Origin origin : before) {
      if (origin.node.equals(from)) {
        origin.count.increment();
        return;
      }
    }
    if (before.length < NODES_MAX) {
      Origin[] after = Arrays.copyOf(before, before.length + 1);
      after[before.length] = new Origin(from, new LongAdder());
      after[before.length].count.increment();
      origins = after;
    }
  }

  /** Requests of all other nodes, since the replica started. */
  long sum() {
    long sum = 0;
    for (Origin origin : origins) {
      sum += origin.count.sum();
    }
    return sum;
  }

  /** Requests by node, since the replica started. */
  Map<NodeId, Long> counts() {
    var counts = new HashMap<NodeId, Long>();
    for (Origin origin : origins) {
      counts.put(origin.node, origin.count.sum());
    }
    return counts;
  }
}
