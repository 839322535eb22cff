package dev.troupe.sql.session;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.kv.Cancellation;
import dev.troupe.sql.kv.KvTransaction;
import dev.troupe.sql.kv.KvTransactions;
import dev.troupe.sql.kv.MemoryStore;
import dev.troupe.sql.kv.NoSignals;
import dev.troupe.sql.kv.WitnessedRead;
import dev.troupe.sql.schema.CatalogStore;
import dev.troupe.sql.schema.SchemaCatalog;
import dev.troupe.sql.schema.VirtualRelations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Nodes with sessions over one store in memory. */
final class SessionFixture implements AutoCloseable {
  final MemoryStore store = new MemoryStore();
  private final AtomicInteger pids = new AtomicInteger();
  private final AtomicLong rowIds = new AtomicLong();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  /** A node, with its own memory of the catalog. */
  final class Node implements KvTransactions {
    private final KvTransactions transactions = store.transactions();
    private final SqlSessions sessions =
        new SqlSessions(
            new SqlSessions.Ports(
                this,
                rowIds::incrementAndGet,
                () -> {
                  throw new UnsupportedOperationException("administration");
                },
                SystemClocks.wall(),
                SystemClocks.monotonic(),
                SystemClocks.random(),
                new NoSignals()),
            () -> true);

    /** So many transactions may begin before the node dies. */
    volatile int lifetime = Integer.MAX_VALUE;

    /** Called before each transaction. */
    volatile Runnable interruption = () -> {};

    Session session() {
      return session("root");
    }

    Session session(String user) {
      Account account = sessions.account(user, false, new Cancellation());
      var request = new SessionRequest(pids.incrementAndGet(), account, Map.of(), "test", false);
      return new Session(sessions.open(request, new Places(100, 0), timer));
    }

    BackgroundWork background() {
      return sessions.background(Duration.ZERO);
    }

    List<UnfinishedChange> unfinishedChanges() {
      return sessions.unfinishedChanges();
    }

    @Override
    public KvTransaction begin(Duration deadline, Cancellation cancellation) {
      beforeTransaction();
      return transactions.begin(deadline, cancellation);
    }

    @Override
    public KvTransaction snapshot(Duration deadline, Cancellation cancellation) {
      beforeTransaction();
      return transactions.snapshot(deadline, cancellation);
    }

    private void beforeTransaction() {
      if (lifetime-- <= 0) {
        throw new SqlException(SqlState.ADMIN_SHUTDOWN, "this node is dead");
      }
      interruption.run();
    }

    @Override
    public WitnessedRead readOne(Key witness, Duration deadline, Cancellation cancellation) {
      return transactions.readOne(witness, deadline, cancellation);
    }

    @Override
    public KvTransaction readAt(
        @Nullable Timestamp at,
        Duration maxStaleness,
        Duration deadline,
        Cancellation cancellation) {
      return transactions.readAt(at, maxStaleness, deadline, cancellation);
    }
  }

  /** A client's session. */
  record Session(SqlSession session) {
    /** Runs statements as one text, as clients of the simple protocol do; returns the rows. */
    List<List<@Nullable Object>> run(String sql) {
      return collect(sql).rows;
    }

    CollectedRows collect(String sql) {
      var rows = new CollectedRows();
      try {
        session.query(sql, rows);
      } catch (SqlException e) {
        session.failed(e.state());
        throw e;
      }
      return rows;
    }

    /** The first column of all rows, as text. */
    List<String> texts(String sql) {
      var texts = new ArrayList<String>();
      run(sql).forEach(row -> texts.add(String.valueOf(row.getFirst())));
      return texts;
    }
  }

  Node node() {
    return new Node();
  }

  /** The catalog as it is now. */
  SchemaCatalog catalog() {
    return SchemaCatalog.begin(
        new CatalogStore(),
        store.transactions().begin(Duration.ofMinutes(1)),
        VirtualRelations.NONE,
        List.of("public"),
        false);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
