package dev.troupe.pgwire;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.SessionSignals;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.sql.kv.MemoryStore;
import dev.troupe.sql.kv.NoSignals;
import dev.troupe.sql.session.Places;
import dev.troupe.sql.session.SqlSessions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A live SQL port over a store in memory: what clients can do to a server without a cluster. */
public final class WireServer implements AutoCloseable {
  private static final AtomicLong ROWS = new AtomicLong();

  final SqlSessions sessions;
  final PgServer server;

  public WireServer(MemoryStore store, PgOptions options) {
    this(sessions(store), options);
  }

  /** Another door to the same node. */
  WireServer(SqlSessions sessions, PgOptions options) {
    this.sessions = sessions;
    try {
      server =
          PgServer.start(new InetSocketAddress("127.0.0.1", 0), sessions, options, new Alone());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** No other nodes. */
  private static final class Alone implements SessionSignals {
    @Override
    public NodeId self() {
      return new NodeId(1);
    }

    @Override
    public void send(NodeId to, Signal signal) {
      throw new IllegalStateException("there is no node " + to);
    }

    @Override
    public void listen(Consumer<Signal> local) {}
  }

  private static SqlSessions sessions(MemoryStore store) {
    return new SqlSessions(
        new SqlSessions.Ports(
            store.transactions(),
            ROWS::incrementAndGet,
            () -> {
              throw new IllegalStateException("there is no cluster");
            },
            SystemClocks.wall(),
            SystemClocks.monotonic(),
            SystemClocks.random(),
            new NoSignals()),
        () -> true);
  }

  static PgOptions options(Authentication authentication, int max, int reserved) {
    return new PgOptions(new Places(max, reserved), authentication, Duration.ofSeconds(30), null);
  }

  public int port() {
    return server.port();
  }

  /** A connection of pgjdbc; options begin with an ampersand. */
  public Connection connect(String user, @Nullable String password, String options)
      throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", user);
    if (password != null) {
      properties.setProperty("password", password);
    }
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/defaultdb?gssEncMode=disable%s".formatted(port(), options),
        properties);
  }

  /** Runs statements as root of a door that asks nobody. */
  void run(String... statements) throws SQLException {
    try (Connection connection = connect("root", null, "&sslmode=disable");
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
