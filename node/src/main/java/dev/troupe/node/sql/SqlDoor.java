package dev.troupe.node.sql;

import dev.troupe.node.ClusterDoor;
import dev.troupe.node.Readiness;
import dev.troupe.node.SwitchablePorts;
import dev.troupe.node.grpc.AdmittedPorts;
import dev.troupe.node.grpc.TxnIds;
import dev.troupe.node.metrics.NodeMetrics;
import dev.troupe.node.trace.Tracing;
import dev.troupe.pgwire.PgOptions;
import dev.troupe.pgwire.PgServer;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.RandomSource;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.sql.kv.Cancellation;
import dev.troupe.sql.kv.ClusterTransactions;
import dev.troupe.sql.session.Account;
import dev.troupe.sql.session.SessionRegistry;
import dev.troupe.sql.session.SqlSessions;
import dev.troupe.sql.session.StatementBook;
import dev.troupe.sql.session.StatementTraces;
import dev.troupe.sql.session.UnfinishedChange;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Serves PostgreSQL's wire protocol. Any thread. */
public final class SqlDoor implements SqlActivity, AutoCloseable {
  private final PgServer server;
  private final SqlSessions sessions;
  private final GarbageSweep garbage;
  private final SchemaSweep schema;

  /**
   * What the door leads to.
   *
   * @param tracing null where it is off
   */
  public record Inside(
      SwitchablePorts ports,
      AdmittedPorts admitted,
      ClusterDoor cluster,
      Supplier<Readiness> readiness,
      TxnIds ids,
      MonotonicClock clock,
      RandomSource random,
      @Nullable Tracing tracing) {}

  /**
   * Opens the door.
   *
   * @throws IOException when the address is taken
   */
  public SqlDoor(InetSocketAddress address, PgOptions options, Inside inside) throws IOException {
    AdmittedPorts admitted = inside.admitted();
    ClusterTransactions transactions =
        transactions(
            inside,
            admitted.transactions(inside.ports().transactions()),
            admitted.kv(inside.ports().kv()));
    // Of the node itself, which nobody refuses.
    ClusterTransactions own =
        transactions(inside, inside.ports().transactions(), inside.ports().kv());
    sessions =
        new SqlSessions(
            new SqlSessions.Ports(
                transactions,
                own,
                new RandomRowIds(inside.random()),
                inside.cluster()::admin,
                SystemClocks.wall(),
                inside.clock(),
                inside.random(),
                inside.ports().signals()),
            () -> inside.readiness().get().ready(),
            traces(inside.tracing()));
    server = PgServer.start(address, sessions, options, inside.ports().signals());
    garbage =
        new GarbageSweep(
            own,
            inside.ports().kv(),
            span -> inside.cluster().admin().liftBorders(span),
            SystemClocks.wall(),
            inside.clock());
    garbage.start();
    schema =
        new SchemaSweep(
            sessions.background(SchemaSweep.PATIENCE),
            new LeftJobs(inside.ports().ranges(), inside.ports().kv(), inside.clock()));
    schema.start();
  }

  private static @Nullable StatementTraces traces(@Nullable Tracing tracing) {
    return tracing == null ? null : parent -> tracing.begin("sql", "pgwire", parent);
  }

  private static ClusterTransactions transactions(
      Inside inside, Transactions transactions, KvClient kv) {
    return new ClusterTransactions(
        transactions,
        inside.ports().followers(),
        kv,
        inside.ports().timestamps(),
        inside.ids()::next,
        inside.clock());
  }

  public int port() {
    return server.port();
  }

  /** Shows what was done here. */
  public void show(NodeMetrics metrics) {
    metrics.show(new SqlFamilies(sessions.metrics(), server::connections)::collect);
  }

  /** How many clients are connected. */
  public int connections() {
    return server.connections();
  }

  @Override
  public List<SessionRegistry.Activity> sessions() {
    return sessions.registry().all();
  }

  @Override
  public boolean cancel(int pid) {
    return server.cancel(pid);
  }

  @Override
  public List<StatementBook.Figures> statements() {
    return sessions.metrics().statements().all();
  }

  @Override
  public void resetStatements() {
    sessions.metrics().statements().reset();
  }

  @Override
  public List<UnfinishedChange> unfinishedChanges() {
    return sessions.unfinishedChanges();
  }

  @Override
  public Account account(String user) {
    return sessions.account(user, true, new Cancellation());
  }

  @Override
  public void close() {
    schema.close();
    garbage.close();
    server.close();
  }
}
