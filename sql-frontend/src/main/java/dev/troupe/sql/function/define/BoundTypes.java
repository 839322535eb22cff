package dev.troupe.sql.function.define;

import dev.troupe.sql.type.SqlType;
import java.util.List;

/**
 * The types that a call settles on.
 *
 * @param parameters one for each argument, also of variadic ones
 * @param columns of a set of rows
 */
public record BoundTypes(List<SqlType> parameters, SqlType result, List<SqlType> columns) {
  public BoundTypes {
    parameters = List.copyOf(parameters);
    columns = List.copyOf(columns);
  }

  public SqlType parameter(int index) {
    return parameters.get(index);
  }
}
