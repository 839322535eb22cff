package dev.troupe.chaos.sqlload;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether each index of a table holds what its table does. Both are read as of one time; the plans
 * are asked for, so that a table is not compared with itself. The thread of the connection.
 */
final class IndexCheck {
  private static final int EXAMPLES_MAX = 5;
  private static final String COLUMNS =
      """
      select i.relname, x.indisprimary, a.attname
      from pg_index x
      join pg_class i on i.oid = x.indexrelid
      cross join lateral unnest(x.indkey) with ordinality k(att, place)
      join pg_attribute a on a.attrelid = x.indrelid and a.attnum = k.att
      where x.indrelid = ?::regclass and x.indpred is null
      order by i.relname, k.place
      """;

  private final Connection connection;
  private final List<String> faults = new ArrayList<>();
  private int indexes;

  IndexCheck(Connection connection) {
    this.connection = connection;
  }

  /** Looks at all indexes of a table. */
  void check(String table) throws SQLException {
    List<String> key = new ArrayList<>();
    Map<String, List<String>> secondary = new LinkedHashMap<>();
    for (List<@Nullable String> row : Rows.of(connection, COLUMNS, table)) {
      List<String> columns =
          "t".equals(row.get(1))
              ? key
              : secondary.computeIfAbsent(String.valueOf(row.get(0)), n -> new ArrayList<>());
      columns.add(String.valueOf(row.get(2)));
    }
    connection.setAutoCommit(false);
    for (Map.Entry<String, List<String>> index : secondary.entrySet()) {
      compare(table, key, index.getKey(), index.getValue());
    }
    connection.rollback();
  }

  private void compare(String table, List<String> key, String index, List<String> columns)
      throws SQLException {
    indexes++;
    List<String> wanted = new ArrayList<>(columns);
    key.stream().filter(column -> !wanted.contains(column)).forEach(wanted::add);
    String rows = "select " + String.join(", ", wanted) + " from " + table;
    String byIndex = rows + " order by " + columns.getFirst();
    String byTable = rows + " order by " + String.join(", ", key);
    if (!planOf(byIndex).contains(" using " + index + " ")) {
      faults.add("nothing reads %s: %s".formatted(index, planOf(byIndex)));
      return;
    }
    if (planOf(byTable).contains("Index")) {
      faults.add("the table %s is read by an index: %s".formatted(table, planOf(byTable)));
      return;
    }
    List<List<@Nullable String>> inIndex = Rows.of(connection, byIndex);
    List<List<@Nullable String>> inTable = Rows.of(connection, byTable);
    if (inIndex.size() != inTable.size()) {
      faults.add("%s has %d rows, %s %d".formatted(index, inIndex.size(), table, inTable.size()));
    }
    difference("in %s only".formatted(index), inIndex, inTable);
    difference("missing in %s".formatted(index), inTable, inIndex);
  }

  private void difference(
      String where, List<List<@Nullable String>> these, List<List<@Nullable String>> those) {
    Set<List<@Nullable String>> more = new HashSet<>(these);
    those.forEach(more::remove);
    more.stream().limit(EXAMPLES_MAX).forEach(row -> faults.add(where + ": " + row));
  }

  private String planOf(String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet plan = statement.executeQuery("explain " + query)) {
      StringBuilder text = new StringBuilder();
      while (plan.next()) {
        text.append(plan.getString(1)).append('\n');
      }
      return text.toString();
    }
  }

  int indexes() {
    return indexes;
  }

  /** What is wrong, a line each. */
  List<String> faults() {
    return List.copyOf(faults);
  }
}
