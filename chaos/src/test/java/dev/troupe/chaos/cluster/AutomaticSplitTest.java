package dev.troupe.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.spi.ClusterAdmin.RangeStatus;
import dev.troupe.protocol.spi.ClusterEvents.Event;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.split.SplitSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ranges of three nodes split by their size and their load, under readers and writers. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class AutomaticSplitTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Those of a new cluster. */
  private static final int RANGES = 3;

  private static final int KEYS = 1_000;

  private static final Pattern BORDER = Pattern.compile("\"key\":\"[^\"]*k(\\d{6})\"");

  @TempDir Path base;

  private static SplitSettings bySize(long bytes) {
    return settings(bytes, 1e9, Duration.ofSeconds(60));
  }

  private static SplitSettings byLoad(double requests) {
    return settings(1L << 40, requests, Duration.ofSeconds(2));
  }

  private static SplitSettings settings(long bytes, double requests, Duration sustained) {
    return new SplitSettings(
        true, false, bytes, requests, sustained, 0, 0.2, sustained, Duration.ofMillis(500));
  }

  private LocalCluster start(SplitSettings settings) {
    return new LocalCluster(base, List.of(), LocalCluster.PATIENT, new Links())
        .splitting(settings)
        .start(3);
  }

  private static Key key(int number) {
    return Keyspace.kv("default", "k%06d".formatted(number).getBytes(StandardCharsets.UTF_8));
  }

  private static List<Event> events(LocalCluster cluster, String kind) {
    return cluster
        .node(2)
        .member()
        .admin()
        .events()
        .newest(1_000)
        .toCompletableFuture()
        .orTimeout(10, TimeUnit.SECONDS)
        .join()
        .stream()
        .filter(event -> event.kind().equals(kind))
        .toList();
  }

  /** Every key has one owner, and no range holds a key twice. */
  private static List<RangeDescriptor> whole(LocalCluster cluster) {
    return await()
        .atMost(PATIENCE)
        .until(
            () ->
                cluster.ranges().stream()
                    .map(RangeStatus::descriptor)
                    .sorted(Comparator.comparing(r -> r.span().start()))
                    .toList(),
            AutomaticSplitTest::isWhole);
  }

  private static boolean isWhole(List<RangeDescriptor> ranges) {
    for (int i = 1; i < ranges.size(); i++) {
      if (!ranges.get(i).span().start().equals(ranges.get(i - 1).span().end())) {
        return false;
      }
    }
    return ranges.getFirst().span().start().equals(Key.MIN)
        && ranges.getLast().span().end().equals(Key.MAX);
  }

  /** Clients that read and write keys by a distribution, through all nodes, until closed. */
  private static final class Clients implements AutoCloseable {
    private final AtomicBoolean stop = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();
    final AtomicLong failed = new AtomicLong();

    Clients(LocalCluster cluster, int count, IntSupplier number) {
      for (int i = 0; i < count; i++) {
        LocalNode node = cluster.node(1 + i % 3);
        boolean writes = i % 4 == 0;
        threads.add(Thread.ofVirtual().start(() -> run(node, writes, number)));
      }
    }

    private void run(LocalNode node, boolean writes, IntSupplier number) {
      while (!stop.get()) {
        Key key = key(number.getAsInt());
        var request = writes ? new KvRequest.Put(key, new byte[8]) : new KvRequest.Get(key);
        if (node.send(request, PATIENCE) instanceof KvResponse.Failed) {
          failed.incrementAndGet();
        }
      }
    }

    @Override
    public void close() {
      stop.set(true);
      threads.forEach(AutomaticSplitTest::join);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  @Test
  void shouldSplitWhatGrowsUnderWritersWithoutAnError() {
    try (LocalCluster cluster = start(bySize(2 << 20));
        Writers writers = new Writers(8, () -> cluster.node(2))) {
      var random = new Random(5);
      for (int i = 0; i < 4_000; i++) {
        byte[] value = new byte[4 << 10];
        random.nextBytes(value);
        KvRequest put = new KvRequest.Put(key(random.nextInt(1_000_000)), value);
        assertThat(cluster.node(1 + i % 3).send(put, PATIENCE))
            .isInstanceOf(KvResponse.Written.class);
      }
      await().atMost(60, TimeUnit.SECONDS).until(() -> cluster.ranges().size() >= RANGES + 6);
      whole(cluster);
      List<Event> splits = events(cluster, "range-split");
      assertThat(splits).isNotEmpty();
      assertThat(splits)
          .allMatch(e -> e.details().contains("\"strategy\":\"size\""))
          .allMatch(e -> e.details().contains("\"bytes\":"));
      long before = writers.writes();
      await().atMost(30, TimeUnit.SECONDS).until(() -> writers.writes() > before + 100);
      assertThat(writers.violations(cluster.node(3))).isEmpty();
      assertThat(writers.refused()).isEmpty();
      assertThat(writers.ambiguous()).isEmpty();
    }
  }

  @Test
  void shouldSplitASkewedLoadAtItsMedianAndNotInTheMiddleOfTheKeys() {
    try (LocalCluster cluster = start(byLoad(150))) {
      var random = new Random(6);
      // Half of the requests are for the first 32 of a thousand keys.
      IntSupplier zipf =
          () -> {
            synchronized (random) {
              return (int) Math.pow(KEYS, random.nextDouble());
            }
          };
      List<Event> splits;
      try (Clients clients = new Clients(cluster, 12, zipf)) {
        splits =
            await()
                .atMost(90, TimeUnit.SECONDS)
                .until(() -> events(cluster, "range-split"), found -> !found.isEmpty());
        await()
            .atMost(60, TimeUnit.SECONDS)
            .until(() -> !events(cluster, "range-split-effect").isEmpty());
        assertThat(clients.failed).hasValue(0);
      }
      Event first = splits.getLast();
      assertThat(first.details()).contains("\"strategy\":\"load-median\"", "\"samples\":");
      Matcher border = BORDER.matcher(first.details());
      assertThat(border.find()).as(first.details()).isTrue();
      assertThat(Integer.parseInt(border.group(1))).isBetween(3, 300);
      whole(cluster);
    }
  }

  @Test
  void shouldGiveASingleHotKeyARangeOfItsOwnOnceAndNameIt() {
    try (LocalCluster cluster = start(byLoad(150))) {
      var random = new Random(7);
      // Under a lease a million reads a second are done here, and what is left over must not be
      // hot.
      IntSupplier celebrity =
          () -> {
            synchronized (random) {
              return random.nextInt(100_000) < 99_999 ? 500 : random.nextInt(KEYS);
            }
          };
      try (Clients clients = new Clients(cluster, 12, celebrity)) {
        List<Event> hot =
            await()
                .atMost(120, TimeUnit.SECONDS)
                .until(() -> events(cluster, "range-hot"), found -> !found.isEmpty());
        assertThat(hot.getFirst().details()).contains("\"finding\":\"hot-key\"", "k000500");
        List<RangeDescriptor> ranges = whole(cluster);
        assertThat(ranges).anyMatch(r -> r.span().isOneKey() && r.span().start().equals(key(500)));
        assertThat(ranges).hasSize(RANGES + 2);
        // It stays at that, although the key stays as hot as it is.
        assertThat(events(cluster, "range-split")).hasSize(2);
        await()
            .during(Duration.ofSeconds(6))
            .atMost(Duration.ofSeconds(30))
            .until(() -> cluster.ranges().size() == RANGES + 2);
        assertThat(events(cluster, "range-hot")).hasSize(1);
        assertThat(clients.failed).hasValue(0);
      }
    }
  }

  // --- SQL -------------------------------------------------------------------------------------

  private interface Work {
    void run(Statement statement, int round) throws SQLException;
  }

  /** A client that does the same again and again, and remembers what went wrong. */
  private static Thread client(
      SqlCluster servers, int node, AtomicBoolean stop, Consumer<String> failure, Work work) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try (Connection connection = servers.connect(node);
                  Statement statement = connection.createStatement()) {
                for (int round = 0; !stop.get(); round++) {
                  work.run(statement, round);
                }
              } catch (SQLException failed) {
                failure.accept(failed.getSQLState() + " " + failed.getMessage());
              } catch (AssertionError wrong) {
                failure.accept(wrong.getMessage());
              }
            });
  }

  @Test
  void shouldSplitATableWhileStatementsRunAndNoneFails() throws SQLException {
    var failures = java.util.Collections.synchronizedList(new ArrayList<String>());
    var stop = new AtomicBoolean();
    var rows = new AtomicInteger();
    try (SqlCluster servers = new SqlCluster(base, bySize(1 << 20))) {
      try (Connection connection = servers.connect(1);
          Statement statement = connection.createStatement()) {
        statement.execute("create table t (id int primary key, a int, filler text)");
        statement.execute("create index on t (a)");
      }
      List<Thread> clients =
          List.of(
              client(servers, 1, stop, failures::add, (s, round) -> load(s, round, rows)),
              client(servers, 2, stop, failures::add, (s, round) -> update(s, round, rows.get())),
              client(servers, 3, stop, failures::add, (s, round) -> check(s, rows.get())));
      await()
          .atMost(120, TimeUnit.SECONDS)
          .until(() -> !failures.isEmpty() || cluster(servers).size() >= RANGES + 4);
      stop.set(true);
      clients.forEach(AutomaticSplitTest::join);
      assertThat(failures).isEmpty();
      try (Connection connection = servers.connect(2);
          Statement statement = connection.createStatement()) {
        check(statement, rows.get());
        try (ResultSet shown =
            statement.executeQuery(
                "select count(*) from troupe_internal.events where kind = 'range-split'"
                    + " and details->>'strategy' = 'size'")) {
          assertThat(shown.next()).isTrue();
          assertThat(shown.getInt(1)).isPositive();
        }
      }
    }
  }

  private static List<String> shown(Statement statement, String sql) throws SQLException {
    var rows = new ArrayList<String>();
    try (ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        rows.add(result.getString("start_key") + " " + result.getString("end_key"));
        assertThat(result.getString("replicas")).isEqualTo("{1,2,3}");
      }
    }
    return rows;
  }

  private static void assertFails(Statement statement, String sql, String state) {
    assertThatThrownBy(() -> statement.execute(sql))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(state));
  }

  @Test
  void shouldSplitTablesAndIndexesAsTheirOwnerSaysAndShowTheirRanges() throws SQLException {
    try (SqlCluster servers = new SqlCluster(base);
        Connection connection = servers.connect(2);
        Statement statement = connection.createStatement()) {
      statement.execute("create table h (id int primary key, name text)");
      statement.execute("create index h_name on h (name)");
      statement.execute("insert into h select i, 'n' || i from generate_series(1, 300) i");
      for (int time = 0; time < 2; time++) {
        // The second time everything is so already.
        statement.execute("alter table h split at values (100), (200)");
        statement.execute("alter index h_name split at select 'n' || 2");
      }
      assertThat(shown(statement, "show ranges from table h"))
          .containsExactly(
              "/Tables /h/h_pkey/100",
              "/h/h_pkey/100 /h/h_pkey/200",
              "/h/h_pkey/200 /h/h_name/n2",
              "/h/h_name/n2 /Max");
      assertThat(shown(statement, "show ranges from index h_name")).hasSize(2);
      assertThat(shown(statement, "show ranges")).hasSize(RANGES + 3).startsWith("/Min /Kv");
      try (ResultSet found = statement.executeQuery("select count(*), sum(id) from h")) {
        assertThat(found.next()).isTrue();
        assertThat(found.getInt(1)).isEqualTo(300);
      }
      assertFails(statement, "alter table h split at values (1, 2)", "42601");
      assertFails(statement, "alter table nothing split at values (1)", "42P01");
      assertFails(statement, "alter index nothing split at values (1)", "42704");
      assertFails(statement, "alter table h split at values ('x')", "22P02");
      statement.execute("create role ann");
      statement.execute("set role ann");
      assertFails(statement, "alter table h split at values (150)", "42501");
      assertFails(statement, "show ranges from table h", "42501");
      assertThat(shown(statement, "show ranges")).contains("/h/h_pkey/… /h/h_pkey/…");
    }
  }

  private static List<RangeStatus> cluster(SqlCluster servers) {
    return servers.cluster().ranges();
  }

  private static void load(Statement statement, int round, AtomicInteger rows) throws SQLException {
    int from = round * 500;
    statement.execute(
        "insert into t select i, i % 100, md5(i::text) || md5((-i)::text) || md5((i * 7)::text)"
            + " from generate_series("
            + from
            + ", "
            + (from + 499)
            + ") i");
    rows.set(from + 500);
  }

  private static void update(Statement statement, int round, int rows) throws SQLException {
    if (rows > 0) {
      statement.execute("update t set a = (a + 1) % 100 where id = " + (round * 7_919L % rows));
    }
  }

  private static void check(Statement statement, int atLeast) throws SQLException {
    try (ResultSet found =
        statement.executeQuery("select count(*), count(distinct id), max(id) from t")) {
      assertThat(found.next()).isTrue();
      int count = found.getInt(1);
      assertThat(count).isGreaterThanOrEqualTo(atLeast);
      assertThat(found.getInt(2)).isEqualTo(count);
      // They are numbered from 0; of none there is no highest.
      assertThat(found.getInt(3)).isEqualTo(Math.max(0, count - 1));
    }
  }
}
