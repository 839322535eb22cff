package dev.troupe.sql.vtable;

import dev.troupe.sql.catalog.Catalog;
import dev.troupe.sql.catalog.VirtualTable;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.type.SqlType;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A virtual table whose rows come from a {@link Producer}. */
record ProducedTable(TableShape shape, Producer producer, SystemState system)
    implements VirtualTable {
  /** Makes the rows of a table. */
  @FunctionalInterface
  interface Producer {
    /** Nothing of the kind exists. */
    Producer NOTHING = (view, rows) -> {};

    void produce(CatalogView view, RowWriter rows);
  }

  @Override
  public long id() {
    return shape.id();
  }

  @Override
  public String schema() {
    return shape.schema();
  }

  @Override
  public String name() {
    return shape.name();
  }

  @Override
  public List<String> columnNames() {
    return shape.columnNames();
  }

  @Override
  public List<SqlType> columnTypes() {
    return shape.columnTypes();
  }

  @Override
  public Iterator<@Nullable Object[]> rows(Catalog catalog, EvalContext context) {
    return rowsWhere(Map.of(), catalog, context);
  }

  @Override
  public Iterator<@Nullable Object[]> rowsWhere(
      Map<Integer, Object> equal, Catalog catalog, EvalContext context) {
    RowWriter rows = new RowWriter(shape, equal);
    producer.produce(CatalogView.of(catalog, context, system), rows);
    return rows.rows().iterator();
  }
}
