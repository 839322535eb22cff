package dev.troupe.sql.function.json;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.function.define.BoundTypes;
import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.type.JsonText;
import dev.troupe.sql.type.JsonValue;
import dev.troupe.sql.type.JsonValue.JsonArray;
import dev.troupe.sql.type.JsonValue.JsonObject;
import dev.troupe.sql.type.JsonValue.JsonString;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Functions that make json and jsonb out of values. */
final class JsonBuilding {
  private JsonBuilding() {}

  static void define(Definitions to) {
    defineConversions(to);
    defineArrays(to);
    defineObjects(to);
    defineFromTexts(to);
  }

  private static void defineConversions(Definitions to) {
    to.addTyped("to_json(anyelement) json stable", types -> (a, c) -> text(types, a, c, false));
    to.addTyped("row_to_json(record) json stable", types -> (a, c) -> text(types, a, c, false));
    to.addTyped(
        "row_to_json(record, bool) json stable",
        types -> (a, c) -> text(types, a, c, Boolean.TRUE.equals(a[1])));
    to.addTyped("array_to_json(anyarray) json stable", types -> (a, c) -> text(types, a, c, false));
    to.addTyped(
        "array_to_json(anyarray, bool) json stable",
        types -> (a, c) -> text(types, a, c, Boolean.TRUE.equals(a[1])));
    to.addTyped(
        "to_jsonb(anyelement) jsonb stable",
        types -> (a, c) -> new JsonConversion(c).toTree(types.parameter(0), a[0]));
  }

  private static String text(
      BoundTypes types, @Nullable Object[] a, EvalContext context, boolean lines) {
    StringBuilder out = new StringBuilder();
    new JsonConversion(context).append(out, types.parameter(0), a[0], lines ? "\n " : "");
    return out.toString();
  }

  /** Calls with VARIADIC have fewer types than arguments: the last one stands for the others. */
  private static SqlType type(BoundTypes types, int argument) {
    List<SqlType> parameters = types.parameters();
    return parameters.get(Math.min(argument, parameters.size() - 1));
  }

  private static void defineArrays(Definitions to) {
    to.addMany("json_build_array() json stable nullable", (a, c) -> "[]");
    to.addMany("jsonb_build_array() jsonb stable nullable", (a, c) -> new JsonArray(List.of()));
    to.addTyped(
        "json_build_array(variadic any) json stable nullable",
        types -> (a, c) -> array(types, a, new JsonConversion(c)));
    to.addTyped(
        "jsonb_build_array(variadic any) jsonb stable nullable",
        types -> (a, c) -> tree(types, a, new JsonConversion(c)));
  }

  private static String array(BoundTypes types, @Nullable Object[] a, JsonConversion conversion) {
    StringBuilder out = new StringBuilder("[");
    for (int i = 0; i < a.length; i++) {
      out.append(i == 0 ? "" : ", ");
      conversion.append(out, type(types, i), a[i], "");
    }
    return out.append(']').toString();
  }

  private static JsonValue tree(BoundTypes types, @Nullable Object[] a, JsonConversion conversion) {
    List<JsonValue> elements = new ArrayList<>();
    for (int i = 0; i < a.length; i++) {
      elements.add(conversion.toTree(type(types, i), a[i]));
    }
    return new JsonArray(elements);
  }

  private static void defineObjects(Definitions to) {
    to.addMany("json_build_object() json stable nullable", (a, c) -> "{}");
    to.addMany("jsonb_build_object() jsonb stable nullable", (a, c) -> JsonObject.of(Map.of()));
    to.addTyped(
        "json_build_object(variadic any) json stable nullable",
        types -> (a, c) -> object(types, a, new JsonConversion(c)));
    to.addTyped(
        "jsonb_build_object(variadic any) jsonb stable nullable",
        types -> (a, c) -> objectTree(types, a, new JsonConversion(c)));
  }

  private static void requirePairs(@Nullable Object[] arguments, String function) {
    if (arguments.length % 2 != 0) {
      throw new SqlException(
              SqlState.INVALID_PARAMETER_VALUE, "argument list must have even number of elements")
          .withHint(
              "The arguments of " + function + "() must consist of alternating keys and values.");
    }
  }

