package dev.troupe.chaos.nodes;

import java.util.ArrayList;
import java.util.List;

/** How often each rare state was reached. One thread; merge the results of several runs. */
public final class NodeCoverage {
  private final long[] counts = new long[NodeRare.values().length];

  void reached(NodeRare state) {
    counts[state.ordinal()]++;
  }

  public long count(NodeRare state) {
    return counts[state.ordinal()];
  }

  public void add(NodeCoverage other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
  }

  /** The states that were never reached. */
  public List<NodeRare> missing() {
    var missing = new ArrayList<NodeRare>();
    for (NodeRare state : NodeRare.values()) {
      if (count(state) == 0) {
        missing.add(state);
      }
    }
    return missing;
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    for (NodeRare state : NodeRare.values()) {
      text.append("  %-40s %d%n".formatted(state, count(state)));
    }
    return text.toString();
  }
}
