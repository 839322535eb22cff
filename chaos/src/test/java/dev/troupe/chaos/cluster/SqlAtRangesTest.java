package dev.troupe.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.model.Key;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Filters and sums at the leaders of ranges, of a table that is being split. */
class SqlAtRangesTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final int ROWS = 20_000;

  @TempDir static Path base;

  private static SqlCluster servers;

  @BeforeAll
  static void start() throws SQLException {
    servers = new SqlCluster(base);
    try (Connection connection = servers.connect(1);
        Statement statement = connection.createStatement()) {
      statement.execute("create table t (id int primary key, a int, filler text)");
      for (int from = 0; from < ROWS; from += 5_000) {
        statement.execute(
            "insert into t select i, nullif(mod(i, 100), 99), repeat('x', 50)"
                + " from generate_series("
                + from
                + ", "
                + (from + 4_999)
                + ") i");
      }
    }
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  private static List<String> rows(Statement statement, String sql) throws SQLException {
    var rows = new ArrayList<String>();
    try (ResultSet result = statement.executeQuery(sql)) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        var row = new ArrayList<String>();
        for (int i = 1; i <= columns; i++) {
          row.add(result.getString(i));
        }
        rows.add(String.join("|", row));
      }
    }
    return rows;
  }

  /** Key of the row at a place in the table. */
  private static Key rowKey(int place) throws SQLException {
    try (Connection connection = servers.connect(1);
        Statement statement = connection.createStatement()) {
      long table = Long.parseLong(rows(statement, "select 't'::regclass::oid").getFirst());
      var scan =
          new KvRequest.Scan(TableKeys.indexSpan(table, 1), place + 1, 64 << 20, false, true, null);
      var page = (KvResponse.Page) servers.cluster().node(1).send(scan, TIMEOUT);
      return page.rows().get(place).key();
    }
  }

  private static void check(Statement statement) throws SQLException {
    assertThat(rows(statement, "select count(*), sum(a), max(id), avg(a) from t where a < 10"))
        .containsExactly("2000|9000|19909|4.5000000000000000");
    assertThat(rows(statement, "select count(*) from t")).containsExactly("" + ROWS);
    assertThat(rows(statement, "select id from t where a is null and id % 1000 = 999"))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, ROWS / 1000).mapToObj(i -> "" + (i * 1000 + 999)).toList());
    assertThat(
            rows(statement, "select id from t where a = 5 and id < 19000 order by id desc limit 3"))
        .containsExactly("18905", "18805", "18705");
    assertThat(rows(statement, "select a % 2, count(*) from t where a is not null group by 1"))
        .containsExactlyInAnyOrder("0|10000", "1|9800");
    assertThatThrownBy(() -> rows(statement, "select sum(1 / (id - 17000)) from t"))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22012"));
  }

  @Test
  void shouldGiveTheSameWhileTheTableIsSplit() throws Exception {
    List<Key> borders = List.of(rowKey(5_000), rowKey(15_000), rowKey(10_000));
    var splitter =
        CompletableFuture.runAsync(
            () ->
                borders.forEach(
                    key ->
                        servers
                            .cluster()
                            .node(2)
                            .member()
                            .admin()
                            .splitRange(key)
                            .toCompletableFuture()
                            .orTimeout(60, TimeUnit.SECONDS)
                            .join()));
    boolean split = false;
    while (!split) {
      // One more round after the last of them.
      split = splitter.isDone();
      for (int node = 1; node <= 3; node++) {
        try (Connection connection = servers.connect(node);
            Statement statement = connection.createStatement()) {
          check(statement);
        }
      }
    }
    splitter.join();
    try (Connection connection = servers.connect(3);
        Statement statement = connection.createStatement()) {
      String shown =
          String.join("\n", rows(statement, "explain analyze select count(*) from t where a = 1"));
      assertThat(shown)
          .contains("Partial Aggregate (at ranges): count(*)")
          .contains("Filter (at ranges): (a = 1)")
          .contains("rows looked at=" + ROWS);
    }
  }

  @Test
  void shouldSeeItsOwnWritesAndConflictWithThoseOfOthers() throws Exception {
    try (Connection connection = servers.connect(2);
        Statement statement = connection.createStatement();
        Connection other = servers.connect(3);
        Statement meanwhile = other.createStatement()) {
      statement.execute("create table own (id int primary key, v int)");
      statement.execute("insert into own select i, i % 10 from generate_series(1, 2000) i");
      connection.setAutoCommit(false);
      assertThat(rows(statement, "select count(*) from own where v = 3")).containsExactly("200");
      statement.execute("update own set v = 3 where id = 1000");
      statement.execute("delete from own where id = 3");
      assertThat(rows(statement, "select count(*), sum(id) from own where v = 3"))
          .containsExactly("200|200597");
      // What the filter ruled out was looked at all the same.
      meanwhile.execute("update own set v = 3 where id = 1500");
      assertThatThrownBy(connection::commit)
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("40001"));
      connection.rollback();
      assertThat(rows(statement, "select count(*) from own where v = 3")).containsExactly("201");
      connection.commit();
    }
  }
}
