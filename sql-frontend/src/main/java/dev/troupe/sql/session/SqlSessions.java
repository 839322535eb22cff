package dev.troupe.sql.session;

import dev.troupe.protocol.spi.ClusterAdmin;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.RandomSource;
import dev.troupe.protocol.spi.SessionSignals;
import dev.troupe.protocol.spi.WallClock;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.kv.Cancellation;
import dev.troupe.sql.kv.KvTransactions;
import dev.troupe.sql.schema.CatalogLeases;
import dev.troupe.sql.schema.CatalogStore;
import dev.troupe.sql.schema.Role;
import dev.troupe.sql.storage.RowIds;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Opens sessions on this node. Any thread. */
public final class SqlSessions {
  /** The only database. */
  public static final String DATABASE = "defaultdb";

  /**
   * What sessions work with.
   *
   * @param transactions of clients: some may be refused under load
   * @param own of the node itself, which nobody refuses
   */
  public record Ports(
      KvTransactions transactions,
      KvTransactions own,
      RowIds rowIds,
      Supplier<ClusterAdmin> admin,
      WallClock wall,
      MonotonicClock clock,
      RandomSource random,
      SessionSignals signals) {
    /** Where the node's transactions are like those of clients. */
    public Ports(
        KvTransactions transactions,
        RowIds rowIds,
        Supplier<ClusterAdmin> admin,
        WallClock wall,
        MonotonicClock clock,
        RandomSource random,
        SessionSignals signals) {
      this(transactions, transactions, rowIds, admin, wall, clock, random, signals);
    }
  }

  private final SqlNode node;
  private final SqlNode ownNode;
  private final Accounts accounts;
  private final Supplier<Boolean> ready;

  /**
   * Joins the ports.
   *
   * @param ready whether the node can serve: sessions are refused while it cannot
   */
  public SqlSessions(Ports ports, Supplier<Boolean> ready) {
    this(ports, ready, null);
  }

  /**
   * Joins the ports.
   *
   * @param ready whether the node can serve: sessions are refused while it cannot
   * @param traces null where nothing is traced
   */
  public SqlSessions(Ports ports, Supplier<Boolean> ready, @Nullable StatementTraces traces) {
    var catalogs =
        new CatalogStore(
            new CatalogLeases(
                new CatalogLeases.Ports(
                    ports.own(),
                    ports.signals(),
                    ports.random().nextLong(Long.MAX_VALUE),
                    Thread.ofVirtual().name("catalog-lease")::start)));
    var registry = new SessionRegistry();
    var metrics = new SqlMetrics();
    this.ready = ready;
    this.node =
        new SqlNode(
            new TransactionScope.Sources(
                ports.transactions(),
                catalogs,
                SystemRelations.of(registry, metrics.statements(), ports.admin()),
                ports.wall()),
            ports.rowIds(),
            new PlanCache(metrics),
            new ChangeCounts(),
            registry,
            new SessionClocks(ports.wall(), ports.clock(), ports.random()),
            metrics,
            ports.admin(),
            traces);
    this.ownNode = node.with(ports.own());
    this.accounts = new Accounts(node.sources(), node.clocks());
  }

  /**
   * The node's own share of the cluster's work.
   *
   * @param patience how long what another node does may rest before this one goes on with it
   */
  public BackgroundWork background(Duration patience) {
    return new BackgroundWork(ownNode, patience);
  }

  /** What was done here. */
  public SqlMetrics metrics() {
    return node.metrics();
  }

  public SessionRegistry registry() {
    return node.sessions();
  }

  /**
   * Changes of the schema that are under way in the cluster. Waits for the catalog.
   *
   * @throws SqlException when it cannot be read
   */
  public List<UnfinishedChange> unfinishedChanges() {
    return UnfinishedChange.all(node.sources());
  }

  /**
   * Finds out who wants in.
   *
   * @param user as the start-up packet says
   * @param withPassword whether the client will have to show a password
   * @param cancellation ends the wait for the catalog
   * @throws SqlException CANNOT_CONNECT_NOW when the node cannot serve, or cannot tell
   */
  public Account account(String user, boolean withPassword, Cancellation cancellation) {
    if (!ready.get()) {
      throw new SqlException(SqlState.CANNOT_CONNECT_NOW, "the database system is starting up")
          .withHint("The node has not joined its cluster yet, or cannot reach it.");
    }
    return accounts.find(user, withPassword, cancellation);
  }

  /**
   * Opens a session for a user who has shown to be it.
   *
   * @param places how many sessions there may be
   * @param timer ends statements that take too long
   * @throws SqlException when the user may not have it
   */
  public SqlSession open(SessionRequest request, Places places, ScheduledExecutorService timer) {
    Account account = request.account();
    String user = account.user();
    Role role = account.role();
    if (role == null) {
      throw SqlException.of(
              SqlState.INVALID_AUTHORIZATION_SPECIFICATION, "role \"%s\" does not exist", user)
          .withHint("A cluster begins with the role root; CREATE USER makes others.");
    }
    if (!role.login()) {
      throw SqlException.of(
          SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
          "role \"%s\" is not permitted to log in",
          user);
    }
    String database = database(request.parameters());
    if (!account.mayConnect()) {
      throw SqlException.of(
              SqlState.INSUFFICIENT_PRIVILEGE, "permission denied for database \"%s\"", database)
          .withDetail("User does not have CONNECT privilege.");
    }
    Settings settings = settings(role, request, places);
    var identity =
        new SessionIdentity(user, database, request.pid(), request.here(), request.there());
    var activity = new SessionActivity(identity, request.client(), node.clocks().nowMicros());
    node.sessions().enter(activity, role, places);
    return new SqlSession(node, identity, settings, activity, timer);
  }

  private static String database(Map<String, String> parameters) {
    String database = parameters.getOrDefault("database", DATABASE);
    if (database.equals(DATABASE) || database.equals("postgres")) {
      // Clients that name none mean the one that is there.
      return DATABASE;
    }
    throw SqlException.of(
        SqlState.INVALID_CATALOG_NAME, "database \"%s\" does not exist", database);
  }

  private static Settings settings(Role role, SessionRequest request, Places places) {
    var settings = new Settings();
    settings.initially("session_authorization", role.name());
    settings.initially("is_superuser", role.superuser() ? "on" : "off");
    settings.initially("ssl", request.tls() ? "on" : "off");
    settings.initially("max_connections", Integer.toString(places.max()));
    StartupSettings.ofRole(role.settings(), settings);
    StartupSettings.apply(request.parameters(), settings);
    return settings;
  }
}
