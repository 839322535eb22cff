package dev.troupe.node.demo;

import dev.troupe.node.config.HostPort;
import dev.troupe.node.sqlshell.ResultFormat;
import dev.troupe.node.sqlshell.ShellSettings;
import dev.troupe.node.sqlshell.SqlConnection;
import dev.troupe.node.sqlshell.SqlShell;
import dev.troupe.protocol.spi.MonotonicClock;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

/** Planets, their moons and the missions to them: the same tables in every demo. */
final class SampleSql {
  private static final String USER = "root";
  private static final String DATABASE = "defaultdb";
  private static final String SCRIPT = "sample.sql";
  private static final int ROUNDS_MAX = 10;
  private static final Duration PAUSE = Duration.ofMillis(500);

  private SampleSql() {}

  /**
   * Loads the tables. The script can be repeated, which is done when a leader moved meanwhile.
   *
   * @throws DemoProblem when it failed for good
   */
  static void load(HostPort sql, MonotonicClock clock) {
    String problem = "";
    for (int round = 1; round <= ROUNDS_MAX; round++) {
      problem = run(sql, script(), clock);
      if (problem.isEmpty()) {
        return;
      }
      // An election takes about so long.
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    throw new DemoProblem("cannot load the sample tables: " + problem, "");
  }

  /** Returns what went wrong; empty when nothing did. */
  private static String run(HostPort sql, String script, MonotonicClock clock) {
    StringWriter complaints = new StringWriter();
    var around =
        new SqlShell.Surroundings(
            new PrintWriter(Writer.nullWriter()), new PrintWriter(complaints), clock);
    var target = new SqlConnection.Target(sql, USER, DATABASE);
    try (SqlConnection connection = SqlConnection.open(target, SqlConnection.Protection.DEFAULT)) {
      var settings = new ShellSettings(ResultFormat.TABLE, false);
      boolean well =
          new SqlShell(connection, settings, around)
              .runScript(new BufferedReader(new StringReader(script)));
      return well ? "" : complaints.toString();
    } catch (SQLException | IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static String script() {
    try (InputStream bytes =
        Objects.requireNonNull(SampleSql.class.getResourceAsStream(SCRIPT), SCRIPT)) {
      return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new DemoProblem("cannot read " + SCRIPT + ": " + e.getMessage(), "");
    }
  }
}
