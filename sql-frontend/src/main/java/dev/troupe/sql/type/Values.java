package dev.troupe.sql.type;

import org.jspecify.annotations.Nullable;

/**
 * Comparison of single values. Loops over many values of a type take its {@link ValueOrder} once
 * instead.
 */
public final class Values {
  private Values() {}

  public static int compare(SqlType type, Object left, Object right) {
    return ValueOrder.of(type).compare(left, right);
  }

  /** NULLs are equal to each other and greater than every value. */
  public static int compareNullsLast(SqlType type, @Nullable Object left, @Nullable Object right) {
    return ValueOrder.of(type).compareNullsLast(left, right);
  }

  public static boolean equal(SqlType type, Object left, Object right) {
    return ValueOrder.of(type).equal(left, right);
  }

  /** IS NOT DISTINCT FROM. */
  public static boolean same(SqlType type, @Nullable Object left, @Nullable Object right) {
    return ValueOrder.of(type).same(left, right);
  }

  public static int hash(SqlType type, @Nullable Object value) {
    return ValueOrder.of(type).hashNullable(value);
  }
}
