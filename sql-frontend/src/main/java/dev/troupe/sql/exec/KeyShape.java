package dev.troupe.sql.exec;

import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.ValueOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes keys of hash tables of values, equal where SQL's values are; NULLs are equal to each other.
 */
final class KeyShape {
  private static final Object NULL = new Object();

  private final ValueOrder[] orders;

  /** Whether there is one column whose Java values are equal where SQL's are. */
  private final boolean plain;

  private KeyShape(ValueOrder[] orders, boolean plain) {
    this.orders = orders;
    this.plain = plain;
  }

  static KeyShape of(List<SqlType> types) {
    return new KeyShape(
        types.stream().map(ValueOrder::of).toArray(ValueOrder[]::new),
        types.size() == 1 && isExact(types.getFirst()));
  }

  /** Whether values of the type that are equal cannot be told apart, in Java neither. */
  static boolean isExact(SqlType type) {
    return switch (type.id()) {
      case BOOL, INT2, INT4, INT8, OID, REGPROC, REGCLASS, REGTYPE, REGNAMESPACE, REGROLE -> true;
      case TEXT, VARCHAR, NAME, CHAR, UUID, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, BYTEA -> true;
      case FLOAT4, FLOAT8, NUMERIC, BPCHAR, INTERVAL, TIMETZ, JSON, JSONB -> false;
      case ARRAY, RECORD, INT2VECTOR, OIDVECTOR, UNKNOWN, VOID -> false;
    };
  }

  int width() {
    return orders.length;
  }

  /** Of values that will not be changed any more. */
  Object key(@Nullable Object[] values) {
    if (plain) {
      Object value = values[0];
      return value == null ? NULL : value;
    }
    int hash = 1;
    for (int i = 0; i < orders.length; i++) {
      hash = 31 * hash + orders[i].hashNullable(values[i]);
    }
    return new ValuesKey(orders, values, hash);
  }

  boolean same(@Nullable Object[] left, @Nullable Object[] right) {
    for (int i = 0; i < orders.length; i++) {
      if (!orders[i].same(left[i], right[i])) {
        return false;
      }
    }
    return true;
  }

  /** Whether the values are equal where neither is NULL. */
  boolean mayBeSame(@Nullable Object[] left, @Nullable Object[] right) {
    for (int i = 0; i < orders.length; i++) {
      Object a = left[i];
      Object b = right[i];
      if (a != null && b != null && !orders[i].equal(a, b)) {
        return false;
      }
    }
    return true;
  }

  private static final class ValuesKey {
    private final ValueOrder[] orders;
    private final @Nullable Object[] values;
    private final int hash;

    ValuesKey(ValueOrder[] orders, @Nullable Object[] values, int hash) {
      this.orders = orders;
      this.values = values;
      this.hash = hash;
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      if (!(other instanceof ValuesKey key) || key.hash != hash) {
        return false;
      }
      for (int i = 0; i < orders.length; i++) {
        if (!orders[i].same(values[i], key.values[i])) {
          return false;
        }
      }
      return true;
    }
  }
}
