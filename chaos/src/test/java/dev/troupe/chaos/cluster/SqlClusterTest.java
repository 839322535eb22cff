package dev.troupe.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.troupe.chaos.history.History;
import dev.troupe.chaos.history.check.Workload;
import dev.troupe.chaos.sqlload.SqlKind;
import dev.troupe.chaos.sqlload.SqlRun;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.protocol.spi.TimestampSource;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

/** SQL by a real driver over a cluster of three nodes. */
class SqlClusterTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  @TempDir static Path base;

  private static SqlCluster servers;

  @BeforeAll
  static void start() {
    servers = new SqlCluster(base);
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  private static Connection connect(int node) throws SQLException {
    return servers.connect(node);
  }

  private static void run(String... statements) throws SQLException {
    try (Connection connection = connect(1);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static List<String> rows(int node, String sql) throws SQLException {
    try (Connection connection = connect(node);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      var rows = new ArrayList<String>();
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        var row = new ArrayList<String>();
        for (int i = 1; i <= columns; i++) {
          row.add(result.getString(i));
        }
        rows.add(String.join("|", row));
      }
      return rows;
    }
  }

  private static String state(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    var state = new CompletableFuture<String>();
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(SQLException.class, e -> state.complete(e.getSQLState()));
    return state.join();
  }

  @Test
  void shouldShowOnEachNodeWhatAnotherHasCommitted() throws SQLException {
    run(
        "create table shown(id int primary key, name text not null, price numeric(8,2))",
        "insert into shown values (1, 'one', 1.5), (2, 'two', null)");
    for (int node = 1; node <= 3; node++) {
      assertThat(rows(node, "select * from shown order by id desc"))
          .containsExactly("2|two|null", "1|one|1.50");
    }
    run("alter table shown add column extra int default 7");
    for (int node = 1; node <= 3; node++) {
      assertThat(rows(node, "select id, extra from shown order by id"))
          .containsExactly("1|7", "2|7");
    }
    run("drop table shown");
    for (int node = 1; node <= 3; node++) {
      int asked = node;
      assertThat(state(() -> rows(asked, "select * from shown"))).isEqualTo("42P01");
    }
  }

  @Test
  void shouldRefuseDuplicatesAndKeepTheTransactionByASavepoint() throws SQLException {
    run("create table kept(id int primary key)");
    try (Connection connection = connect(2);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("insert into kept values (1)");
      var savepoint = connection.setSavepoint();
      assertThat(state(() -> statement.execute("insert into kept values (1)"))).isEqualTo("23505");
      assertThat(state(() -> statement.execute("select 1"))).isEqualTo("25P02");
      connection.rollback(savepoint);
      statement.execute("insert into kept values (2)");
      connection.commit();
    }
    assertThat(rows(3, "select id from kept order by 1")).containsExactly("1", "2");
  }

  @Test
  void shouldPrepareOnTheServerAndRunBatches() throws SQLException {
    run("create table batches(id bigint primary key, v text)");
    try (Connection connection = servers.node(1).connect("&reWriteBatchedInserts=true")) {
      try (PreparedStatement insert =
          connection.prepareStatement("insert into batches values (?, ?)")) {
        for (int i = 0; i < 500; i++) {
          insert.setLong(1, i);
          insert.setString(2, "v" + i);
          insert.addBatch();
        }
        assertThat(insert.executeBatch()).hasSize(500);
      }
      try (PreparedStatement select =
          connection.prepareStatement("select v from batches where id = ?")) {
        // From the fifth run on the driver names the statement and asks for binary values.
        for (int i = 0; i < 20; i++) {
          select.setLong(1, i);
          try (ResultSet found = select.executeQuery()) {
            assertThat(found.next()).isTrue();
            assertThat(found.getString(1)).isEqualTo("v" + i);
          }
        }
      }
      connection.setAutoCommit(false);
      try (Statement page = connection.createStatement()) {
        page.setFetchSize(7);
        try (ResultSet all = page.executeQuery("select id from batches order by id")) {
          for (long i = 0; i < 500; i++) {
            assertThat(all.next()).isTrue();
            assertThat(all.getLong(1)).isEqualTo(i);
          }
          assertThat(all.next()).isFalse();
        }
      }
      connection.commit();
    }
  }

  @Test
  void shouldReturnGeneratedKeysAndCopyBothWays() throws SQLException, IOException {
    run("create table keyed(id serial primary key, v text)");
    try (Connection connection = connect(3)) {
      try (PreparedStatement insert =
          connection.prepareStatement(
              "insert into keyed(v) values (?)", Statement.RETURN_GENERATED_KEYS)) {
        insert.setString(1, "first");
        insert.executeUpdate();
        try (ResultSet keys = insert.getGeneratedKeys()) {
          assertThat(keys.next()).isTrue();
          assertThat(keys.getInt("id")).isEqualTo(1);
        }
      }
      var copy = connection.unwrap(PGConnection.class).getCopyAPI();
      assertThat(
              copy.copyIn(
                  "copy keyed from stdin with (format csv)", new StringReader("10,\"a,b\"\n11,\n")))
          .isEqualTo(2);
      var out = new StringWriter();
      assertThat(copy.copyOut("copy (select * from keyed order by id) to stdout", out))
          .isEqualTo(3);
      assertThat(out.toString()).isEqualTo("1\tfirst\n10\ta,b\n11\t\\N\n");
    }
  }

  @Test
  void shouldLoseNoUpdateOfACrowd() throws Exception {
    run(
        "create table counters(id int primary key, n int not null)",
        "insert into counters values (1, 0)");
    int users = 6;
    int each = 25;
    var failures = new AtomicInteger();
    try (var pool = Executors.newFixedThreadPool(users)) {
      var done = new ArrayList<CompletableFuture<Void>>();
      for (int user = 0; user < users; user++) {
        int node = user % 3 + 1;
        done.add(
            CompletableFuture.runAsync(
                () -> {
                  try (Connection connection = connect(node);
                      Statement statement = connection.createStatement()) {
                    for (int i = 0; i < each; i++) {
                      statement.execute("update counters set n = n + 1 where id = 1");
                    }
                  } catch (SQLException e) {
                    failures.incrementAndGet();
                  }
                },
                pool));
      }
      CompletableFuture.allOf(done.toArray(CompletableFuture[]::new)).get(5, TimeUnit.MINUTES);
    }
    assertThat(failures).hasValue(0);
    assertThat(rows(1, "select n from counters")).containsExactly("" + users * each);
  }

  @Test
  void shouldEndAStatementThatIsCancelled() throws Exception {
    try (Connection connection = connect(1);
        Statement statement = connection.createStatement();
        var pool = Executors.newSingleThreadExecutor()) {
      var running =
          CompletableFuture.supplyAsync(
              () -> state(() -> statement.execute("select pg_sleep(100)")), pool);
      // What comes before the statement has begun cancels nothing.
      await()
          .until(
              () -> {
                statement.cancel();
                return running.isDone();
              });
      assertThat(running.get()).isEqualTo("57014");
      assertThat(rows(1, "select 1")).containsExactly("1");
    }
  }

  @Test
  void shouldReadTextsWithinAStatementByTheSettingsOfTheSession() throws SQLException {
    try (Connection connection = connect(2);
        Statement statement = connection.createStatement()) {
      statement.execute("set datestyle = 'ISO, DMY'");
      try (ResultSet found =
          statement.executeQuery(
              "select d::date::text from (values ('01/02/2003'), ('03/04/2005')) v(d) order by"
                  + " 1")) {
        assertThat(found.next()).isTrue();
        assertThat(found.getString(1)).isEqualTo("2003-02-01");
      }
    }
  }

  @Test
  void shouldKeepIndexAndTableInStep() throws SQLException {
    run(
        "create table indexed(id int primary key, a int, b text)",
        "insert into indexed select i, i % 10, 'b' || i from generate_series(1, 200) i",
        "create index indexed_a on indexed(a)",
        "update indexed set a = a + 1 where id % 3 = 0",
        "delete from indexed where id % 7 = 0");
    assertThat(rows(2, "select count(*) from indexed where a = 4"))
        .isEqualTo(rows(2, "select count(*) from indexed where a + 0 = 4"));
    assertThat(rows(2, "select sum(id) from indexed where a >= 3 and a < 6"))
        .isEqualTo(rows(2, "select sum(id) from indexed where a + 0 >= 3 and a + 0 < 6"));
  }

  /**
   * Plans of one node meet what another one has changed: never a row by a description of before.
   */
  @Test
  void shouldReadRowsByTheDescriptionInForceWhileItChanges() throws Exception {
    run(
        "create table moving(id int primary key, a int not null)",
        "insert into moving values (1, 0)");
    try (Connection reader = servers.node(2).connect("&prepareThreshold=1");
        Connection writer = connect(3);
        PreparedStatement read = reader.prepareStatement("select a from moving where id = ?");
        Statement change = writer.createStatement()) {
      read.setInt(1, 1);
      for (int round = 1; round <= 40; round++) {
        change.execute("alter table moving drop column a");
        change.execute("alter table moving add column a int not null default " + round);
        try (ResultSet result = read.executeQuery()) {
          assertThat(result.next()).isTrue();
          assertThat(result.getInt(1)).isEqualTo(round);
        }
        change.execute("update moving set a = a + 1000");
        try (ResultSet result = read.executeQuery()) {
          assertThat(result.next()).isTrue();
          assertThat(result.getInt(1)).isEqualTo(round + 1000);
        }
      }
    }
  }

  @Test
  void shouldReadKeysOfManyRangesAtOnceWhileTheySplit() {
    var keys = new ArrayList<Key>();
    for (int i = 0; i < 60; i++) {
      Key key = Keyspace.kvNamespace("many").start().append(new byte[] {(byte) i});
      keys.add(key);
      assertThat(servers.cluster().node(1).send(new KvRequest.Put(key, key.bytes()), TIMEOUT))
          .isInstanceOf(KvResponse.Written.class);
    }
    for (int border = 50; border > 0; border -= 10) {
      for (int node = 1; node <= 3; node++) {
        var all = new KvRequest.GetAll(keys, now(node), null);
        KvResponse answer = servers.cluster().node(node).send(all, TIMEOUT);
        assertThat(answer).isInstanceOf(KvResponse.Values.class);
        assertThat(((KvResponse.Values) answer).values())
            .extracting(value -> Key.wrap(value.value()))
            .isEqualTo(keys);
      }
      servers
          .cluster()
          .node(1)
          .member()
          .admin()
          .splitRange(keys.get(border))
          .toCompletableFuture()
          .orTimeout(60, TimeUnit.SECONDS)
          .join();
    }
  }

  private static Timestamp now(int node) {
    var drawn = new CompletableFuture<TimestampSource.Drawn>();
    long deadline = SystemClocks.monotonic().nanos() + TIMEOUT.toNanos();
    servers.cluster().node(node).member().timestamps().draw(1, deadline, drawn::complete);
    return ((TimestampSource.Drawn.Granted) drawn.orTimeout(20, TimeUnit.SECONDS).join()).first();
  }

  /** {@code chaos/processes/sql.sh} does so for minutes, with nodes that die. */
  @Test
  void shouldGiveValidHistoriesWhileLeadersMove(@TempDir Path histories) throws Exception {
    var urls = List.of(servers.node(1).url(""), servers.node(2).url("&prepareThreshold=1"));
    var plan = new SqlRun.Plan(urls, 4, Duration.ofSeconds(2), 1);
    try (var pool = Executors.newFixedThreadPool(SqlKind.values().length)) {
      var runs = new EnumMap<SqlKind, CompletableFuture<SqlRun.Result>>(SqlKind.class);
      for (SqlKind kind : SqlKind.values()) {
        Path file = histories.resolve(kind.toString());
        runs.put(kind, CompletableFuture.supplyAsync(() -> run(kind, plan, file), pool));
      }
      var all = CompletableFuture.allOf(runs.values().toArray(CompletableFuture[]::new));
      for (int turn = 0; !all.isDone(); turn++) {
        moveLeaders(turn % 3 + 1);
      }
      for (SqlKind kind : SqlKind.values()) {
        SqlRun.Result result = runs.get(kind).get();
        assertThat(result.faults()).isEmpty();
        assertThat(result.committed()).isGreaterThan(10);
        assertThat(result.indexes()).isEqualTo(4);
        var history = History.read(List.of(histories.resolve(kind.toString())));
        var check = Workload.valueOf(kind.name()).checker(new Workload.Options(1, false));
        assertThat(check.check(history).anomalies()).isEmpty();
      }
    }
  }

  private static SqlRun.Result run(SqlKind kind, SqlRun.Plan plan, Path file) {
    try {
      return SqlRun.of(kind, kind.keysDefault(), plan, SystemClocks.monotonic())
          .execute(Files.newOutputStream(file), () -> {});
    } catch (SQLException | IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void moveLeaders(int node) {
    for (var range : servers.cluster().ranges()) {
      // A leader that has just moved may refuse: the next turn asks again.
      servers
          .cluster()
          .node(1)
          .member()
          .admin()
          .transferLeadership(range.descriptor().id(), new NodeId(node))
          .toCompletableFuture()
          .handle((done, failure) -> failure)
          .orTimeout(30, TimeUnit.SECONDS)
          .join();
    }
  }
}
