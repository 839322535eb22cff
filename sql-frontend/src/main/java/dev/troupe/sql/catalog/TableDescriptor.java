package dev.troupe.sql.catalog;

import dev.troupe.sql.type.SqlType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table.
 *
 * @param version rises with each change; rows carry the one that they were written under
 * @param columns all that are not dropped, in order, hidden ones and those on their way included
 * @param primary where the rows are; over a hidden column when the user gave no primary key
 * @param indexes the others
 * @param referencedBy ids of tables whose foreign keys point here
 */
public record TableDescriptor(
    long id,
    String schema,
    String name,
    long version,
    String owner,
    List<ColumnDescriptor> columns,
    int nextColumnId,
    IndexDescriptor primary,
    List<IndexDescriptor> indexes,
    int nextIndexId,
    List<CheckConstraint> checks,
    List<ForeignKey> foreignKeys,
    List<Long> referencedBy)
    implements Relation {
  public TableDescriptor {
    columns = List.copyOf(columns);
    indexes = List.copyOf(indexes);
    checks = List.copyOf(checks);
    foreignKeys = List.copyOf(foreignKeys);
    referencedBy = List.copyOf(referencedBy);
  }

  /** Columns that {@code *} stands for. */
  public List<ColumnDescriptor> visibleColumns() {
    return columns.stream().filter(c -> !c.hidden() && c.state() == ElementState.PUBLIC).toList();
  }

  public @Nullable ColumnDescriptor column(String called) {
    for (ColumnDescriptor column : columns) {
      if (column.name().equals(called)) {
        return column;
      }
    }
    return null;
  }

  public ColumnDescriptor column(int columnId) {
    for (ColumnDescriptor column : columns) {
      if (column.id() == columnId) {
        return column;
      }
    }
    throw new IllegalArgumentException(schema + "." + name + " has no column " + columnId);
  }

  @Override
  public List<String> columnNames() {
    return visibleColumns().stream().map(ColumnDescriptor::name).toList();
  }

  @Override
  public List<SqlType> columnTypes() {
    return visibleColumns().stream().map(ColumnDescriptor::type).toList();
  }
}
