package dev.troupe.chaos.sqllogic;

import dev.troupe.chaos.sqllogic.FileOutcome.Failure;
import dev.troupe.chaos.sqllogic.SqlLogicRecord.Expectation;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs the records of a file one after the other, each in a transaction of its own, over one
 * connection; a connection that broke is replaced. A file begins without tables.
 */
public final class SqlLogicRunner implements AutoCloseable {
  private static final int TIMEOUT_SECONDS = 60;
  private static final int COLUMNS_SHOWN_MAX = 300;

  private final String url;
  private final Set<String> excluded;
  private @Nullable Connection connection;

  /**
   * @param url of JDBC
   * @param excluded places (FILE:LINE) of records whose outcome does not count; they are run all
   *     the same, for others may build on them
   */
  public SqlLogicRunner(String url, Set<String> excluded) {
    this.url = url;
    this.excluded = Set.copyOf(excluded);
  }

  public FileOutcome run(String file, List<SqlLogicRecord> records) throws SQLException {
    dropAll();
    Map<String, ShownResult> byLabel = new HashMap<>();
    List<Failure> failures = new ArrayList<>();
    int passed = 0;
    int uncounted = 0;
    for (SqlLogicRecord record : records) {
      String wrong = outcome(record, byLabel);
      if (excluded.contains(file + ":" + record.line())) {
        uncounted++;
      } else if (wrong == null) {
        passed++;
      } else {
        failures.add(new Failure(file, record.line(), wrong, record.sql()));
      }
    }
    return new FileOutcome(file, passed, failures, uncounted);
  }

  /** What is wrong; null when nothing is. */
  private @Nullable String outcome(SqlLogicRecord record, Map<String, ShownResult> byLabel)
      throws SQLException {
    try {
      return switch (record) {
        case SqlLogicRecord.Command command -> command(command);
        case SqlLogicRecord.Query query -> query(query, byLabel);
      };
    } catch (SQLException e) {
      boolean expected = record instanceof SqlLogicRecord.Command command && command.fails();
      if (isBroken(e)) {
        close();
        return "connection lost: " + firstLine(e);
      }
      return expected ? null : e.getSQLState() + " " + firstLine(e);
    }
  }

  private static boolean isBroken(SQLException e) {
    String state = e.getSQLState();
    return state != null && (state.startsWith("08") || state.startsWith("57P"));
  }

  private static String firstLine(SQLException e) {
    String message = String.valueOf(e.getMessage());
    return message.lines().findFirst().orElse("");
  }

  private @Nullable String command(SqlLogicRecord.Command command) throws SQLException {
    try (Statement statement = statement()) {
      statement.execute(command.sql());
    }
    return command.fails() ? "an error was expected" : null;
  }

  private @Nullable String query(SqlLogicRecord.Query query, Map<String, ShownResult> byLabel)
      throws SQLException {
    ShownResult result;
    try (Statement statement = statement();
        ResultSet rows = statement.executeQuery(query.sql())) {
      int columns = rows.getMetaData().getColumnCount();
      if (columns != query.types().length()) {
        return "%d columns instead of %d".formatted(columns, query.types().length());
      }
      result = ShownResult.of(shown(rows, query.types()), query.sorting());
    }
    String label = query.label();
    ShownResult other = label == null ? null : byLabel.putIfAbsent(label, result);
    if (!result.meets(query.expectation())) {
      return "got " + cut(result.toString()) + ", expected " + cut(text(query.expectation()));
    }
    return other == null || other.equals(result)
        ? null
        : "another result than that of label " + label;
  }

  private static List<List<String>> shown(ResultSet rows, String types) throws SQLException {
    List<List<String>> shown = new ArrayList<>();
    while (rows.next()) {
      List<String> row = new ArrayList<>(types.length());
      for (int i = 0; i < types.length(); i++) {
        row.add(ShownResult.show(types.charAt(i), rows.getString(i + 1)));
      }
      shown.add(row);
    }
    return shown;
  }

  private static String text(Expectation expectation) {
    return switch (expectation) {
      case Expectation.Values values -> new ShownResult(values.values()).toString();
      case Expectation.Hash hash -> hash.values() + " values (" + hash.md5() + ")";
    };
  }

  private static String cut(String text) {
    return text.length() <= COLUMNS_SHOWN_MAX ? text : text.substring(0, COLUMNS_SHOWN_MAX);
  }

  private Statement statement() throws SQLException {
    Statement statement = connection().createStatement();
    statement.setQueryTimeout(TIMEOUT_SECONDS);
    return statement;
  }

  private Connection connection() throws SQLException {
    Connection open = connection;
    if (open == null || open.isClosed()) {
      open = DriverManager.getConnection(url);
      connection = open;
    }
    return open;
  }

  private void dropAll() throws SQLException {
    try (Statement statement = statement()) {
      statement.execute("DROP SCHEMA IF EXISTS public CASCADE");
      statement.execute("CREATE SCHEMA public");
    }
  }

  @Override
  public void close() throws SQLException {
    Connection open = connection;
    connection = null;
    if (open != null) {
      open.close();
    }
  }
}
