package dev.troupe.sql.vtable;

import dev.troupe.sql.catalog.CheckConstraint;
import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.ForeignKey;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.schema.SchemaStatements;
import dev.troupe.sql.schema.Tables;
import java.util.List;
import java.util.Map;

/** Constraints in the information schema. */
final class InformationConstraints {
  static final Map<String, ProducedTable.Producer> PRODUCERS =
      Map.of(
          "table_constraints", InformationConstraints::constraints,
          "check_constraints", InformationConstraints::checks,
          "key_column_usage", InformationConstraints::keyColumns,
          "referential_constraints", InformationConstraints::references,
          "constraint_column_usage", InformationConstraints::columnUsage,
          "constraint_table_usage", InformationConstraints::tableUsage);

  private InformationConstraints() {}

  private static void constraints(CatalogView view, RowWriter rows) {
    for (TableDescriptor table : view.tables()) {
      if (!rows.wants("table_name", table.name())) {
        continue;
      }
      for (IndexDescriptor index : Tables.indexes(table)) {
        if (index.constraint()) {
          constraint(
              rows, table, index.name(), index.primary() ? "PRIMARY KEY" : "UNIQUE", false, false);
        }
      }
      for (CheckConstraint check : table.checks()) {
        constraint(rows, table, check.name(), "CHECK", false, false);
      }
      for (ColumnDescriptor column : notNulls(table)) {
        constraint(rows, table, notNullName(view, table, column), "CHECK", false, false);
      }
      for (ForeignKey key : table.foreignKeys()) {
        constraint(
            rows, table, key.name(), "FOREIGN KEY", key.deferrable(), key.initiallyDeferred());
      }
    }
  }

  private static List<ColumnDescriptor> notNulls(TableDescriptor table) {
    return table.visibleColumns().stream().filter(column -> !column.nullable()).toList();
  }

  /** NOT NULL passes for a check there, under a name that PostgreSQL makes up like this. */
  private static String notNullName(
      CatalogView view, TableDescriptor table, ColumnDescriptor column) {
    return "%d_%d_%d_not_null".formatted(view.schemaId(table.schema()), table.id(), column.id());
  }

  private static void constraint(
      RowWriter rows,
      TableDescriptor table,
      String name,
      String type,
      boolean deferrable,
      boolean deferred) {
    named(rows, table, name);
    rows.set("table_catalog", SchemaStatements.DATABASE)
        .set("table_schema", table.schema())
        .set("table_name", table.name())
        .set("constraint_type", type)
        .set("is_deferrable", InformationTables.yes(deferrable))
        .set("initially_deferred", InformationTables.yes(deferred))
        .set("enforced", "YES");
    if (type.equals("UNIQUE")) {
      rows.set("nulls_distinct", "YES");
    }
  }

  private static RowWriter named(RowWriter rows, TableDescriptor table, String name) {
    return rows.row()
        .set("constraint_catalog", SchemaStatements.DATABASE)
        .set("constraint_schema", table.schema())
        .set("constraint_name", name);
  }

  private static void checks(CatalogView view, RowWriter rows) {
    for (TableDescriptor table : view.tables()) {
      for (CheckConstraint check : table.checks()) {
        named(rows, table, check.name()).set("check_clause", "(" + check.sql() + ")");
      }
      for (ColumnDescriptor column : notNulls(table)) {
        named(rows, table, notNullName(view, table, column))
            .set("check_clause", column.name() + " IS NOT NULL");
      }
    }
  }

  private static void keyColumns(CatalogView view, RowWriter rows) {
    for (TableDescriptor table : view.tables()) {
      if (!rows.wants("table_name", table.name())) {
        continue;
      }
      for (IndexDescriptor index : Tables.indexes(table)) {
        if (index.constraint()) {
          keyColumns(rows, table, index.name(), Tables.keyColumns(index));
        }
      }
      for (ForeignKey key : table.foreignKeys()) {
        IndexDescriptor target =
            view.catalog().relation(key.table()) instanceof TableDescriptor other
                ? Tables.uniqueOver(other, key.references())
                : null;
        for (int i = 0; i < key.columns().size(); i++) {
          keyColumn(rows, table, key.name(), key.columns().get(i), i + 1);
          if (target != null) {
            int place = Tables.keyColumns(target).indexOf(key.references().get(i));
            rows.set("position_in_unique_constraint", place + 1);
          }
        }
      }
    }
  }

  private static void keyColumns(
      RowWriter rows, TableDescriptor table, String name, List<Integer> columns) {
    for (int i = 0; i < columns.size(); i++) {
      keyColumn(rows, table, name, columns.get(i), i + 1);
    }
  }

  private static void keyColumn(
      RowWriter rows, TableDescriptor table, String name, int column, int position) {
    named(rows, table, name)
        .set("table_catalog", SchemaStatements.DATABASE)
        .set("table_schema", table.schema())
        .set("table_name", table.name())
        .set("column_name", table.column(column).name())
        .set("ordinal_position", position);
  }

  private static void references(CatalogView view, RowWriter rows) {
    for (TableDescriptor table : view.tables()) {
      for (ForeignKey key : table.foreignKeys()) {
        named(rows, table, key.name())
            .set("match_option", "NONE")
            .set("update_rule", key.onUpdate().name().replace('_', ' '))
            .set("delete_rule", key.onDelete().name().replace('_', ' '));
        if (view.catalog().relation(key.table()) instanceof TableDescriptor target) {
          IndexDescriptor unique = Tables.uniqueOver(target, key.references());
          rows.set("unique_constraint_catalog", SchemaStatements.DATABASE)
              .set("unique_constraint_schema", target.schema())
              .set("unique_constraint_name", unique == null ? null : unique.name());
        }
      }
    }
  }

  private static void columnUsage(CatalogView view, RowWriter rows) {
    for (TableDescriptor table : view.tables()) {
      for (IndexDescriptor index : Tables.indexes(table)) {
        if (index.constraint()) {
          usage(rows, table, table, index.name(), Tables.keyColumns(index));
        }
      }
      for (CheckConstraint check : table.checks()) {
        usage(rows, table, table, check.name(), ConstraintTables.columnsOf(table, check));
      }
      for (ForeignKey key : table.foreignKeys()) {
        if (view.catalog().relation(key.table()) instanceof TableDescriptor target) {
          usage(rows, target, table, key.name(), key.references());
        }
      }
    }
  }

  private static void usage(
      RowWriter rows,
      TableDescriptor used,
      TableDescriptor owner,
      String constraint,
      List<Integer> columns) {
    for (int column : columns) {
      named(rows, owner, constraint)
          .set("table_catalog", SchemaStatements.DATABASE)
          .set("table_schema", used.schema())
          .set("table_name", used.name())
          .set("column_name", used.column(column).name());
    }
  }

  private static void tableUsage(CatalogView view, RowWriter rows) {
    for (TableDescriptor table : view.tables()) {
      for (IndexDescriptor index : Tables.indexes(table)) {
        if (index.constraint()) {
          uses(rows, table, table, index.name());
        }
      }
      for (ForeignKey key : table.foreignKeys()) {
        if (view.catalog().relation(key.table()) instanceof TableDescriptor target) {
          uses(rows, target, table, key.name());
        }
      }
    }
  }

  private static void uses(
      RowWriter rows, TableDescriptor used, TableDescriptor owner, String constraint) {
    named(rows, owner, constraint)
        .set("table_catalog", SchemaStatements.DATABASE)
        .set("table_schema", used.schema())
        .set("table_name", used.name());
  }
}