  private static String object(BoundTypes types, @Nullable Object[] a, JsonConversion conversion) {
    requirePairs(a, "json_build_object");
    StringBuilder out = new StringBuilder("{");
    for (int i = 0; i < a.length; i += 2) {
      out.append(i == 0 ? "" : ", ");
      String missing = "argument " + (i + 1) + " cannot be null";
      if (a[i] == null) {
        throw new SqlException(SqlState.INVALID_PARAMETER_VALUE, missing)
            .withHint("Object keys should be text.");
      }
      JsonText.quote(conversion.key(type(types, i), a[i], missing), out);
      out.append(" : ");
      conversion.append(out, type(types, i + 1), a[i + 1], "");
    }
    return out.append('}').toString();
  }

  private static JsonValue objectTree(
      BoundTypes types, @Nullable Object[] a, JsonConversion conversion) {
    requirePairs(a, "jsonb_build_object");
    Map<String, JsonValue> members = new LinkedHashMap<>();
    for (int i = 0; i < a.length; i += 2) {
      String missing = "argument " + (i + 1) + ": key must not be null";
      String key = conversion.key(type(types, i), a[i], missing);
      members.put(key, conversion.toTree(type(types, i + 1), a[i + 1]));
    }
    return JsonObject.of(members);
  }

  private static void defineFromTexts(Definitions to) {
    to.add("json_object(text[]) json", (SqlArray pairs) -> json(pairs(pairs)));
    to.add("jsonb_object(text[]) jsonb", (SqlArray pairs) -> jsonb(pairs(pairs)));
    to.add(
        "json_object(text[], text[]) json",
        (SqlArray keys, SqlArray values) -> json(pairs(keys, values)));
    to.add(
        "jsonb_object(text[], text[]) jsonb",
        (SqlArray keys, SqlArray values) -> jsonb(pairs(keys, values)));
  }

  /** A key with its value. */
  private record Pair(String key, @Nullable String value) {}

  private static Pair pair(@Nullable Object key, @Nullable Object value) {
    if (key == null) {
      throw new SqlException(
          SqlState.NULL_VALUE_NOT_ALLOWED, "null value not allowed for object key");
    }
    return new Pair((String) key, (String) value);
  }

  private static List<Pair> pairs(SqlArray array) {
    int dimensions = array.dimensions();
    if (dimensions > 2) {
      throw wrongSubscripts();
    }
    if (dimensions == 2 && array.length(1) != 2) {
      throw new SqlException(SqlState.ARRAY_SUBSCRIPT_ERROR, "array must have two columns");
    }
    if (array.size() % 2 != 0) {
      throw new SqlException(
          SqlState.ARRAY_SUBSCRIPT_ERROR, "array must have even number of elements");
    }
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < array.size(); i += 2) {
      pairs.add(pair(array.element(i), array.element(i + 1)));
    }
    return pairs;
  }

  private static List<Pair> pairs(SqlArray keys, SqlArray values) {
    if (keys.dimensions() > 1 || keys.dimensions() != values.dimensions()) {
      throw wrongSubscripts();
    }
    if (keys.size() != values.size()) {
      throw new SqlException(SqlState.ARRAY_SUBSCRIPT_ERROR, "mismatched array dimensions");
    }
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      pairs.add(pair(keys.element(i), values.element(i)));
    }
    return pairs;
  }

  private static SqlException wrongSubscripts() {
    return new SqlException(SqlState.ARRAY_SUBSCRIPT_ERROR, "wrong number of array subscripts");
  }

  private static String json(List<Pair> pairs) {
    StringBuilder out = new StringBuilder("{");
    for (Pair pair : pairs) {
      out.append(out.length() > 1 ? ", " : "");
      JsonText.quote(pair.key(), out);
      out.append(" : ");
      if (pair.value() == null) {
        out.append("null");
      } else {
        JsonText.quote(Objects.requireNonNull(pair.value()), out);
      }
    }
    return out.append('}').toString();
  }

  private static JsonValue jsonb(List<Pair> pairs) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    for (Pair pair : pairs) {
      String value = pair.value();
      members.put(pair.key(), value == null ? JsonValue.NULL : new JsonString(value));
    }
    return JsonObject.of(members);
  }
}
