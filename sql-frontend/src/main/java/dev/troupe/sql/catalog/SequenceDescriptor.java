package dev.troupe.sql.catalog;

import dev.troupe.sql.type.SqlType;
import java.util.List;

/**
 * A sequence; its position is kept apart.
 *
 * @param ownerTable table of the column that it belongs to; 0: none
 */
public record SequenceDescriptor(
    long id,
    String schema,
    String name,
    long version,
    String owner,
    SqlType type,
    long start,
    long increment,
    long minimum,
    long maximum,
    long cache,
    boolean cycle,
    long ownerTable,
    int ownerColumn)
    implements Relation {
  @Override
  public List<String> columnNames() {
    return List.of("last_value", "log_cnt", "is_called");
  }

  @Override
  public List<SqlType> columnTypes() {
    return List.of(SqlType.INT8, SqlType.INT8, SqlType.BOOL);
  }
}
