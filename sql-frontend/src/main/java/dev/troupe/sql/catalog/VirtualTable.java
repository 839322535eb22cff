package dev.troupe.sql.catalog;

import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.type.SqlType;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A table whose rows are computed when it is read: catalogs and the state of the system. */
public non-sealed interface VirtualTable extends Relation {
  /**
   * Makes the rows.
   *
   * @param catalog as the reading transaction sees it
   */
  Iterator<@Nullable Object[]> rows(Catalog catalog, EvalContext context);

  /**
   * Makes the rows in which columns have certain values; others may be among them. Saves the work
   * for whoever asks for one object of many.
   *
   * @param equal value by ordinal of a column, from 0, of that column's type
   */
  default Iterator<@Nullable Object[]> rowsWhere(
      Map<Integer, Object> equal, Catalog catalog, EvalContext context) {
    return rows(catalog, context);
  }

  @Override
  List<SqlType> columnTypes();
}
