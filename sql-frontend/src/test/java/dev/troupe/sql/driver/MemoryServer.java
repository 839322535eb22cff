package dev.troupe.sql.driver;

import dev.troupe.pgwire.PgOptions;
import dev.troupe.pgwire.WireServer;
import dev.troupe.sql.kv.MemoryStore;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A server of SQL over a store in memory, and what tests ask of it. */
final class MemoryServer implements AutoCloseable {
  private static final int CONNECTIONS_MAX = 50;

  final MemoryStore store = new MemoryStore();

  private final WireServer server = new WireServer(store, PgOptions.trusting(CONNECTIONS_MAX));

  /** A connection of pgjdbc; options begin with an ampersand. */
  Connection connect(String options) throws SQLException {
    return connect("root", options);
  }

  Connection connect(String user, String options) throws SQLException {
    return server.connect(user, null, "&sslmode=disable" + options);
  }

  static void run(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** The rows of a query, their values joined by bars. */
  static List<String> rows(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      return rows(result);
    }
  }

  /** What is left of a result; only these columns, when any are named. */
  static List<String> rows(ResultSet result, String... columns) throws SQLException {
    var rows = new ArrayList<String>();
    int count = columns.length == 0 ? result.getMetaData().getColumnCount() : columns.length;
    while (result.next()) {
      var row = new ArrayList<String>();
      for (int i = 0; i < count; i++) {
        row.add(columns.length == 0 ? result.getString(i + 1) : result.getString(columns[i]));
      }
      rows.add(String.join("|", row));
    }
    return rows;
  }

  @Override
  public void close() {
    server.close();
  }
}
