package dev.troupe.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.placement.PlacementSettings;
import dev.troupe.protocol.model.Locality;
import dev.troupe.range.ReplicaSettings;
import dev.troupe.transport.LinkFilter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A table's replicas go where CONFIGURE ZONE wants them, on four real nodes in one process. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ZoneTest {
  private static final PlacementSettings QUICK =
      PlacementSettings.DEFAULTS.withLook(Duration.ofSeconds(1)).withRest(Duration.ofSeconds(2));

  private static List<String> rows(Statement statement, String sql) throws SQLException {
    var rows = new ArrayList<String>();
    try (ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        var row = new ArrayList<String>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.add(result.getString(i));
        }
        rows.add(String.join(" | ", row));
      }
    }
    return rows;
  }

  /** Where the table's only range is led, and where its replicas are. */
  private static String place(Statement statement) throws SQLException {
    try (ResultSet ranges = statement.executeQuery("show ranges from table t")) {
      assertThat(ranges.next()).isTrue();
      String place = ranges.getString("lease_holder") + " " + ranges.getString("replicas");
      return ranges.next() ? "several" : place;
    }
  }

  private static void awaitPlace(Statement statement, String wanted) {
    Awaitility.await()
        .atMost(120, TimeUnit.SECONDS)
        .untilAsserted(() -> assertThat(place(statement)).isEqualTo(wanted));
  }

  @Test
  void shouldHaveReplicasAndLeadersWhereTheyAreWanted(@TempDir Path base) throws SQLException {
    try (var cluster =
            new LocalCluster(base, List.of(), ReplicaSettings.DEFAULTS, LinkFilter.PASS_ALL)
                .placing(QUICK)
                .standing(node -> Locality.parse("region=eu,zone=z" + node))
                .start(4);
        var door = new SqlNode(cluster.node(2));
        Connection connection = door.connect("");
        Statement statement = connection.createStatement()) {
      statement.execute("create table t (id int primary key, v text)");
      statement.execute("insert into t select i, 'v' || i from generate_series(1, 500) i");
      statement.execute(
          "alter table t configure zone using constraints = '[-zone=z1]',"
              + " lease_preferences = '[[+zone=z4]]'");
      awaitPlace(statement, "4 {2,3,4}");

      // What is not said stays as it was.
      statement.execute("alter table t configure zone using lease_preferences = '[[+zone=z3]]'");
      assertThat(rows(statement, "show zone configuration from table t"))
          .containsExactly(
              "TABLE public.t | ALTER TABLE public.t CONFIGURE ZONE USING\n\tnum_replicas = 3,\n"
                  + "\tconstraints = '[-zone=z1]',\n\tlease_preferences = '[[+zone=z3]]'");
      awaitPlace(statement, "3 {2,3,4}");
      assertThat(rows(statement, "show zone configurations")).hasSize(1);

      statement.execute("alter table t configure zone using constraints = '[-zone=z2]'");
      awaitPlace(statement, "3 {1,3,4}");
      assertThat(rows(statement, "select count(*), min(v), max(v) from t"))
          .containsExactly("500 | v1 | v99");

      assertThatThrownBy(
              () -> statement.execute("alter table t configure zone using num_replicas = 1"))
          .hasMessageContaining("at least 3 replicas");
      statement.execute("alter table t configure zone discard");
      assertThat(rows(statement, "show zone configurations")).isEmpty();
    }
  }
}
