package dev.troupe.sql.storage;

import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Errors of rows that break a constraint, as PostgreSQL words them.
 *
 * @param text shows a value of a column, not NULL
 */
public record ConstraintErrors(BiFunction<ColumnDescriptor, Object, String> text) {
  /** Longer values are cut in messages about whole rows. */
  private static final int SHOWN_CHARS_MAX = 64;

  public SqlException duplicate(
      TableDescriptor table, IndexDescriptor index, @Nullable Object[] row) {
    return SqlException.of(
            SqlState.UNIQUE_VIOLATION,
            "duplicate key value violates unique constraint \"%s\"",
            index.name())
        .withDetail("Key " + key(table, columnsOf(index), row) + " already exists.")
        .withTable(table.schema(), table.name())
        .withConstraint(index.name());
  }

  /** Rows that were there before the index have the same key. */
  public SqlException duplicated(
      TableDescriptor table, IndexDescriptor index, @Nullable Object[] row) {
    return SqlException.of(
            SqlState.UNIQUE_VIOLATION, "could not create unique index \"%s\"", index.name())
        .withDetail("Key " + key(table, columnsOf(index), row) + " is duplicated.")
        .withTable(table.schema(), table.name())
        .withConstraint(index.name());
  }

  public SqlException isNull(
      TableDescriptor table, ColumnDescriptor column, @Nullable Object[] row) {
    return SqlException.of(
            SqlState.NOT_NULL_VIOLATION,
            "null value in column \"%s\" of relation \"%s\" violates not-null constraint",
            column.name(),
            table.name())
        .withDetail(failingRow(table, row))
        .withTable(table.schema(), table.name())
        .withColumn(column.name());
  }

  public SqlException checkFailed(TableDescriptor table, String check, @Nullable Object[] row) {
    return SqlException.of(
            SqlState.CHECK_VIOLATION,
            "new row for relation \"%s\" violates check constraint \"%s\"",
            table.name(),
            check)
        .withDetail(failingRow(table, row))
        .withTable(table.schema(), table.name())
        .withConstraint(check);
  }

  /** A row without a partner. */
  public SqlException noPartner(
      TableDescriptor table,
      String foreignKey,
      List<Integer> columns,
      @Nullable Object[] row,
      TableDescriptor referenced) {
    return SqlException.of(
            SqlState.FOREIGN_KEY_VIOLATION,
            "insert or update on table \"%s\" violates foreign key constraint \"%s\"",
            table.name(),
            foreignKey)
        .withDetail(
            "Key %s is not present in table \"%s\"."
                .formatted(key(table, columns, row), referenced.name()))
        .withTable(table.schema(), table.name())
        .withConstraint(foreignKey);
  }

  /** A row that goes, or changes its key, and that others refer to. */
  public SqlException stillReferenced(
      TableDescriptor table,
      List<Integer> columns,
      @Nullable Object[] row,
      TableDescriptor referencing,
      String foreignKey) {
    return SqlException.of(
            SqlState.FOREIGN_KEY_VIOLATION,
            "update or delete on table \"%s\" violates foreign key constraint \"%s\" on table"
                + " \"%s\"",
            table.name(),
            foreignKey,
            referencing.name())
        .withDetail(
            "Key %s is still referenced from table \"%s\"."
                .formatted(key(table, columns, row), referencing.name()))
        .withTable(referencing.schema(), referencing.name())
        .withConstraint(foreignKey);
  }

  private static List<Integer> columnsOf(IndexDescriptor index) {
    return index.keys().stream().map(IndexDescriptor.Key::column).toList();
  }

  private String key(TableDescriptor table, List<Integer> columns, @Nullable Object[] row) {
    var names = new ArrayList<String>();
    var values = new ArrayList<String>();
    for (int id : columns) {
      int position = TableLayout.position(table, id);
      ColumnDescriptor column = table.columns().get(position);
      names.add(column.name());
      values.add(show(column, row[position]));
    }
    return "(" + String.join(", ", names) + ")=(" + String.join(", ", values) + ")";
  }

  private String failingRow(TableDescriptor table, @Nullable Object[] row) {
    var values = new ArrayList<String>();
    for (int i = 0; i < row.length; i++) {
      ColumnDescriptor column = table.columns().get(i);
      if (!column.hidden()) {
        String value = show(column, row[i]);
        values.add(
            value.length() > SHOWN_CHARS_MAX ? value.substring(0, SHOWN_CHARS_MAX) + "..." : value);
      }
    }
    return "Failing row contains (" + String.join(", ", values) + ").";
  }

  private String show(ColumnDescriptor column, @Nullable Object value) {
    return value == null ? "null" : text.apply(column, value);
  }
}
