package dev.troupe.sql.catalog;

import dev.troupe.sql.type.SqlType;
import java.util.List;

/**
 * A named query.
 *
 * @param sql the query, with names of relations qualified
 * @param dependsOn ids of the relations that it reads
 */
public record ViewDescriptor(
    long id,
    String schema,
    String name,
    long version,
    String owner,
    String sql,
    List<String> columnNames,
    List<SqlType> columnTypes,
    List<Long> dependsOn)
    implements Relation {
  public ViewDescriptor {
    columnNames = List.copyOf(columnNames);
    columnTypes = List.copyOf(columnTypes);
    dependsOn = List.copyOf(dependsOn);
  }
}
