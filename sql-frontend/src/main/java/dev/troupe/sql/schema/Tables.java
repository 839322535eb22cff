package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.CheckConstraint;
import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.ElementState;
import dev.troupe.sql.catalog.ForeignKey;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Questions about tables that several parts of the catalog ask. */
public final class Tables {
  private Tables() {}

  /** Whether the user gave a primary key. */
  public static boolean hasPrimaryKey(TableDescriptor table) {
    return table.primary().constraint();
  }

  /** All indexes that have a name: without the primary one when it is over a hidden row id. */
  public static List<IndexDescriptor> indexes(TableDescriptor table) {
    if (!hasPrimaryKey(table)) {
      return table.indexes();
    }
    List<IndexDescriptor> all = new ArrayList<>(table.indexes().size() + 1);
    all.add(table.primary());
    all.addAll(table.indexes());
    return all;
  }

  /** OIDs of the table's indexes and constraints. */
  public static List<Long> partOids(TableDescriptor table) {
    List<Long> oids = new ArrayList<>();
    indexes(table).forEach(index -> oids.add(index.oid()));
    table.checks().forEach(check -> oids.add(check.oid()));
    table.foreignKeys().forEach(key -> oids.add(key.oid()));
    return oids;
  }

  public static @Nullable IndexDescriptor index(TableDescriptor table, String name) {
    return indexes(table).stream()
        .filter(index -> index.name().equals(name))
        .findFirst()
        .orElse(null);
  }

  public static @Nullable IndexDescriptor index(TableDescriptor table, long oid) {
    return indexes(table).stream().filter(index -> index.oid() == oid).findFirst().orElse(null);
  }

  /** Whether a constraint of the table has this name. */
  public static boolean hasConstraint(TableDescriptor table, String name) {
    return indexes(table).stream().anyMatch(i -> i.constraint() && i.name().equals(name))
        || table.checks().stream().map(CheckConstraint::name).anyMatch(name::equals)
        || table.foreignKeys().stream().map(ForeignKey::name).anyMatch(name::equals);
  }

  /** Names of columns, by their ids. */
  public static List<String> names(TableDescriptor table, List<Integer> columns) {
    return columns.stream().map(id -> table.column(id).name()).toList();
  }

  public static List<Integer> keyColumns(IndexDescriptor index) {
    return index.keys().stream().map(IndexDescriptor.Key::column).toList();
  }

  /**
   * The unique index that a foreign key to these columns relies on; null when there is none.
   *
   * @param columns ids, in any order
   */
  public static @Nullable IndexDescriptor uniqueOver(TableDescriptor table, List<Integer> columns) {
    for (IndexDescriptor index : indexes(table)) {
      List<Integer> keys = keyColumns(index);
      if (index.unique()
          && index.state() == ElementState.PUBLIC
          && index.predicateSql() == null
          && keys.size() == columns.size()
          && keys.containsAll(columns)) {
        return index;
      }
    }
    return null;
  }

  /** Columns of the primary key that the user gave; empty when there is none. */
  public static List<ColumnDescriptor> primaryKey(TableDescriptor table) {
    return hasPrimaryKey(table)
        ? keyColumns(table.primary()).stream().map(table::column).toList()
        : List.of();
  }
}
