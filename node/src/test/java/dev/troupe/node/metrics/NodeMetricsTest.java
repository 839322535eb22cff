package dev.troupe.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.node.boot.RunningNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a whole node shows at {@code /metrics}. */
class NodeMetricsTest {
  @TempDir static Path folder;
  private static RunningNode node;

  @BeforeAll
  static void work() throws SQLException {
    node = RunningNode.start(folder.resolve("n1"), Map.of());
    try (Connection connection = node.connect("&preferQueryMode=simple");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t (k int PRIMARY KEY, v int)");
      statement.execute("INSERT INTO t SELECT i, i FROM generate_series(1, 100) g(i)");
      statement.executeQuery("SELECT * FROM t WHERE k = 7").close();
    }
  }

  @AfterAll
  static void close() {
    node.close();
  }

  @Test
  void shouldPassTheLint() {
    assertThat(MetricsLint.problems(node.metrics())).isEmpty();
  }

  @Test
  void shouldAnswerInOpenMetricsWhenAsked() {
    var answer = node.get("/metrics", "Accept", "application/openmetrics-text; version=1.0.0");

    assertThat(answer.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("application/openmetrics-text"));
    assertThat(answer.body())
        .contains("# TYPE troupe_txn_commits counter", "troupe_txn_commits_total{rounds=\"one\"}")
        .endsWith("# EOF\n");
    assertThat(node.get("/_status/vars").body()).contains("troupe_txn_commits_total");
  }

  @Test
  void shouldCountStatementsByKind() throws SQLException {
    Exposition before = node.metrics();
    try (Connection simple = node.connect("&preferQueryMode=simple");
        Connection extended = node.connect("");
        Statement one = simple.createStatement();
        var other = extended.prepareStatement("UPDATE t SET v = v + 1 WHERE k = ?")) {
      one.executeUpdate("INSERT INTO t VALUES (1000, 1)");
      one.executeUpdate("DELETE FROM t WHERE k = 1000");
      other.setInt(1, 5);
      other.executeUpdate();
      assertThat(node.metrics().sum("troupe_sql_connections")).isEqualTo(2);
      assertThatThrownBy(() -> one.execute("SELECT * FROM nowhere"))
          .isInstanceOf(SQLException.class);
    }
    Exposition after = node.metrics();

    for (String kind : new String[] {"insert", "update", "delete"}) {
      String count = "troupe_sql_statement_duration_seconds_count";
      assertThat(after.sum(count, "kind", kind) - before.sum(count, "kind", kind))
          .as(kind)
          .isEqualTo(1);
    }
    String time = "troupe_sql_statement_duration_seconds_sum";
    assertThat(after.sum(time, "kind", "update") - before.sum(time, "kind", "update"))
        .as("an update's time has its commit, which was synced")
        .isGreaterThan(10e-6);
    assertThat(after.sum("troupe_sql_errors_total", "class", "42")).isEqualTo(1);
    assertThat(after.sum("troupe_txn_commits_total", "rounds", "one"))
        .isGreaterThanOrEqualTo(before.sum("troupe_txn_commits_total", "rounds", "one") + 3);
    assertThat(after.sum("troupe_log_sync_duration_seconds_count"))
        .isGreaterThan(before.sum("troupe_log_sync_duration_seconds_count"));
    for (String stage : new String[] {"log", "quorum", "applied"}) {
      String count = "troupe_raft_entry_duration_seconds_count";
      assertThat(after.sum(count, "stage", stage))
          .as(stage)
          .isGreaterThanOrEqualTo(before.sum(count, "stage", stage) + 3);
    }
  }

  @Test
  void shouldShowMemoryAndSpillsOfSorts() throws SQLException {
    try (Connection connection = node.connect("&preferQueryMode=simple");
        Statement statement = connection.createStatement()) {
      statement.execute("SET work_mem = '64kB'");
      statement
          .executeQuery("SELECT i FROM generate_series(1, 20000) g(i) ORDER BY i DESC")
          .close();
    }
    Exposition after = node.metrics();

    assertThat(after.sum("troupe_sql_spills_total")).isPositive();
    assertThat(after.sum("troupe_sql_spilled_bytes_total")).isGreaterThan(64 << 10);
    assertThat(after.sum("troupe_sql_memory_bytes")).as("all was given back").isZero();
  }

  @Test
  void shouldShowTheStore() {
    Exposition now = node.metrics();

    assertThat(now.sum("troupe_store_capacity_bytes"))
        .isGreaterThan(now.sum("troupe_store_available_bytes"));
    assertThat(now.sum("troupe_store_available_bytes")).isPositive();
    assertThat(now.sum("troupe_store_memory_bytes", "database", "state")).isPositive();
    assertThat(now.sum("troupe_store_written_bytes_total")).isPositive();
    assertThat(now.sum("troupe_range_leaders")).isEqualTo(now.sum("troupe_range_replicas"));
    assertThat(now.sum("troupe_range_underreplicated")).as("one node is all there is").isZero();
    assertThat(now.sum("troupe_range_unavailable")).isZero();
    assertThat(now.sum("troupe_oracle_timestamps_total")).isPositive();
    assertThat(now.sum("troupe_gateway_range_lookup_hits_total")).isPositive();
  }

  /** The page is this test's own text: take it from the failure when a metric was added. */
  @Test
  void shouldListEveryMetricOnItsPage() throws IOException {
    var lines = new TreeSet<String>();
    for (Exposition.Family family : node.metrics().families().values()) {
      if (family.name().startsWith("troupe_")) {
        lines.add(
            "| `%s` | %s | %s | %s |"
                .formatted(family.name(), family.type(), labels(family), family.help()));
      }
    }
    Path page = repository().resolve("docs/metrics.md");
    var listed =
        Files.readAllLines(page).stream().filter(line -> line.startsWith("| `troupe_")).toList();

    assertThat(String.join("\n", listed))
        .as("the table of docs/metrics.md")
        .isEqualTo(String.join("\n", lines));
  }

  /** Otherwise a chart stays empty for ever, and nobody wonders. */
  @Test
  void shouldKeepSeriesOfMetricsThatThereAre() {
    Set<String> there = node.metrics().families().keySet();
    for (MeterSeries series : MeterSeries.ALL) {
      String family = series.family();
      // The first collection of garbage may still be to come.
      if (!family.equals("jvm_gc_pause_seconds")) {
        assertThat(there).as(series.name()).containsAnyOf(family, family + "_total");
      }
    }
  }

  private static String labels(Exposition.Family family) {
    return family.samples().stream()
        .flatMap(sample -> sample.labels().keySet().stream())
        .filter(label -> !label.equals("le"))
        .distinct()
        .sorted()
        .map(label -> "`" + label + "`")
        .collect(Collectors.joining(", "));
  }

  /** Tests run in the folder of their module. */
  static Path repository() {
    Path folder = Path.of("").toAbsolutePath();
    return Files.exists(folder.resolve("docs")) ? folder : folder.getParent();
  }
}
