package dev.troupe.chaos.cluster;

import dev.troupe.pgwire.PgOptions;
import dev.troupe.pgwire.PgServer;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.sql.kv.ClusterTransactions;
import dev.troupe.sql.session.SqlSessions;
import dev.troupe.sql.session.StatementTraces;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The SQL door of one node of a {@link LocalCluster}. */
final class SqlNode implements AutoCloseable {
  private static final AtomicLong IDS = new AtomicLong();

  private final PgServer server;

  SqlNode(LocalNode node) {
    this(node, null);
  }

  SqlNode(LocalNode node, @Nullable StatementTraces traces) {
    var transactions =
        new ClusterTransactions(
            node.member().transactions(),
            node.member().followers(),
            node.member().kv(),
            node.member().timestamps(),
            () -> new TxnId(node.id().value(), IDS.incrementAndGet()),
            SystemClocks.monotonic());
    var ports =
        new SqlSessions.Ports(
            transactions,
            () -> IDS.incrementAndGet() << 8 | node.id().value(),
            () -> node.member().admin(),
            SystemClocks.wall(),
            SystemClocks.monotonic(),
            SystemClocks.random(),
            node.member().signals());
    try {
      server =
          PgServer.start(
              new InetSocketAddress("127.0.0.1", 0),
              new SqlSessions(ports, () -> true, traces),
              PgOptions.trusting(100),
              node.member().signals());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  int port() {
    return server.port();
  }

  /** Where pgjdbc finds it; options begin with an ampersand. */
  String url(String options) {
    return "jdbc:postgresql://127.0.0.1:"
        + port()
        + "/defaultdb?user=root&sslmode=disable"
        + options;
  }

  /** A connection of pgjdbc; options begin with an ampersand. */
  Connection connect(String options) throws SQLException {
    return DriverManager.getConnection(url(options));
  }

  @Override
  public void close() {
    server.close();
  }
}
