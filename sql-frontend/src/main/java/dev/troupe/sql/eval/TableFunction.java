package dev.troupe.sql.eval;

import dev.troupe.sql.type.SqlType;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A function that gives a set of rows: generate_series, unnest and the like. Immutable. */
public interface TableFunction {
  String name();

  List<SqlType> parameters();

  List<String> columnNames();

  List<SqlType> columnTypes();

  default boolean strict() {
    return true;
  }

  Iterator<@Nullable Object[]> rows(@Nullable Object[] arguments, EvalContext context);
}
