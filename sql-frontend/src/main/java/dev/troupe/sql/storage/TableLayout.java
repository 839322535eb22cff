package dev.troupe.sql.storage;

import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import java.util.List;

/** How the rows of a table and the entries of its indexes are stored. Immutable. */
public final class TableLayout {
  private final TableDescriptor table;
  private final IndexLayout primary;
  private final List<IndexLayout> indexes;

  private TableLayout(TableDescriptor table) {
    this.table = table;
    this.primary = IndexLayout.of(table, table.primary());
    this.indexes = table.indexes().stream().map(index -> IndexLayout.of(table, index)).toList();
  }

  public static TableLayout of(TableDescriptor table) {
    return new TableLayout(table);
  }

  public TableDescriptor table() {
    return table;
  }

  /** Where the rows are. */
  public IndexLayout primary() {
    return primary;
  }

  /** The other indexes, in the order of the table. */
  public List<IndexLayout> indexes() {
    return indexes;
  }

  public IndexLayout index(IndexDescriptor index) {
    if (index.id() == table.primary().id()) {
      return primary;
    }
    for (IndexLayout layout : indexes) {
      if (layout.index().id() == index.id()) {
        return layout;
      }
    }
    throw new IllegalArgumentException(table.name() + " has no index " + index.name());
  }

  /** Position of a column in rows that have all columns of the table. */
  public static int position(TableDescriptor table, int columnId) {
    List<ColumnDescriptor> columns = table.columns();
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).id() == columnId) {
        return i;
      }
    }
    throw new IllegalArgumentException(table.name() + " has no column " + columnId);
  }
}
