package dev.troupe.sql.session;

import dev.troupe.protocol.spi.ClusterAdmin;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.RandomSource;
import dev.troupe.protocol.spi.WallClock;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.kv.KvTransactions;
import dev.troupe.sql.schema.CatalogStore;
import dev.troupe.sql.storage.RowIds;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/** Opens sessions on this node. Any thread. */
public final class SqlSessions {
  /** The only database. */
  public static final String DATABASE = "defaultdb";

  /** What sessions work with. */
  public record Ports(
      KvTransactions transactions,
      RowIds rowIds,
      Supplier<ClusterAdmin> admin,
      WallClock wall,
      MonotonicClock clock,
      RandomSource random) {}

  private final SqlNode node;
  private final Supplier<Boolean> ready;

  /**
   * Joins the ports.
   *
   * @param ready whether the node can serve: sessions are refused while it cannot
   */
  public SqlSessions(Ports ports, Supplier<Boolean> ready) {
    var catalogs = new CatalogStore();
    var registry = new SessionRegistry();
    this.ready = ready;
    this.node =
        new SqlNode(
            new TransactionScope.Sources(
                ports.transactions(),
                catalogs,
                SystemRelations.of(registry, ports.admin()),
                ports.wall()),
            ports.rowIds(),
            new PlanCache(),
            registry,
            new SessionClocks(ports.wall(), ports.clock(), ports.random()),
            ports.admin());
  }

  public SessionRegistry registry() {
    return node.sessions();
  }

  /**
   * Opens a session.
   *
   * @param pid by which the client may cancel statements
   * @param parameters of the start-up packet: user, database, and settings
   * @param client address of the client
   * @param timer ends statements that take too long
   */
  public SqlSession open(
      int pid, Map<String, String> parameters, String client, ScheduledExecutorService timer) {
    if (!ready.get()) {
      throw new SqlException(SqlState.CANNOT_CONNECT_NOW, "the database system is starting up")
          .withHint("The node has not joined its cluster yet, or cannot reach it.");
    }
    String user = parameters.getOrDefault("user", "root");
    String database = parameters.getOrDefault("database", user);
    if (!parameters.containsKey("database") || database.equals("postgres")) {
      // Clients that name none mean the one that is there.
      database = DATABASE;
    }
    if (!database.equals(DATABASE)) {
      throw SqlException.of(
          SqlState.INVALID_CATALOG_NAME, "database \"%s\" does not exist", database);
    }
    var settings = new Settings();
    settings.initially("session_authorization", user);
    StartupSettings.apply(parameters, settings);
    var identity = new SessionIdentity(user, database, pid);
    var activity = new SessionActivity(identity, client, node.clocks().nowMicros());
    node.sessions().opened(activity);
    return new SqlSession(node, identity, settings, activity, timer);
  }
}
