package dev.troupe.sql.analyze;

import dev.troupe.sql.analyze.ScopeTable.ScopeColumn;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Errors about names that stand for nothing, with hints at what may have been meant. */
final class NameErrors {
  /** As far as PostgreSQL looks for columns of similar names. */
  private static final int DISTANCE_MAX = 3;

  private NameErrors() {}

  /**
   * @param table null: the name came without one
   */
  static SqlException missingColumn(Scope scope, @Nullable ScopeTable table, String name) {
    SqlException error =
        table == null
            ? SqlException.of(SqlState.UNDEFINED_COLUMN, "column \"%s\" does not exist", name)
            : SqlException.of(
                SqlState.UNDEFINED_COLUMN,
                "column %s.%s does not exist",
                String.valueOf(table.name()),
                name);
    if (table == null) {
      for (Scope level = scope; level != null; level = level.outer) {
        for (ScopeTable candidate : level.unreachable) {
          if (candidate.columns().stream().anyMatch(column -> column.name().equals(name))) {
            return error.withHint(
                String.format(
                    "There is a column named \"%s\" in table \"%s\","
                        + " but it cannot be referenced from this part of the query.",
                    name, candidate.name()));
          }
        }
      }
    }
    return withSimilar(error, scope, table, name);
  }

  private static SqlException withSimilar(
      SqlException error, Scope scope, @Nullable ScopeTable table, String name) {
    List<String> best = new ArrayList<>();
    int distance = DISTANCE_MAX + 1;
    for (Scope level = scope; level != null; level = level.outer) {
      for (ScopeTable candidate : table == null ? level.tables : List.of(table)) {
        if (candidate.name() != null) {
          for (ScopeColumn column : candidate.columns()) {
            int found = distance(column.name(), name);
            if (found <= Math.min(DISTANCE_MAX, name.length() / 2) && found <= distance) {
              if (found < distance) {
                best.clear();
              }
              distance = found;
              best.add(candidate.name() + "." + column.name());
            }
          }
        }
      }
    }
    List<String> different = best.stream().distinct().toList();
    return switch (different.size()) {
      case 1 ->
          error.withHint(
              String.format(
                  "Perhaps you meant to reference the column \"%s\".", different.getFirst()));
      case 2 ->
          error.withHint(
              String.format(
                  "Perhaps you meant to reference the column \"%s\" or the column \"%s\".",
                  different.get(0), different.get(1)));
      default -> error;
    };
  }

  static SqlException missingTable(Scope scope, String name) {
    for (Scope level = scope; level != null; level = level.outer) {
      for (ScopeTable candidate : level.unreachable) {
        if (name.equals(candidate.name())) {
          return SqlException.of(
                  SqlState.UNDEFINED_TABLE,
                  "invalid reference to FROM-clause entry for table \"%s\"",
                  name)
              .withHint(
                  String.format(
                      "There is an entry for table \"%s\","
                          + " but it cannot be referenced from this part of the query.",
                      name));
        }
      }
      for (ScopeTable candidate : level.tables) {
        boolean original =
            candidate.table() != null
                && candidate.table().name().equals(name)
                && !name.equals(candidate.name());
        if (original) {
          return SqlException.of(
                  SqlState.UNDEFINED_TABLE,
                  "invalid reference to FROM-clause entry for table \"%s\"",
                  name)
              .withHint(
                  String.format(
                      "Perhaps you meant to reference the table alias \"%s\".", candidate.name()));
        }
      }
    }
    return SqlException.of(
        SqlState.UNDEFINED_TABLE, "missing FROM-clause entry for table \"%s\"", name);
  }

  /** Levenshtein's distance. */
  private static int distance(String left, String right) {
    int[] previous = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int[] current = new int[right.length() + 1];
      current[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int change = left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1;
        current[j] = Math.min(previous[j - 1] + change, Math.min(previous[j], current[j - 1]) + 1);
      }
      previous = current;
    }
    return previous[right.length()];
  }
}
