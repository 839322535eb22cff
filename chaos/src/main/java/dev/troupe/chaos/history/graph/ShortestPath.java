package dev.troupe.chaos.history.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shortest paths within one component, by the number of transactions: a breadth-first search in
 * which links cost nothing. Counts the edges it looks at, so that its user can stop.
 */
final class ShortestPath {
  private static final int UNREACHED = Integer.MAX_VALUE;

  private final DependencyGraph graph;
  private final int[] component;
  private final int[] distance;
  private final int[] parent;
  private final int[] parentEdge;
  private final boolean[] done;
  private final List<Integer> touched = new ArrayList<>();
  private long looked;

  ShortestPath(DependencyGraph graph) {
    this.graph = graph;
    int nodes = graph.nodes();
    component = new int[nodes];
    distance = new int[nodes];
    Arrays.fill(distance, UNREACHED);
    parent = new int[nodes];
    parentEdge = new int[nodes];
    done = new boolean[nodes];
  }

  /** From now on paths stay within these nodes. */
  void enter(int[] nodes, int number) {
    for (int node : nodes) {
      component[node] = number;
    }
  }

  long looked() {
    return looked;
  }

  /**
   * Edges from one node to another by at least one edge, so that a node leads back to itself; null
   * when there are none.
   */
  @Nullable List<Integer> find(int from, int to, EdgeFilter filter) {
    var deque = new ArrayDeque<Integer>();
    try {
      if (from != to) {
        reach(from, 0, -1, -1);
      }
      deque.add(from);
      while (!deque.isEmpty()) {
        int node = deque.removeFirst();
        boolean start = node == from && !done[node];
        if (node == to && !start) {
          return path(from, to);
        }
        if (!done[node]) {
          done[node] = true;
          touched.add(node);
          expand(node, start ? 0 : distance[node], filter, deque);
        }
      }
      return null;
    } finally {
      forget();
    }
  }

  private void expand(int node, int at, EdgeFilter filter, ArrayDeque<Integer> deque) {
    for (int edge = graph.first(node); edge >= 0; edge = graph.next(edge)) {
      looked++;
      int target = graph.target(edge);
      if (component[target] != component[node] || !filter.takes(graph, edge)) {
        continue;
      }
      boolean free = graph.kind(edge) == EdgeKind.LINK;
      int there = free ? at : at + 1;
      if (there < distance[target] || (there == distance[target] && better(edge, target))) {
        reach(target, there, node, edge);
        if (free) {
          deque.addFirst(target);
        } else {
          deque.addLast(target);
        }
      }
    }
  }

  /** Of two edges between the same nodes the one that says more is kept. */
  private boolean better(int edge, int target) {
    int kept = parentEdge[target];
    return kept >= 0
        && !done[target]
        && graph.kind(edge).compareTo(graph.kind(kept)) < 0
        && graph.ground(edge).compareTo(graph.ground(kept)) <= 0;
  }

  private void reach(int node, int at, int from, int edge) {
    distance[node] = at;
    parent[node] = from;
    parentEdge[node] = edge;
    touched.add(node);
  }

  private List<Integer> path(int from, int to) {
    List<Integer> edges = new ArrayList<>();
    int node = to;
    do {
      edges.add(parentEdge[node]);
      node = parent[node];
    } while (node != from);
    Collections.reverse(edges);
    return edges;
  }

  private void forget() {
    for (int node : touched) {
      distance[node] = UNREACHED;
      done[node] = false;
    }
    touched.clear();
  }
}
