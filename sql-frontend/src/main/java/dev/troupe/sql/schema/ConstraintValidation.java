package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.CheckConstraint;
import dev.troupe.sql.catalog.ForeignKey;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.Identifiers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Looks at rows that were there before a constraint was. */
final class ConstraintValidation {
  private ConstraintValidation() {}

  static void check(DdlContext context, TableDescriptor table, CheckConstraint check) {
    String query =
        "SELECT 1 FROM %s WHERE NOT (%s) LIMIT 1"
            .formatted(TableAlteration.fullName(table), check.sql());
    if (!context.data().isEmpty(table) && context.data().firstRow(query) != null) {
      throw SqlException.of(
              SqlState.CHECK_VIOLATION,
              "check constraint \"%s\" of relation \"%s\" is violated by some row",
              check.name(),
              table.name())
          .withTable(table.schema(), table.name())
          .withConstraint(check.name());
    }
  }

  static void notNull(DdlContext context, TableDescriptor table, int column) {
    String name = table.column(column).name();
    String query =
        "SELECT 1 FROM %s WHERE %s IS NULL LIMIT 1"
            .formatted(TableAlteration.fullName(table), Identifiers.quote(name));
    if (context.data().firstRow(query) != null) {
      throw TableAlteration.containsNulls(name, table);
    }
  }

  static void foreignKey(DdlContext context, TableDescriptor table, ForeignKey key) {
    if (context.data().isEmpty(table)) {
      return;
    }
    TableDescriptor target = context.table(key.table());
    List<String> columns = quoted(Tables.names(table, key.columns()));
    List<String> references = quoted(Tables.names(target, key.references()));
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      pairs.add("fk." + columns.get(i) + " = pk." + references.get(i));
    }
    String query =
        "SELECT %s FROM %s AS fk WHERE %s AND NOT EXISTS (SELECT 1 FROM %s AS pk WHERE %s) LIMIT 1"
            .formatted(
                columns.stream()
                    .map(column -> "fk." + column + "::text")
                    .collect(Collectors.joining(", ")),
                TableAlteration.fullName(table),
                columns.stream()
                    .map(column -> "fk." + column + " IS NOT NULL")
                    .collect(Collectors.joining(" AND ")),
                TableAlteration.fullName(target),
                String.join(" AND ", pairs));
    @Nullable Object @Nullable [] row = context.data().firstRow(query);
    if (row != null) {
      throw violated(table, key, target, row);
    }
  }

  private static List<String> quoted(List<String> names) {
    return names.stream().map(Identifiers::quote).toList();
  }

  private static SqlException violated(
      TableDescriptor table, ForeignKey key, TableDescriptor target, @Nullable Object[] row) {
    List<String> values = new ArrayList<>();
    for (Object value : row) {
      values.add(String.valueOf(value));
    }
    return SqlException.of(
            SqlState.FOREIGN_KEY_VIOLATION,
            "insert or update on table \"%s\" violates foreign key constraint \"%s\"",
            table.name(),
            key.name())
        .withDetail(
            "Key (%s)=(%s) is not present in table \"%s\"."
                .formatted(
                    String.join(", ", Tables.names(table, key.columns())),
                    String.join(", ", values),
                    target.name()))
        .withTable(table.schema(), table.name())
        .withConstraint(key.name());
  }
}
