package dev.troupe.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.core.BaseConnection;

/** Statements that wait for others, on a cluster of three nodes, and what ends their waits. */
class SqlWaitsTest {
  private static final int CANCEL_REQUEST = 80_877_102;

  @TempDir static Path base;

  private static SqlCluster servers;

  @BeforeAll
  static void start() throws SQLException {
    servers = new SqlCluster(base);
    try (Connection connection = servers.connect(1);
        Statement statement = connection.createStatement()) {
      statement.execute("create table t(id int primary key, n int not null)");
      statement.execute("insert into t select g, 0 from generate_series(1, 10) g");
    }
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  private static String outcome(Statement statement, String sql) {
    try {
      statement.execute(sql);
      return "done";
    } catch (SQLException e) {
      return e.getSQLState();
    }
  }

  private static Connection holding(int node, int row) throws SQLException {
    Connection connection = servers.connect(node);
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("select * from t where id = " + row + " for update");
    }
    return connection;
  }

  /** Asks another node than the one of the session to end its statement. */
  private static void cancelByWayOf(SqlNode node, int pid, int secret) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), node.port())) {
      var out = new DataOutputStream(socket.getOutputStream());
      out.writeInt(16);
      out.writeInt(CANCEL_REQUEST);
      out.writeInt(pid);
      out.writeInt(secret);
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void shouldCancelByWayOfAnotherNodeAlsoWhileWaitingForALock() throws Exception {
    try (Connection holder = holding(1, 1);
        var waiter = new RawSession(servers.node(2).port())) {
      waiter.query("update t set n = 1 where id = 1");
      await().until(() -> isActive(2, "update t set n = 1 where id = 1"));
      // A wrong secret ends nothing, a right one does, whichever node is asked.
      cancelByWayOf(servers.node(3), waiter.pid(), waiter.secret() + 1);
      assertThat(isActive(2, "update t set n = 1 where id = 1")).isTrue();
      cancelByWayOf(servers.node(3), waiter.pid(), waiter.secret());
      assertThat(waiter.errorOfQuery()).isEqualTo("57014");
      holder.rollback();
    }
  }

  private static boolean isActive(int node, String query) throws SQLException {
    try (Connection connection = servers.connect(node);
        Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                "select count(*) from pg_stat_activity where state = 'active' and query = '"
                    + query
                    + "'")) {
      found.next();
      return found.getInt(1) > 0;
    }
  }

  @Test
  void shouldEndWaitsForLocksByStatementTimeout() throws Exception {
    try (Connection holder = holding(3, 2);
        Connection connection = servers.connect(1);
        Statement statement = connection.createStatement()) {
      statement.execute("set statement_timeout = '300ms'");
      assertThat(outcome(statement, "update t set n = 1 where id = 2")).isEqualTo("57014");
      assertThat(outcome(statement, "select * from t where id = 2 for update")).isEqualTo("57014");
      holder.rollback();
      assertThat(outcome(statement, "update t set n = 1 where id = 2")).isEqualTo("done");
    }
  }

  @Test
  void shouldEndWaitsForLocksByLockTimeout() throws Exception {
    try (Connection holder = holding(2, 4);
        Connection connection = servers.connect(1);
        Statement statement = connection.createStatement()) {
      statement.execute("set lock_timeout = '300ms'");
      assertThat(outcome(statement, "update t set n = 1 where id = 4")).isEqualTo("55P03");
      assertThatThrownBy(() -> statement.execute("select * from t where id = 4 for update"))
          .hasMessageContaining("canceling statement due to lock timeout");
      assertThat(outcome(statement, "select * from t for update")).isEqualTo("55P03");
      // Whoever waits for no lock may take longer.
      assertThat(outcome(statement, "select pg_sleep(0.5)")).isEqualTo("done");
      holder.rollback();
      assertThat(outcome(statement, "update t set n = 1 where id = 4")).isEqualTo("done");
    }
  }

  @Test
  void shouldLetGoOfTheLocksOfASessionThatRests() throws Exception {
    try (Connection idle = servers.connect(2);
        Connection other = servers.connect(3);
        Statement resting = idle.createStatement();
        Statement waiting = other.createStatement();
        var pool = Executors.newSingleThreadExecutor()) {
      resting.execute("set idle_in_transaction_session_timeout = '400ms'");
      resting.execute("begin");
      resting.execute("update t set n = 7 where id = 3");
      resting.execute("select * from t where id = 3 for update");
      var waits =
          CompletableFuture.supplyAsync(
              () -> outcome(waiting, "update t set n = n + 1 where id = 3"), pool);
      assertThat(waits.get()).isEqualTo("done");
      assertThat(idle.unwrap(BaseConnection.class).isClosed()).isFalse();
      assertThatThrownBy(() -> resting.execute("select 1"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25P03"));
      try (ResultSet found = waiting.executeQuery("select n from t where id = 3")) {
        found.next();
        assertThat(found.getInt(1)).isEqualTo(1);
      }
    }
  }
}
