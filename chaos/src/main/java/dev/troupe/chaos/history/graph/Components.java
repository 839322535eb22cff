package dev.troupe.chaos.history.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Strongly connected components of more than one node: Tarjan ("Depth-first search and linear graph
 * algorithms", 1972), with a stack of its own, as a history is deeper than a thread's stack.
 */
final class Components {
  private static final int UNSEEN = 0;

  private final DependencyGraph graph;
  private final EdgeFilter filter;
  private final int[] order;
  private final int[] low;
  private final int[] pending;
  private final boolean[] onStack;
  private final int[] path;
  private final int[] stack;
  private int pathSize;
  private int stackSize;
  private int seen;
  private final List<int[]> found = new ArrayList<>();

  private Components(DependencyGraph graph, EdgeFilter filter) {
    this.graph = graph;
    this.filter = filter;
    int nodes = graph.nodes();
    order = new int[nodes];
    low = new int[nodes];
    pending = new int[nodes];
    onStack = new boolean[nodes];
    path = new int[nodes];
    stack = new int[nodes];
  }

  /** The components of the whole graph. */
  static List<int[]> of(DependencyGraph graph, EdgeFilter filter) {
    Components components = new Components(graph, filter);
    for (int node = 0; node < graph.nodes(); node++) {
      components.visitFrom(node);
    }
    return components.found;
  }

  /** The components of the graph reduced to some nodes. */
  static List<int[]> of(DependencyGraph graph, EdgeFilter filter, List<int[]> within) {
    Components components = new Components(graph, filter);
    // A node that was never on the stack and has an order is taken for one of another component.
    Arrays.fill(components.order, Integer.MAX_VALUE);
    for (int[] part : within) {
      for (int node : part) {
        components.order[node] = UNSEEN;
      }
    }
    for (int[] part : within) {
      for (int node : part) {
        components.visitFrom(node);
      }
    }
    return components.found;
  }

  private void visitFrom(int root) {
    if (order[root] != UNSEEN) {
      return;
    }
    enter(root);
    while (pathSize > 0) {
      int node = path[pathSize - 1];
      int edge = pending[node];
      if (edge < 0) {
        leave(node);
        continue;
      }
      pending[node] = graph.next(edge);
      if (!filter.takes(graph, edge)) {
        continue;
      }
      int target = graph.target(edge);
      if (order[target] == UNSEEN) {
        enter(target);
      } else if (onStack[target]) {
        low[node] = Math.min(low[node], order[target]);
      }
    }
  }

  private void enter(int node) {
    order[node] = ++seen;
    low[node] = seen;
    pending[node] = graph.first(node);
    path[pathSize++] = node;
    stack[stackSize++] = node;
    onStack[node] = true;
  }

  private void leave(int node) {
    pathSize--;
    if (pathSize > 0) {
      int parent = path[pathSize - 1];
      low[parent] = Math.min(low[parent], low[node]);
    }
    if (low[node] != order[node]) {
      return;
    }
    int end = stackSize;
    do {
      stackSize--;
      onStack[stack[stackSize]] = false;
    } while (stack[stackSize] != node);
    if (end - stackSize > 1) {
      found.add(Arrays.copyOfRange(stack, stackSize, end));
    }
  }
}
