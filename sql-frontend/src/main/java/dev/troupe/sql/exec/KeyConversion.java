package dev.troupe.sql.exec;

import dev.troupe.sql.type.Numeric;
import dev.troupe.sql.type.SqlType;
import org.jspecify.annotations.Nullable;

/** Values of one side of a foreign key as values of the other side's type. */
final class KeyConversion {
  private KeyConversion() {}

  /** Null for NULL, and when no value of the type is equal to it. */
  static @Nullable Object convert(@Nullable Object value, SqlType type) {
    if (!(value instanceof Number number) || value instanceof Float || value instanceof Double) {
      return value;
    }
    return switch (type.id()) {
      case INT2, INT4 -> number.intValue() == number.longValue() ? number.intValue() : null;
      case INT8 -> number.longValue();
      case NUMERIC -> Numeric.of(number.longValue());
      default -> value;
    };
  }
}
