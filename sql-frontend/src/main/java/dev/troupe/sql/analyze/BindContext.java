package dev.troupe.sql.analyze;

import dev.troupe.sql.catalog.Catalog;
import dev.troupe.sql.type.SqlType;
import java.util.List;

/**
 * What a statement is bound in.
 *
 * @param parameterTypes as the client gave them, first parameters first; UNKNOWN: to be inferred
 * @param database name of the current database, the only one that names may be qualified with
 * @param trusted whether the server itself asks, for something that needs nobody's rights
 */
public record BindContext(
    Catalog catalog, List<SqlType> parameterTypes, String database, boolean trusted) {
  public BindContext {
    parameterTypes = List.copyOf(parameterTypes);
  }

  /** What a client's statement is bound in. */
  public BindContext(Catalog catalog, List<SqlType> parameterTypes, String database) {
    this(catalog, parameterTypes, database, false);
  }

  public static BindContext of(Catalog catalog) {
    return new BindContext(catalog, List.of(), "defaultdb");
  }
}
