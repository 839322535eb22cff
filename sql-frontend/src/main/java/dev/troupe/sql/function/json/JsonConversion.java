package dev.troupe.sql.function.json;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.function.text.ValueText;
import dev.troupe.sql.type.JsonText;
import dev.troupe.sql.type.JsonValue;
import dev.troupe.sql.type.JsonValue.JsonArray;
import dev.troupe.sql.type.JsonValue.JsonBoolean;
import dev.troupe.sql.type.JsonValue.JsonNumber;
import dev.troupe.sql.type.JsonValue.JsonObject;
import dev.troupe.sql.type.JsonValue.JsonString;
import dev.troupe.sql.type.Numeric;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlRecord;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** SQL's values as JSON. Fields of records without names are called f1, f2 and so on. */
final class JsonConversion {
  private final EvalContext context;

  JsonConversion(EvalContext context) {
    this.context = context;
  }

  String toText(SqlType type, @Nullable Object value) {
    StringBuilder out = new StringBuilder();
    append(out, type, value, "");
    return out.toString();
  }

  /**
   * @param between what follows the comma between elements of the outermost container
   */
  void append(StringBuilder out, SqlType type, @Nullable Object value, String between) {
    if (value == null) {
      out.append("null");
    } else if (value instanceof SqlArray array) {
      appendArray(out, array, 0, 0, between);
    } else if (value instanceof SqlRecord row) {
      appendRecord(out, row, between);
    } else if (isLiteral(type, value)) {
      out.append(type.id() == TypeId.BOOL ? value.toString() : text(type, value));
    } else {
      JsonText.quote(text(type, value), out);
    }
  }

  /** Whether its text is JSON already. */
  private static boolean isLiteral(SqlType type, Object value) {
    return switch (type.id()) {
      case BOOL, INT2, INT4, INT8, JSON, JSONB -> true;
      case FLOAT4 -> Float.isFinite((Float) value);
      case FLOAT8 -> Double.isFinite((Double) value);
      case NUMERIC -> ((Numeric) value).isFinite();
      default -> false;
    };
  }

  /** Times are written as ISO 8601 has them, whatever DateStyle is. */
  private String text(SqlType type, Object value) {
    String text = ValueText.of(type, value, context);
    return switch (type.id()) {
      case TIMESTAMP -> text.replaceFirst(" ", "T");
      case TIMESTAMPTZ ->
          text.replaceFirst(" ", "T").replaceFirst("([+-]\\d\\d)( BC)?$", "$1:00$2");
      default -> text;
    };
  }

  private int appendArray(
      StringBuilder out, SqlArray array, int dimension, int first, String between) {
    out.append('[');
    int index = first;
    int length = array.dimensions() == 0 ? 0 : array.length(dimension);
    for (int i = 0; i < length; i++) {
      out.append(i == 0 ? "" : "," + between);
      if (dimension + 1 < array.dimensions()) {
        index = appendArray(out, array, dimension + 1, index, "");
      } else {
        append(out, array.elementType(), array.element(index), "");
        index++;
      }
    }
    out.append(']');
    return index;
  }

  private void appendRecord(StringBuilder out, SqlRecord row, String between) {
    out.append('{');
    for (int i = 0; i < row.size(); i++) {
      out.append(i == 0 ? "" : "," + between);
      JsonText.quote(row.name(i), out);
      out.append(':');
      append(out, row.types().get(i), row.value(i), "");
    }
    out.append('}');
  }

  JsonValue toTree(SqlType type, @Nullable Object value) {
    if (value == null) {
      return JsonValue.NULL;
    }
    if (value instanceof SqlArray array) {
      return toTree(array, 0, new int[1]);
    }
    if (value instanceof SqlRecord row) {
      return toTree(row);
    }
    return switch (type.id()) {
      case BOOL -> new JsonBoolean((Boolean) value);
      case JSONB -> (JsonValue) value;
      case JSON -> JsonValue.parse((String) value);
      default ->
          isLiteral(type, value)
              ? new JsonNumber(Numeric.parse(text(type, value)))
              : new JsonString(text(type, value));
    };
  }

  private JsonValue toTree(SqlArray array, int dimension, int[] next) {
    List<JsonValue> elements = new ArrayList<>();
    int length = array.dimensions() == 0 ? 0 : array.length(dimension);
    for (int i = 0; i < length; i++) {
      if (dimension + 1 < array.dimensions()) {
        elements.add(toTree(array, dimension + 1, next));
      } else {
        elements.add(toTree(array.elementType(), array.element(next[0])));
        next[0]++;
      }
    }
    return new JsonArray(elements);
  }

  private JsonValue toTree(SqlRecord row) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    for (int i = 0; i < row.size(); i++) {
      members.put(row.name(i), toTree(row.types().get(i), row.value(i)));
    }
    return JsonObject.of(members);
  }

  /** A key of an object, which must be a scalar. */
  String key(SqlType type, @Nullable Object value, String forNull) {
    if (value == null) {
      throw new SqlException(SqlState.INVALID_PARAMETER_VALUE, forNull);
    }
    if (value instanceof SqlArray || value instanceof SqlRecord || isJson(type)) {
      throw new SqlException(
          SqlState.INVALID_PARAMETER_VALUE,
          "key value must be scalar, not array, composite, or json");
    }
    return type.id() == TypeId.BOOL ? value.toString() : text(type, value);
  }

  private static boolean isJson(SqlType type) {
    return type.isSameAs(SqlType.JSON) || type.isSameAs(SqlType.JSONB);
  }
}
