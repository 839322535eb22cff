package dev.troupe.sql.vtable;

import dev.troupe.protocol.error.Invariant;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the rows of a virtual table. Columns that are not set are NULL; in PostgreSQL's catalogs
 * numbers and truth values are zero and false, since there they are never NULL.
 */
final class RowWriter {
  private final TableShape shape;
  private final Map<Integer, Object> wanted;
  private final List<@Nullable Object[]> rows = new ArrayList<>();
  private @Nullable Object[] row = new @Nullable Object[0];

  /**
   * @param wanted values that rows should have, by ordinal; others need not be made
   */
  RowWriter(TableShape shape, Map<Integer, Object> wanted) {
    this.shape = shape;
    this.wanted = wanted;
  }

  List<@Nullable Object[]> rows() {
    return rows;
  }

  /** The only value of a column that is of interest; null when all are. */
  @Nullable Object only(String column) {
    Integer ordinal = shape.ordinals().get(column);
    return ordinal == null ? null : wanted.get(ordinal);
  }

  /** Whether rows with this value in a column are of interest. */
  boolean wants(String column, Object value) {
    Object only = only(column);
    return only == null || only.equals(value);
  }

  RowWriter row() {
    row = new @Nullable Object[shape.columnNames().size()];
    for (int i = 0; i < row.length; i++) {
      row[i] = initial(shape.columnTypes().get(i));
    }
    rows.add(row);
    return this;
  }

  private @Nullable Object initial(SqlType type) {
    if (!shape.schema().equals("pg_catalog")) {
      return null;
    }
    return switch (type.id()) {
      case OID, REGPROC, REGTYPE, REGCLASS -> 0L;
      case INT2, INT4 -> 0;
      case BOOL -> false;
      default -> null;
    };
  }

  RowWriter set(String column, @Nullable Object value) {
    Integer ordinal = shape.ordinals().get(column);
    Invariant.check(ordinal != null, "table %s has no column %s", shape.name(), column);
    if (ordinal != null) {
      row[ordinal] = value;
    }
    return this;
  }

  static SqlArray int2s(List<Integer> values) {
    return SqlArray.of(SqlType.INT2, List.<@Nullable Object>copyOf(values));
  }

  static SqlArray vector(SqlType element, List<? extends Object> values) {
    return values.isEmpty()
        ? SqlArray.empty(element)
        : SqlArray.of(element, new int[] {values.size()}, new int[] {0}, values.toArray());
  }

  static SqlArray texts(List<String> values) {
    return SqlArray.of(SqlType.TEXT, List.<@Nullable Object>copyOf(values));
  }
}
