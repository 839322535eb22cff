package dev.troupe.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** FOR UPDATE locks the rows that come out, and no others; seen from several nodes. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RowLocksTest {
  private static final int JOBS = 40;
  private static final String NEXT =
      "select id from jobs where state = 'new' order by created desc, id limit 1 for update";

  @TempDir static Path base;

  private static SqlCluster servers;

  @BeforeAll
  static void start() throws SQLException {
    servers = new SqlCluster(base);
    try (Connection connection = connect(1);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "create table jobs(id int primary key, state text not null, created int, worker int)");
      statement.execute("create table kinds(id int primary key, name text)");
      statement.execute("insert into kinds values (1, 'one'), (2, 'two')");
    }
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  @BeforeEach
  void fill() throws SQLException {
    try (Connection connection = connect(1);
        Statement statement = connection.createStatement()) {
      statement.execute("delete from jobs");
      statement.execute(
          "insert into jobs select g, 'new', 1000 - g / 2, null from generate_series(1, "
              + JOBS
              + ") g");
    }
  }

  private static Connection connect(int node) throws SQLException {
    return servers.connect(node);
  }

  private static Connection open(int node) throws SQLException {
    Connection connection = connect(node);
    connection.setAutoCommit(false);
    return connection;
  }

  /** What the first column shows, or the SQLSTATE of the error. */
  private static String run(Connection connection, String sql) {
    try (Statement statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        return "" + statement.getUpdateCount();
      }
      var found = new ArrayList<String>();
      try (ResultSet rows = statement.getResultSet()) {
        while (rows.next()) {
          found.add(rows.getString(1));
        }
      }
      return String.join(",", found);
    } catch (SQLException e) {
      return e.getSQLState();
    }
  }

  @Test
  void shouldLockWhatALimitLetsThrough() throws SQLException {
    try (Connection first = open(1);
        Connection second = open(2);
        Connection third = open(3)) {
      assertThat(run(first, NEXT)).isEqualTo("1");
      assertThat(run(second, NEXT + " skip locked")).isEqualTo("2");
      assertThat(run(third, NEXT + " nowait")).isEqualTo("55P03");
      third.rollback();
      assertThat(run(third, "set local lock_timeout = '5s'")).isEqualTo("0");
      assertThat(run(third, "update jobs set worker = 9 where id = 3")).isEqualTo("1");
      assertThat(
              run(
                  third,
                  "select id from jobs order by created desc, id limit 3 for update skip locked"))
          .isEqualTo("3,4,5");
      second.commit();
      third.commit();
      assertThat(run(second, "update jobs set state = 'seen' where id between 2 and 5"))
          .isEqualTo("4");
      first.commit();
    }
  }

  @Test
  void shouldLockWhatAJoinLetsThrough() throws SQLException {
    try (Connection first = open(1);
        Connection second = open(2)) {
      assertThat(
              run(
                  first,
                  "select j.id from jobs j left join kinds k on k.id = j.id"
                      + " where j.created = 999 for update of j"))
          .isEqualTo("2,3");
      assertThat(run(second, "set local lock_timeout = '5s'")).isEqualTo("0");
      assertThat(run(second, "update kinds set name = 'x' where id = 2")).isEqualTo("1");
      assertThat(run(second, "update jobs set worker = 1 where id = 4")).isEqualTo("1");
      assertThat(run(second, "select id from jobs where id = 2 limit 1 for update nowait"))
          .isEqualTo("55P03");
      second.rollback();
      first.rollback();
      assertThat(run(second, "select k.id from jobs j join kinds k on k.id = j.id for update"))
          .isEqualTo("1,2");
      assertThat(run(first, "select name from kinds where id = 1 for share nowait"))
          .isEqualTo("55P03");
    }
  }

  @Test
  void shouldGiveEachJobToOneOfManyWorkers() throws Exception {
    try (var pool = Executors.newFixedThreadPool(6)) {
      List<CompletableFuture<Integer>> workers =
          IntStream.rangeClosed(1, 6)
              .mapToObj(worker -> CompletableFuture.supplyAsync(() -> work(worker), pool))
              .toList();
      int done = 0;
      for (CompletableFuture<Integer> worker : workers) {
        done += worker.get(4, TimeUnit.MINUTES);
      }
      assertThat(done).isEqualTo(JOBS);
    }
    try (Connection connection = connect(2)) {
      assertThat(run(connection, "select count(*) from jobs where state = 'done'"))
          .isEqualTo("" + JOBS);
    }
  }

  /** Takes jobs until none is left; returns how many it has done. */
  private static int work(int worker) {
    int done = 0;
    try (Connection connection = open(worker % 3 + 1)) {
      while (true) {
        String job = run(connection, NEXT + " skip locked");
        if (job.isEmpty()) {
          return done;
        }
        String changed =
            run(
                connection,
                "update jobs set state = 'done', worker = " + worker + " where id = " + job);
        assertThat(changed).as("job %s", job).isEqualTo("1");
        connection.commit();
        done++;
      }
    } catch (SQLException e) {
      throw new AssertionError("worker " + worker, e);
    }
  }
}
