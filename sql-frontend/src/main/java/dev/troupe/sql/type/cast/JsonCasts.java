package dev.troupe.sql.type.cast;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.type.JsonValue;
import dev.troupe.sql.type.JsonValue.JsonArray;
import dev.troupe.sql.type.JsonValue.JsonBoolean;
import dev.troupe.sql.type.JsonValue.JsonNull;
import dev.troupe.sql.type.JsonValue.JsonNumber;
import dev.troupe.sql.type.JsonValue.JsonObject;
import dev.troupe.sql.type.JsonValue.JsonString;
import dev.troupe.sql.type.Numeric;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.cast.Casts.Conversion;
import org.jspecify.annotations.Nullable;

/** Casts of jsonb to booleans and numbers. */
final class JsonCasts {
  private JsonCasts() {}

  static @Nullable Conversion find(TypeId from, TypeId to) {
    if (from != TypeId.JSONB) {
      return null;
    }
    if (to == TypeId.BOOL) {
      return (value, session) -> bool((JsonValue) value);
    }
    if (to == TypeId.NUMERIC) {
      return (value, session) -> number((JsonValue) value, to);
    }
    Conversion ofNumeric = NumberCasts.find(TypeId.NUMERIC, to);
    return ofNumeric == null
        ? null
        : (value, session) -> ofNumeric.convert(number((JsonValue) value, to), session);
  }

  private static Boolean bool(JsonValue value) {
    if (value instanceof JsonBoolean bool) {
      return bool.value();
    }
    throw refused(value, TypeId.BOOL);
  }

  private static Numeric number(JsonValue value, TypeId to) {
    if (value instanceof JsonNumber number) {
      return number.value();
    }
    throw refused(value, to);
  }

  private static SqlException refused(JsonValue value, TypeId to) {
    String kind =
        switch (value) {
          case JsonNull n -> "null";
          case JsonString s -> "string";
          case JsonNumber n -> "numeric";
          case JsonBoolean b -> "boolean";
          case JsonArray a -> "array";
          case JsonObject o -> "object";
        };
    return new SqlException(
        SqlState.INVALID_PARAMETER_VALUE, "cannot cast jsonb " + kind + " to type " + to.sqlName());
  }
}
