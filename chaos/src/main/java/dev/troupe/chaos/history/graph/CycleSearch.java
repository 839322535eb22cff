package dev.troupe.chaos.history.graph;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds cycles and names them, as Elle does (Kingsbury and Alvaro, "Elle: Inferring Isolation
 * Anomalies from Experimental Observations", VLDB 2020, §6): components of ever more kinds of
 * edges, and a short cycle in each.
 *
 * <p>The strongest explanation wins. A component which contains one that was explained by fewer
 * kinds of edges, or on firmer ground, is not reported again; so a history is free of cycles if and
 * only if nothing is reported, but a second anomaly among the same transactions may stay unnamed
 * until the first is mended.
 */
public final class CycleSearch {
  /** Edges looked at for one component before the best cycle so far is taken. */
  private static final long LOOKED_MAX = 5_000_000;

  private final DependencyGraph graph;
  private final ShortestPath paths;
  private final BitSet explained = new BitSet();
  private final List<Cycle> cycles = new ArrayList<>();
  private int components;

  private CycleSearch(DependencyGraph graph) {
    this.graph = graph;
    this.paths = new ShortestPath(graph);
  }

  /** A shortest cycle of every component, or a short one when the component is large. */
  public static List<Cycle> search(DependencyGraph graph) {
    List<int[]> suspects = Components.of(graph, all(Ground.FOUND_IN_TIME));
    if (suspects.isEmpty()) {
      return List.of();
    }
    CycleSearch search = new CycleSearch(graph);
    for (Ground ground : Ground.values()) {
      search.explain(suspects, EdgeFilter.of(ground, EdgeKind.WW));
      search.explain(suspects, EdgeFilter.of(ground, EdgeKind.WW, EdgeKind.WR));
      search.explain(suspects, all(ground));
    }
    return search.cycles;
  }

  private static EdgeFilter all(Ground ground) {
    return EdgeFilter.of(ground, EdgeKind.WW, EdgeKind.WR, EdgeKind.RW);
  }

  private void explain(List<int[]> suspects, EdgeFilter filter) {
    for (int[] component : Components.of(graph, filter, suspects)) {
      boolean known = false;
      for (int node : component) {
        known |= explained.get(node);
      }
      for (int node : component) {
        explained.set(node);
      }
      if (!known) {
        paths.enter(component, ++components);
        cycles.add(shortest(component, filter));
      }
    }
  }

  private Cycle shortest(int[] component, EdgeFilter filter) {
    Cycle best = filter.takes(EdgeKind.RW) ? oneAntiDependency(component, filter) : null;
    if (best != null) {
      return best;
    }
    long limit = paths.looked() + LOOKED_MAX;
    for (int node : component) {
      if (graph.isTransaction(node) && (best == null || paths.looked() < limit)) {
        List<Integer> path = paths.find(node, node, filter);
        if (path != null) {
          best = shorter(best, cycle(node, path));
        }
      }
    }
    if (best == null) {
      throw new IllegalStateException("a component without a cycle");
    }
    return best;
  }

  /** A cycle with a single rw edge, which a weaker database could have prevented. */
  private @Nullable Cycle oneAntiDependency(int[] component, EdgeFilter filter) {
    EdgeFilter back = filter.without(EdgeKind.RW);
    long limit = paths.looked() + LOOKED_MAX;
    Cycle best = null;
    for (int node : component) {
      for (int edge = graph.first(node); edge >= 0; edge = graph.next(edge)) {
        boolean candidate = graph.kind(edge) == EdgeKind.RW && filter.takes(graph, edge);
        if (!candidate || paths.looked() >= limit) {
          continue;
        }
        List<Integer> path = paths.find(graph.target(edge), node, back);
        if (path != null) {
          List<Integer> round = new ArrayList<>(List.of(edge));
          round.addAll(path);
          best = shorter(best, cycle(node, round));
        }
      }
    }
    return best;
  }

  private static Cycle shorter(@Nullable Cycle best, Cycle other) {
    return best == null || other.edges().size() < best.edges().size() ? other : best;
  }

  /** Joins the edges into and out of auxiliary nodes. */
  private Cycle cycle(int start, List<Integer> path) {
    List<Edge> edges = new ArrayList<>();
    int from = start;
    int begun = path.getFirst();
    for (int edge : path) {
      if (graph.kind(edge) != EdgeKind.LINK) {
        begun = edge;
      }
      int to = graph.target(edge);
      if (graph.isTransaction(to)) {
        edges.add(new Edge(from, to, graph.kind(begun), graph.ground(begun), graph.note(begun)));
        from = to;
      }
    }
    return new Cycle(edges);
  }
}
