package dev.troupe.sql.differential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.troupe.pgwire.PgOptions;
import dev.troupe.pgwire.WireServer;
import dev.troupe.sql.kv.MemoryStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the same random statements here and on a PostgreSQL 15, where one is installed, and compares
 * rows and SQLSTATEs. {@code -Ddifferential.seconds=N} runs longer, {@code -Ddifferential.seed=N}
 * begins elsewhere; a failure names the seed that shows it.
 */
class DifferentialTest {
  private static final int SECONDS = Integer.getInteger("differential.seconds", 10);
  private static final long SEED = Long.getLong("differential.seed", 1);
  private static final int STATEMENTS_PER_SEED = 200;
  private static final int DIFFERENCES_MAX = 20;

  @TempDir Path base;

  @Test
  void shouldAnswerAsPostgres() throws Exception {
    Optional<String> missing = LocalPostgres.missing();
    assumeTrue(missing.isEmpty(), () -> "not compared: " + missing.orElseThrow());
    long end = System.nanoTime() + SECONDS * 1_000_000_000L;
    var differences = new ArrayList<String>();
    try (LocalPostgres postgres = LocalPostgres.start(base);
        var ours = new WireServer(new MemoryStore(), PgOptions.trusting(10));
        Connection theirConnection = postgres.connect();
        Connection ourConnection =
            ours.connect("root", null, "&sslmode=disable&preferQueryMode=simple");
        Statement their = theirConnection.createStatement();
        Statement our = ourConnection.createStatement()) {
      long seed = SEED;
      do {
        differences.addAll(compare(seed++, their, our));
      } while (System.nanoTime() < end && differences.size() < DIFFERENCES_MAX);
    }
    assertThat(differences).isEmpty();
  }

  private static List<String> compare(long seed, Statement their, Statement our)
      throws SQLException {
    var statements = new RandomStatements(new SplittableRandom(seed));
    List<String> setup = new ArrayList<>();
    setup.add("DROP TABLE IF EXISTS t1, t2, t3");
    setup.addAll(RandomStatements.SCHEMA);
    setup.addAll(statements.rows());
    for (String sql : setup) {
      answer(their, sql);
      answer(our, sql);
    }
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < STATEMENTS_PER_SEED; i++) {
      String sql = statements.next();
      boolean same = isSame(seed, sql, their, our, differences);
      boolean query = sql.startsWith("SELECT") || sql.startsWith("WITH");
      for (String all : query ? List.<String>of() : RandomStatements.CONTENTS) {
        same &= isSame(seed, all, their, our, differences);
      }
      if (!same && !query) {
        // What follows would differ for the same reason.
        return differences;
      }
    }
    return differences;
  }

  private static boolean isSame(
      long seed, String sql, Statement their, Statement our, List<String> differences) {
    List<String> expected = answer(their, sql);
    List<String> actual = answer(our, sql);
    if (sql.matches(
        "(?s).*(INTERSECT|UNION|EXCEPT|DISTINCT|GROUP BY|ORDER"
            + " BY|min\\(|max\\(|MIN|_value\\().*")) {
      // Which of several equal numbers, 1.0 and 1.00, stands for them is left open.
      expected.replaceAll(DifferentialTest::withoutZeros);
      actual.replaceAll(DifferentialTest::withoutZeros);
    }
    if (!sql.contains(" ORDER BY 1") && !sql.contains("ORDER BY id")) {
      Collections.sort(expected);
      Collections.sort(actual);
    }
    if (expected.equals(actual)) {
      return true;
    }
    differences.add(
        "seed %d: %s%n  PostgreSQL %s%n  we         %s".formatted(seed, sql, expected, actual));
    return false;
  }

  private static String withoutZeros(String row) {
    return row.replaceAll("(?<![0-9])-(0(?:\\.0*)?)(?![0-9.])", "$1")
        .replaceAll("(\\.[0-9]*?)0+(?![0-9])", "$1")
        .replaceAll("\\.(?![0-9])", "");
  }

  /** Rows, or the SQLSTATE. */
  private static List<String> answer(Statement statement, String sql) {
    List<String> lines = new ArrayList<>();
    try {
      if (!statement.execute(sql)) {
        lines.add(statement.getUpdateCount() + " rows");
        return lines;
      }
      try (ResultSet rows = statement.getResultSet()) {
        int columns = rows.getMetaData().getColumnCount();
        while (rows.next()) {
          List<String> row = new ArrayList<>();
          for (int i = 1; i <= columns; i++) {
            row.add(String.valueOf(rows.getString(i)));
          }
          lines.add(String.join("|", row));
        }
      }
    } catch (SQLException e) {
      lines.clear();
      lines.add("error " + e.getSQLState());
    }
    return lines;
  }
}
