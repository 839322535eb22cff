package dev.troupe.sql.catalog;

import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.type.SqlType;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A table whose rows are computed when it is read: catalogs and the state of the system. */
public non-sealed interface VirtualTable extends Relation {
  /**
   * Makes the rows.
   *
   * @param catalog as the reading transaction sees it
   */
  Iterator<@Nullable Object[]> rows(Catalog catalog, EvalContext context);

  @Override
  List<SqlType> columnTypes();
}
