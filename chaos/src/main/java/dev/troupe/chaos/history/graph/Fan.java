package dev.troupe.chaos.history.graph;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Edges from many transactions to the same many, each to all but itself, in a number that is linear
 * in both: two chains of auxiliary nodes run over the targets, one to each end, and a source that
 * is among the targets enters them to its left and to its right.
 */
public final class Fan {
  private final DependencyGraph graph;
  private final int[] leftwards;
  private final int[] rightwards;
  private final Map<Integer, Integer> positions = new HashMap<>();

  /**
   * @param targets each once
   */
  public Fan(DependencyGraph graph, List<Integer> targets) {
    this.graph = graph;
    int size = targets.size();
    leftwards = new int[size];
    rightwards = new int[size];
    for (int i = 0; i < size; i++) {
      leftwards[i] = graph.addNode();
      rightwards[i] = graph.addNode();
      positions.put(targets.get(i), i);
    }
    for (int i = 0; i < size; i++) {
      graph.link(leftwards[i], targets.get(i));
      graph.link(rightwards[i], targets.get(i));
      if (i > 0) {
        graph.link(leftwards[i], leftwards[i - 1]);
        graph.link(rightwards[i - 1], rightwards[i]);
      }
    }
  }

  public void addFrom(int source, EdgeKind kind, Ground ground, int note) {
    Integer position = positions.get(source);
    int right = position == null ? 0 : position + 1;
    if (right < rightwards.length) {
      graph.add(source, rightwards[right], kind, ground, note);
    }
    if (position != null && position > 0) {
      graph.add(source, leftwards[position - 1], kind, ground, note);
    }
  }
}
