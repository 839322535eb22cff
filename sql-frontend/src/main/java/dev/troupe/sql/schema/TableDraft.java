package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.CheckConstraint;
import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.ForeignKey;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A table that is being made or changed. */
final class TableDraft {
  /** Index ids of rows and of the first other index. */
  static final int PRIMARY_INDEX_ID = 1;

  final long id;
  String schema;
  String name;
  String owner;
  final List<ColumnDescriptor> columns;
  final List<IndexDescriptor> indexes;
  final List<CheckConstraint> checks;
  final List<ForeignKey> foreignKeys;
  final List<Long> referencedBy;
  private @Nullable IndexDescriptor primary;
  private long version;
  private int nextColumnId;
  private int nextIndexId;

  /** A table that does not exist yet. */
  TableDraft(long id, ObjectName name, String owner) {
    this.id = id;
    this.schema = name.schema();
    this.name = name.name();
    this.owner = owner;
    this.columns = new ArrayList<>();
    this.indexes = new ArrayList<>();
    this.checks = new ArrayList<>();
    this.foreignKeys = new ArrayList<>();
    this.referencedBy = new ArrayList<>();
    this.nextColumnId = 1;
    this.nextIndexId = PRIMARY_INDEX_ID;
  }

  /** The next version of a table. */
  TableDraft(TableDescriptor table) {
    this.id = table.id();
    this.schema = table.schema();
    this.name = table.name();
    this.owner = table.owner();
    this.columns = new ArrayList<>(table.columns());
    this.indexes = new ArrayList<>(table.indexes());
    this.checks = new ArrayList<>(table.checks());
    this.foreignKeys = new ArrayList<>(table.foreignKeys());
    this.referencedBy = new ArrayList<>(table.referencedBy());
    this.primary = table.primary();
    this.version = table.version();
    this.nextColumnId = table.nextColumnId();
    this.nextIndexId = table.nextIndexId();
  }

  TableDescriptor build() {
    IndexDescriptor rows = primary;
    if (rows == null) {
      throw new IllegalStateException("table " + name + " has no primary index");
    }
    return new TableDescriptor(
        id,
        schema,
        name,
        version + 1,
        owner,
        columns,
        nextColumnId,
        rows,
        indexes,
        nextIndexId,
        checks,
        foreignKeys,
        referencedBy);
  }

  boolean hasPrimary() {
    return primary != null;
  }

  @Nullable IndexDescriptor primary() {
    return primary;
  }

  void setPrimary(IndexDescriptor index) {
    primary = index;
  }

  void clearPrimary() {
    primary = null;
  }

  int takeColumnId() {
    return nextColumnId++;
  }

  int takeIndexId() {
    return nextIndexId++;
  }

  @Nullable ColumnDescriptor find(String column) {
    return columns.stream()
        .filter(c -> c.name().equals(column) && !c.hidden())
        .findFirst()
        .orElse(null);
  }

  /** The column of this name: {@code column "x" of relation "t" does not exist}. */
  ColumnDescriptor column(String called, int position) {
    ColumnDescriptor found = find(called);
    if (found == null) {
      throw SqlException.of(
              SqlState.UNDEFINED_COLUMN,
              "column \"%s\" of relation \"%s\" does not exist",
              called,
              name)
          .at(position);
    }
    return found;
  }

  void replace(int columnId, UnaryOperator<ColumnDraft> change) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).id() == columnId) {
        columns.set(i, change.apply(new ColumnDraft(columns.get(i))).build());
      }
    }
  }

  boolean hasConstraint(String constraint) {
    IndexDescriptor rows = primary;
    return (rows != null && rows.constraint() && rows.name().equals(constraint))
        || indexes.stream().anyMatch(i -> i.constraint() && i.name().equals(constraint))
        || checks.stream().anyMatch(check -> check.name().equals(constraint))
        || foreignKeys.stream().anyMatch(key -> key.name().equals(constraint));
  }

  void checkNewConstraint(String constraint) {
    if (hasConstraint(constraint)) {
      throw SqlException.of(
          SqlState.DUPLICATE_OBJECT,
          "constraint \"%s\" for relation \"%s\" already exists",
          constraint,
          name);
    }
  }
}
