package dev.troupe.node.config;

import java.util.List;

/**
 * TCP ports of a node; 0 lets the system choose.
 *
 * @param cluster membership, on Pekko's transport
 * @param peer everything else between nodes
 */
public record Ports(int sql, int grpc, int http, int cluster, int peer) {
  public static final int DEFAULT_BASE = 7432;
  public static final int DEFAULT_GRPC = DEFAULT_BASE + 1;

  /** In the order of the block. */
  public List<Integer> all() {
    return List.of(sql, grpc, http, cluster, peer);
  }

  /** The block of five that begins with the SQL port. */
  public static Ports fromBase(int base) {
    return new Ports(base, base + 1, base + 2, base + 3, base + 4);
  }
}
