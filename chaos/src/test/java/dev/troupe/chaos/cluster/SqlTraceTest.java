package dev.troupe.chaos.cluster;

import static dev.troupe.chaos.cluster.TracedNodes.all;
import static dev.troupe.chaos.cluster.TracedNodes.only;
import static dev.troupe.chaos.cluster.TracedNodes.way;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.node.trace.TraceTree;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import dev.troupe.protocol.trace.Span;
import dev.troupe.protocol.trace.TraceParent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Statements and transactions over three nodes, as their traces tell of them. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SqlTraceTest {
  private final TracedNodes traced = new TracedNodes();

  private static Key key(String name) {
    return Keyspace.kv("default", name.getBytes(StandardCharsets.UTF_8));
  }

  private static String comment(TraceParent parent) {
    return " /*action='test',traceparent='" + parent.context().traceParent() + "'*/";
  }

  @Test
  void shouldTellOfStatementsThatNameTheirTrace(@TempDir Path base) throws SQLException {
    try (var cluster = traced.start(base, List.of(), new Links());
        var door =
            new SqlNode(cluster.node(2), parent -> traced.at(2).begin("sql", "pgwire", parent));
        Connection connection = door.connect("&preferQueryMode=simple");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t (a int PRIMARY KEY, b text)");
      statement.execute("INSERT INTO t VALUES (1, 'x')");
      assertThat(traced.kept()).as("nobody has asked for anything").isZero();

      TraceParent insert = TracedNodes.client();
      statement.execute("INSERT INTO t VALUES (2, 'y')" + comment(insert));
      TraceTree tree = traced.awaitApplied(insert.context(), 2);
      assertThat(tree.lines().getFirst().name()).isEqualTo("sql");
      assertThat(tree.lines().getFirst().node()).isEqualTo(new NodeId(2));
      assertThat(tree.lines().getFirst().attributes().get("statement").toString())
          .startsWith("INSERT INTO t VALUES (2, 'y')");
      assertThat(way(tree, only(tree, "raft.commit")))
          .contains("txn.commit")
          .endsWith("sql")
          .contains("gateway");

      TraceParent read = TracedNodes.client();
      try (ResultSet rows = statement.executeQuery("SELECT b FROM t" + comment(read))) {
        assertThat(rows.next()).isTrue();
      }
      assertThat(traced.tree(read.context()).lines())
          .anyMatch(line -> line.name().equals("range.scan") || line.name().equals("read.leased"));

      TraceParent failing = TracedNodes.client();
      assertThatThrownBy(
              () -> statement.execute("INSERT INTO t VALUES (2, 'z')" + comment(failing)))
          .isInstanceOf(SQLException.class);
      assertThat(traced.tree(failing.context()).lines().getFirst().problem()).startsWith("23505");
    }
  }

  @Test
  void shouldTellOfStatementsUnderATraceThatWasSet(@TempDir Path base) throws SQLException {
    try (var cluster = traced.start(base, List.of(), new Links());
        var door =
            new SqlNode(cluster.node(1), parent -> traced.at(1).begin("sql", "pgwire", parent));
        Connection connection = door.connect("");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t (a int PRIMARY KEY, b text)");
      TraceParent client = TracedNodes.client();
      statement.execute("SET troupe.traceparent = '" + client.context().traceParent() + "'");
      try (var insert = connection.prepareStatement("INSERT INTO t VALUES (?, 'x')")) {
        insert.setInt(1, 1);
        insert.executeUpdate();
      }
      statement.execute("RESET troupe.traceparent");
      statement.execute("INSERT INTO t VALUES (3, 'x')");

      TraceTree tree = traced.awaitApplied(client.context(), 2);
      assertThat(only(tree, "txn.commit").problem()).isNull();
      assertThat(all(tree, "sql").stream().map(line -> line.attributes().get("statement")))
          .contains("INSERT INTO t VALUES ($1, 'x')")
          .doesNotContain("INSERT INTO t VALUES (3, 'x')");
    }
  }

  @Test
  void shouldTellOfATransactionOverTwoRanges(@TempDir Path base) {
    try (var cluster = traced.start(base, List.of(key("m")), new Links())) {
      Span door = traced.at(1).begin("txn.execute", "grpc", TracedNodes.client());
      var answer = new CompletableFuture<TxnResponse>();
      byte[] value = {1};
      cluster
          .node(1)
          .member()
          .transactions()
          .tracedUnder(door)
          .execute(
              new TxnRequest.OneShot(
                  new TxnId(1, SystemClocks.random().nextLong(Long.MAX_VALUE)),
                  Transactions.JUST_NOW,
                  List.of(),
                  List.of(new TxnRequest.Put(key("a"), value), new TxnRequest.Put(key("z"), value)),
                  List.of()),
              SystemClocks.monotonic().nanos() + TracedNodes.PATIENCE.toNanos(),
              answer::complete);
      assertThat(answer.orTimeout(60, TimeUnit.SECONDS).join())
          .isInstanceOf(TxnResponse.OneShotDone.class);
      door.end();

      TraceTree tree = traced.await(door.context(), seen -> all(seen, "range.resolve").size() == 2);
      assertThat(all(tree, "range.prepare").stream().map(line -> line.attributes().get("range")))
          .as("both ranges")
          .doesNotHaveDuplicates()
          .hasSize(2);
      assertThat(only(tree, "range.decide").late()).isFalse();
      assertThat(all(tree, "range.resolve")).as("behind the answer").allMatch(TraceTree.Line::late);
    }
  }
}
