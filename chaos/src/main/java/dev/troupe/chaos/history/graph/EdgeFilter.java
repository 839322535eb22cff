package dev.troupe.chaos.history.graph;

/** Which edges of a graph are looked at. Links always are: they belong to the edge before. */
record EdgeFilter(int kinds, Ground ground) {
  static EdgeFilter of(Ground ground, EdgeKind... kinds) {
    int mask = EdgeKind.LINK.mask();
    for (EdgeKind kind : kinds) {
      mask |= kind.mask();
    }
    if (ground.compareTo(Ground.PROCESS) >= 0) {
      mask |= EdgeKind.PROCESS.mask();
    }
    if (ground.compareTo(Ground.REALTIME) >= 0) {
      mask |= EdgeKind.REALTIME.mask();
    }
    return new EdgeFilter(mask, ground);
  }

  EdgeFilter without(EdgeKind kind) {
    return new EdgeFilter(kinds & ~kind.mask(), ground);
  }

  boolean takes(DependencyGraph graph, int edge) {
    return (kinds & graph.kind(edge).mask()) != 0 && graph.ground(edge).compareTo(ground) <= 0;
  }

  boolean takes(EdgeKind kind) {
    return (kinds & kind.mask()) != 0;
  }
}
