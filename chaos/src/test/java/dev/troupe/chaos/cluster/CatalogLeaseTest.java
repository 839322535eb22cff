package dev.troupe.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.sql.storage.TableKeys;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes that write a table by what they have been promised of it, while it changes. */
class CatalogLeaseTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Set<String> IN_THE_WAY = Set.of("40001", "40P01");
  private static final int CHANGES = 2;
  private static final int ROWS = 500;

  /** The records of what nodes rely on. */
  private static final Key LEASES = Keyspace.TABLES.start().append(new byte[] {0, 0, 0, 10});

  /** One each: writers block. */
  private static final Executor THREADS = task -> Thread.ofPlatform().start(task);

  @TempDir Path base;

  private final AtomicBoolean done = new AtomicBoolean();
  private final AtomicLong writes = new AtomicLong();
  private final ConcurrentLinkedQueue<String> unexpected = new ConcurrentLinkedQueue<>();

  private static long number(Statement statement, String sql) throws SQLException {
    try (ResultSet result = statement.executeQuery(sql)) {
      assertThat(result.next()).isTrue();
      return result.getLong(1);
    }
  }

  private static long keys(SqlCluster servers, KeySpan span) {
    var scan = new KvRequest.Scan(span, 10_000_000, 64 << 20, false, true, null);
    KvResponse.Page page = (KvResponse.Page) servers.cluster().node(1).send(scan, TIMEOUT);
    assertThat(page.resume()).isNull();
    return page.rows().size();
  }

  /** Moves entries of whatever index there is; rows come in front of all others and behind them. */
  private void write(SqlCluster servers, int node) {
    try (Connection connection = servers.connect(node);
        Statement statement = connection.createStatement()) {
      while (!done.get()) {
        try {
          long write = writes.incrementAndGet();
          statement.execute("update t set a = a + 1 where id = " + write * 7 % ROWS);
          if (write % 8 == 0) {
            statement.execute("insert into t (id, a) values (" + -write + ", 5)");
            statement.execute("insert into t (id, a) values (" + (ROWS + write) + ", 6)");
            statement.execute("delete from t where id = " + -(write / 2));
          }
        } catch (SQLException e) {
          if (!IN_THE_WAY.contains(e.getSQLState())) {
            unexpected.add(e.getSQLState() + " " + e.getMessage());
          }
        }
      }
    } catch (SQLException e) {
      unexpected.add("node " + node + ": " + e.getMessage());
    }
  }

  private void awaitWrites(long more) {
    long seen = writes.get();
    Awaitility.await()
        .atMost(TIMEOUT)
        .until(() -> writes.get() > seen + more || !unexpected.isEmpty());
    assertThat(unexpected).isEmpty();
  }

  /** Reads the table by itself and by its index, as of one moment. */
  private static void compare(Connection connection, String index) throws SQLException {
    String byIndex = "select a from t order by a";
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      try (ResultSet plan = statement.executeQuery("explain " + byIndex)) {
        assertThat(plan.next()).isTrue();
        assertThat(plan.getString(1)).contains(index);
      }
      long count = number(statement, "select count(*) from t where id >= -1000000000");
      long sum = number(statement, "select sum(a) from t where id >= -1000000000");
      assertThat(count).isGreaterThanOrEqualTo(ROWS);
      assertThat(number(statement, "select count(*) from (" + byIndex + ") s")).isEqualTo(count);
      assertThat(number(statement, "select sum(a) from (" + byIndex + ") s")).isEqualTo(sum);
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  @Test
  void shouldChangeATableBesideWritersThatAreSparedTheLook() throws SQLException {
    try (SqlCluster servers = new SqlCluster(base);
        Connection connection = servers.connect(1);
        Statement statement = connection.createStatement()) {
      statement.execute("create table t (id bigint primary key, a int)");
      statement.execute(
          "insert into t select i, i % 10 from generate_series(0, " + (ROWS - 1) + ") i");
      long table = number(statement, "select 't'::regclass::oid::int");
      // The table's rows in one range, the catalog in another.
      servers
          .cluster()
          .node(1)
          .member()
          .admin()
          .splitRange(TableKeys.indexSpan(table, 1).start())
          .toCompletableFuture()
          .orTimeout(60, TimeUnit.SECONDS)
          .join();
      List<CompletableFuture<Void>> writers = new ArrayList<>();
      for (int node = 1; node <= 3; node++) {
        int number = node;
        writers.add(CompletableFuture.runAsync(() -> write(servers, number), THREADS));
      }
      try {
        for (int i = 0; i < CHANGES; i++) {
          awaitWrites(200);
          change(statement, "alter table t add column c" + i + " int default " + i);
          change(statement, "create index i" + i + " on t (a)");
          awaitWrites(200);
          compare(connection, "i" + i);
          change(statement, "drop index i" + i);
        }
        Awaitility.await()
            .atMost(TIMEOUT)
            .until(() -> keys(servers, new KeySpan(LEASES, LEASES.prefixEnd())) == 3);
      } finally {
        done.set(true);
      }
      writers.forEach(writer -> writer.orTimeout(60, TimeUnit.SECONDS).join());
      assertThat(unexpected).isEmpty();
    }
  }

  /** In a cluster that writes all the time a change may meet the renewal of a lease. */
  private static void change(Statement statement, String sql) throws SQLException {
    for (int tries = 0; ; tries++) {
      try {
        statement.execute(sql);
        return;
      } catch (SQLException e) {
        if (tries == 5 || !IN_THE_WAY.contains(e.getSQLState())) {
          throw e;
        }
      }
    }
  }
}
