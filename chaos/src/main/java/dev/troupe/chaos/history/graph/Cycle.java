package dev.troupe.chaos.history.graph;

import java.util.List;

/** Transactions each of which must come before the next, and the last before the first. */
public record Cycle(List<Edge> edges) {
  public Cycle {
    edges = List.copyOf(edges);
  }

  public int count(EdgeKind kind) {
    return (int) edges.stream().filter(edge -> edge.kind() == kind).count();
  }

  /**
   * The name in Adya's catalogue ("Weak Consistency: A Generalized Theory", 1999) with the suffix
   * that Elle (§5 and §6) adds when the cycle needs more than data.
   */
  public String name() {
    return base() + suffix();
  }

  private String base() {
    return switch (count(EdgeKind.RW)) {
      case 0 -> count(EdgeKind.WR) == 0 ? "G0" : "G1c";
      case 1 -> "G-single";
      default -> "G2-item";
    };
  }

  private String suffix() {
    if (needs(Ground.REALTIME) || needs(Ground.FOUND_IN_TIME)) {
      return "-realtime";
    }
    return needs(Ground.PROCESS) ? "-process" : "";
  }

  private boolean needs(Ground ground) {
    return edges.stream().anyMatch(edge -> edge.ground() == ground);
  }
}
