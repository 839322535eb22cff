package dev.troupe.chaos.cluster;

import dev.troupe.range.ReplicaSettings;
import dev.troupe.split.SplitSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.IntStream;

/** Three nodes of a {@link LocalCluster}, each with its SQL door. */
final class SqlCluster implements AutoCloseable {
  private static final int COUNT = 3;

  private final LocalCluster cluster;
  private final List<SqlNode> nodes;

  SqlCluster(Path base) {
    this(base, SplitSettings.DEFAULTS);
  }

  SqlCluster(Path base, SplitSettings splitting) {
    cluster =
        new LocalCluster(base, List.of(), ReplicaSettings.DEFAULTS, new Links())
            .splitting(splitting)
            .start(COUNT);
    nodes =
        IntStream.rangeClosed(1, COUNT).mapToObj(node -> new SqlNode(cluster.node(node))).toList();
  }

  LocalCluster cluster() {
    return cluster;
  }

  /** Numbered from 1. */
  SqlNode node(int number) {
    return nodes.get(number - 1);
  }

  /** A connection of pgjdbc to a node. */
  Connection connect(int node) throws SQLException {
    return node(node).connect("");
  }

  @Override
  public void close() {
    nodes.forEach(SqlNode::close);
    cluster.close();
  }
}
