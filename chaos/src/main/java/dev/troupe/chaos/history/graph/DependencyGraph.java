package dev.troupe.chaos.history.graph;

import java.util.Arrays;

/**
 * Edges between transactions, which are numbered from 0, in flat arrays: some 20 bytes an edge.
 *
 * <p>Where many transactions precede many others, an auxiliary node stands between them, so that m
 * + n edges do for m * n. The edge into such a node has the kind, the edges out of it are {@link
 * EdgeKind#LINK}; together they count as one.
 */
public final class DependencyGraph {
  public static final int NO_NOTE = -1;

  private static final int NONE = -1;

  private final int transactions;
  private int[] first;
  private int nodes;
  private int edges;
  private int[] target = new int[1024];
  private int[] next = new int[1024];
  private int[] note = new int[1024];
  private byte[] kind = new byte[1024];
  private byte[] ground = new byte[1024];

  public DependencyGraph(int transactions) {
    this.transactions = transactions;
    this.nodes = transactions;
    this.first = new int[Math.max(16, transactions)];
    Arrays.fill(first, NONE);
  }

  /** A new auxiliary node. */
  public int addNode() {
    if (nodes == first.length) {
      first = Arrays.copyOf(first, 2 * nodes);
      Arrays.fill(first, nodes, first.length, NONE);
    }
    return nodes++;
  }

  public void add(int from, int to, EdgeKind edgeKind, Ground edgeGround, int edgeNote) {
    if (from == to) {
      return;
    }
    if (edges == target.length) {
      int larger = 2 * edges;
      target = Arrays.copyOf(target, larger);
      next = Arrays.copyOf(next, larger);
      note = Arrays.copyOf(note, larger);
      kind = Arrays.copyOf(kind, larger);
      ground = Arrays.copyOf(ground, larger);
    }
    target[edges] = to;
    note[edges] = edgeNote;
    kind[edges] = (byte) edgeKind.ordinal();
    ground[edges] = (byte) edgeGround.ordinal();
    next[edges] = first[from];
    first[from] = edges++;
  }

  /** From an auxiliary node onwards. */
  public void link(int from, int to) {
    add(from, to, EdgeKind.LINK, Ground.DATA, NO_NOTE);
  }

  public int edges() {
    return edges;
  }

  int nodes() {
    return nodes;
  }

  boolean isTransaction(int node) {
    return node < transactions;
  }

  /** The first edge out of a node; negative when there is none. */
  int first(int node) {
    return first[node];
  }

  /** The edge after that one out of the same node; negative when there is none. */
  int next(int edge) {
    return next[edge];
  }

  int target(int edge) {
    return target[edge];
  }

  EdgeKind kind(int edge) {
    return EdgeKind.of(kind[edge]);
  }

  Ground ground(int edge) {
    return Ground.of(ground[edge]);
  }

  int note(int edge) {
    return note[edge];
  }
}
