package dev.troupe.chaos.sim;

import java.util.ArrayList;
import java.util.List;

/** How often each rare state was reached. One thread; merge the results of several runs. */
public final class Coverage {
  private final long[] counts = new long[Rare.values().length];

  void reached(Rare state) {
    counts[state.ordinal()]++;
  }

  public long count(Rare state) {
    return counts[state.ordinal()];
  }

  public void add(Coverage other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
  }

  /** The states that were never reached. */
  public List<Rare> missing() {
    var missing = new ArrayList<Rare>();
    for (Rare state : Rare.values()) {
      if (count(state) == 0) {
        missing.add(state);
      }
    }
    return missing;
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    for (Rare state : Rare.values()) {
      text.append("  %-40s %d%n".formatted(state, count(state)));
    }
    return text.toString();
  }
}
