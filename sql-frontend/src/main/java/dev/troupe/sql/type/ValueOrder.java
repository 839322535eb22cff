package dev.troupe.sql.type;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Order, equality and hashes of the values of one type, as SQL's operators and indexes of that type
 * see them. Equal values have equal hashes. Values are not null; {@link #compareNullsLast} takes
 * NULL too.
 */
public abstract class ValueOrder implements Comparator<Object> {
  /** The order of a type. Cheap for all but arrays, whose orders should be kept. */
  public static ValueOrder of(SqlType type) {
    return ValueOrders.of(type);
  }

  @Override
  public abstract int compare(Object left, Object right);

  public abstract int hash(Object value);

  public boolean equal(Object left, Object right) {
    return compare(left, right) == 0;
  }

  /** NULLs are equal to each other and greater than every value. */
  public final int compareNullsLast(@Nullable Object left, @Nullable Object right) {
    if (left == null) {
      return right == null ? 0 : 1;
    }
    return right == null ? -1 : compare(left, right);
  }

  /** Whether both are NULL or equal: IS NOT DISTINCT FROM. */
  public final boolean same(@Nullable Object left, @Nullable Object right) {
    if (left == null || right == null) {
      return left == right;
    }
    return equal(left, right);
  }

  /** Hash in which NULL has its place. */
  public final int hashNullable(@Nullable Object value) {
    return value == null ? 0 : hash(value);
  }
}
