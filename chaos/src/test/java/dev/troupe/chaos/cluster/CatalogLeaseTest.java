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
  private static final int CHANGES = 4;

  /** The records of what nodes rely on. */
  private static final Key LEASES = Keyspace.TABLES.start().append(new byte[] {0, 0, 0, 10});

  /** One each: writers block. */
  private static final Executor THREADS = task -> Thread.ofPlatform().start(task);

  @TempDir Path base;

  private final AtomicBoolean done = new AtomicBoolean();
  private final AtomicLong ids = new AtomicLong();
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

  private void write(SqlCluster servers, int node) {
    try (Connection connection = servers.connect(node);
        Statement statement = connection.createStatement()) {
      while (!done.get()) {
        try {
          long id = ids.incrementAndGet();
          statement.execute("insert into t (id, a) values (" + id + ", " + id % 10 + ")");
          statement.execute("update t set a = a + 1 where id = " + id / 2);
          connection.setAutoCommit(false);
          statement.execute("delete from t where id = " + id / 3);
          statement.execute("insert into t (id, a) values (" + -id + ", 5)");
          connection.commit();
          connection.setAutoCommit(true);
        } catch (SQLException e) {
          if (!IN_THE_WAY.contains(e.getSQLState())) {
            unexpected.add(e.getSQLState() + " " + e.getMessage());
          }
          if (!connection.getAutoCommit()) {
            connection.rollback();
            connection.setAutoCommit(true);
          }
        }
      }
    } catch (SQLException e) {
      unexpected.add("node " + node + ": " + e.getMessage());
    }
  }

  @Test
  void shouldChangeATableBesideWritersThatAreSparedTheLook() throws SQLException {
    try (SqlCluster servers = new SqlCluster(base);
        Connection connection = servers.connect(1);
        Statement statement = connection.createStatement()) {
      statement.execute("create table t (id bigint primary key, a int)");
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
          long seen = ids.get();
          Awaitility.await()
              .atMost(TIMEOUT)
              .until(() -> ids.get() > seen + 100 || !unexpected.isEmpty());
          assertThat(unexpected).isEmpty();
          change(statement, "alter table t add column c" + i + " int default " + i);
          change(statement, "create index i" + i + " on t (a)");
        }
        Awaitility.await()
            .atMost(TIMEOUT)
            .until(() -> keys(servers, new KeySpan(LEASES, LEASES.prefixEnd())) == 3);
      } finally {
        done.set(true);
      }
      writers.forEach(writer -> writer.orTimeout(60, TimeUnit.SECONDS).join());
      assertThat(unexpected).isEmpty();
      long rows = number(statement, "select count(*) from t");
      List<Long> entries = new ArrayList<>();
      for (int index = 2; index < 4 * CHANGES; index++) {
        long found = keys(servers, TableKeys.indexSpan(table, index));
        if (found > 0) {
          entries.add(found);
        }
      }
      assertThat(entries).hasSize(CHANGES).containsOnly(rows);
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
