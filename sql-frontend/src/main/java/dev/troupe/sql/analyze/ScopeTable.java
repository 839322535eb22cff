package dev.troupe.sql.analyze;

import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.plan.SqlExpr;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one element of FROM gives names to.
 *
 * @param name null: its columns can only be used without it (a join)
 * @param schema of a table that was not renamed; otherwise null
 * @param columns those of {@code *}, then hidden ones
 * @param named whether columns can be qualified with the name
 * @param open whether columns can do without the name; not so where a join stands for the table
 * @param table null when it is no table
 * @param oid what its rows have as {@code tableoid}; 0: they have none
 * @param optional whether an outer join may leave out its rows
 */
record ScopeTable(
    @Nullable String name,
    @Nullable String schema,
    List<ScopeColumn> columns,
    boolean named,
    boolean open,
    @Nullable TableDescriptor table,
    long oid,
    boolean optional) {
  ScopeTable {
    columns = List.copyOf(columns);
  }

  /** A table that is always there, or something that is no table. */
  ScopeTable(
      @Nullable String name,
      @Nullable String schema,
      List<ScopeColumn> columns,
      boolean named,
      boolean open,
      @Nullable TableDescriptor table) {
    this(name, schema, columns, named, open, table, table == null ? 0 : table.id(), false);
  }

  /**
   * A column that has a name.
   *
   * @param value mostly a reference
   * @param hidden not part of {@code *}
   */
  record ScopeColumn(String name, SqlExpr value, boolean hidden) {
    ScopeColumn(String name, SqlExpr value) {
      this(name, value, false);
    }
  }

  static ScopeTable of(@Nullable String name, List<ScopeColumn> columns) {
    return new ScopeTable(name, null, columns, name != null, true, null);
  }

  ScopeTable closed() {
    return new ScopeTable(name, schema, columns, named, false, table, oid, optional);
  }

  /** The same table on the side of an outer join that may have no row. */
  ScopeTable left(boolean out) {
    return out && !optional
        ? new ScopeTable(name, schema, columns, named, open, table, oid, true)
        : this;
  }

  ScopeTable withColumns(List<ScopeColumn> others) {
    return new ScopeTable(name, schema, others, named, open, table, oid, optional);
  }

  ScopeTable withOid(long id) {
    return new ScopeTable(name, schema, columns, named, open, table, id, optional);
  }

  boolean owns(int column) {
    for (ScopeColumn candidate : columns) {
      if (candidate.value() instanceof SqlExpr.ColumnRef ref && ref.column() == column) {
        return true;
      }
    }
    return false;
  }

  List<ScopeColumn> visible() {
    return columns.stream().filter(column -> !column.hidden()).toList();
  }
}
