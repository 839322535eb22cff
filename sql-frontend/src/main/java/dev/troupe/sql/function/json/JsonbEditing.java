package dev.troupe.sql.function.json;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.type.JsonValue;
import dev.troupe.sql.type.JsonValue.JsonArray;
import dev.troupe.sql.type.JsonValue.JsonObject;
import dev.troupe.sql.type.JsonValue.JsonString;
import dev.troupe.sql.type.SqlArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** jsonb changed: joined, with parts removed, set or inserted. */
final class JsonbEditing {
  private JsonbEditing() {}

  static void define(Definitions to) {
    to.add("||(jsonb, jsonb) jsonb", (JsonValue a, JsonValue b) -> concat(a, b));
    to.add("jsonb_concat(jsonb, jsonb) jsonb", (JsonValue a, JsonValue b) -> concat(a, b));
    to.add("-(jsonb, text) jsonb", (JsonValue v, String key) -> without(v, List.of(key)));
    to.add("-(jsonb, text[]) jsonb", (JsonValue v, SqlArray keys) -> without(v, texts(keys)));
    to.add("-(jsonb, int4) jsonb", (JsonValue v, Integer index) -> without(v, index));
    to.add("#-(jsonb, text[]) jsonb", (JsonValue v, SqlArray path) -> deleted(v, path));
    String changed = "(jsonb, text[], jsonb, ";
    to.addMany(
        "jsonb_set(target jsonb, path text[], replacement jsonb, create_if_missing bool = true)"
            + " jsonb",
        (a, c) -> set((JsonValue) a[0], (SqlArray) a[1], (JsonValue) a[2], (Boolean) a[3]));
    to.addMany(
        "jsonb_insert(target jsonb, path text[], replacement jsonb, insert_after bool = false)"
            + " jsonb",
        (a, c) -> insert((JsonValue) a[0], (SqlArray) a[1], (JsonValue) a[2], (Boolean) a[3]));
    to.addMany("jsonb_set_lax" + changed + "bool, text) jsonb nullable", (a, c) -> setLax(a));
    to.addMany(
        "jsonb_set_lax(jsonb, text[], jsonb) jsonb nullable",
        (a, c) -> setLax(new @Nullable Object[] {a[0], a[1], a[2], true, "use_json_null"}));
    to.add("jsonb_pretty(jsonb) text", (JsonValue v) -> v.toPrettyString());
  }

  private static SqlException invalid(String message) {
    return new SqlException(SqlState.INVALID_PARAMETER_VALUE, message);
  }

  private static List<@Nullable String> texts(SqlArray array) {
    if (array.dimensions() > 1) {
      throw new SqlException(SqlState.ARRAY_SUBSCRIPT_ERROR, "wrong number of array subscripts");
    }
    return array.elements().stream().map(element -> (String) element).toList();
  }

  private static JsonValue concat(JsonValue a, JsonValue b) {
    if (a instanceof JsonObject left && b instanceof JsonObject right) {
      Map<String, JsonValue> members = left.toMap();
      members.putAll(right.toMap());
      return JsonObject.of(members);
    }
    List<JsonValue> elements = new ArrayList<>(asElements(a));
    elements.addAll(asElements(b));
    return new JsonArray(elements);
  }

  private static List<JsonValue> asElements(JsonValue value) {
    return value instanceof JsonArray array ? array.elements() : List.of(value);
  }

  private static JsonValue without(JsonValue value, List<@Nullable String> keys) {
    return switch (value) {
      case JsonObject object -> {
        Map<String, JsonValue> members = object.toMap();
        keys.forEach(members::remove);
        yield JsonObject.of(members);
      }
      case JsonArray array ->
          new JsonArray(
              array.elements().stream()
                  .filter(e -> !(e instanceof JsonString s && keys.contains(s.value())))
                  .toList());
      default -> throw invalid("cannot delete from scalar");
    };
  }

  private static JsonValue without(JsonValue value, int index) {
    return switch (value) {
      case JsonObject object -> throw invalid("cannot delete from object using integer index");
      case JsonArray array -> {
        List<JsonValue> elements = new ArrayList<>(array.elements());
        int position = index < 0 ? index + elements.size() : index;
        if (position >= 0 && position < elements.size()) {
          elements.remove(position);
        }
        yield new JsonArray(elements);
      }
      default -> throw invalid("cannot delete from scalar");
    };
  }

  private static List<String> path(SqlArray array) {
    List<@Nullable String> steps = texts(array);
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i) == null) {
        throw new SqlException(
            SqlState.NULL_VALUE_NOT_ALLOWED, "path element at position " + (i + 1) + " is null");
      }
    }
    return steps.stream().map(String::valueOf).toList();
  }

  /** What happens at the end of a path. */
  private sealed interface Change {}

  private record Delete() implements Change {}

  private record Set(JsonValue value, boolean create) implements Change {}

  private record Insert(JsonValue value, boolean after) implements Change {}

  private static boolean isContainer(JsonValue value) {
    return value instanceof JsonObject || value instanceof JsonArray;
  }

  private static JsonValue deleted(JsonValue value, SqlArray path) {
    if (!isContainer(value)) {
      throw invalid("cannot delete path in scalar");
    }
    return changed(value, path(path), 0, new Delete());
  }

  private static @Nullable JsonValue set(
      @Nullable JsonValue value,
      @Nullable SqlArray path,
      @Nullable JsonValue by,
      @Nullable Boolean create) {
    if (value == null || path == null || by == null || create == null) {
      return null;
    }
    if (!isContainer(value)) {
      throw invalid("cannot set path in scalar");
    }
    return changed(value, path(path), 0, new Set(by, create));
  }

  private static @Nullable JsonValue insert(
      @Nullable JsonValue value,
      @Nullable SqlArray path,
      @Nullable JsonValue added,
      @Nullable Boolean after) {
    if (value == null || path == null || added == null || after == null) {
      return null;
    }
    if (!isContainer(value)) {
      throw invalid("cannot set path in scalar");
    }
    return changed(value, path(path), 0, new Insert(added, after));
  }

  /** jsonb_set that says what to do about NULL. */
  private static @Nullable JsonValue setLax(@Nullable Object[] a) {
    JsonValue value = (JsonValue) a[0];
    SqlArray path = (SqlArray) a[1];
    if (value == null || path == null || a[3] == null) {
      return null;
    }
    if (a[4] == null) {
      throw invalid(
          "null_value_treatment must be \"delete_key\", \"return_target\", \"use_json_null\", or"
              + " \"raise_exception\"");
    }
    if (a[2] instanceof JsonValue by) {
      return set(value, path, by, (Boolean) a[3]);
    }
    return switch ((String) a[4]) {
      case "raise_exception" ->
          throw new SqlException(SqlState.NULL_VALUE_NOT_ALLOWED, "JSON value must not be null")
              .withDetail(
                  "Exception was raised because null_value_treatment is \"raise_exception\".")
              .withHint(
                  "To avoid, either change the null_value_treatment argument or ensure that an"
                      + " SQL NULL is not passed.");
      case "use_json_null" -> set(value, path, JsonValue.NULL, (Boolean) a[3]);
      case "delete_key" -> deleted(value, path);
      case "return_target" -> value;
      default ->
          throw invalid(
              "null_value_treatment must be \"delete_key\", \"return_target\","
                  + " \"use_json_null\", or \"raise_exception\"");
    };
  }

  private static JsonValue changed(JsonValue value, List<String> path, int depth, Change change) {
    if (depth >= path.size()) {
      return value;
    }
    return switch (value) {
      case JsonObject object -> inObject(object, path, depth, change);
      case JsonArray array -> inArray(array, path, depth, change);
      default -> value;
    };
  }

  private static JsonValue inObject(
      JsonObject object, List<String> path, int depth, Change change) {
    String key = path.get(depth);
    JsonValue present = object.get(key);
    Map<String, JsonValue> members = object.toMap();
    if (depth + 1 < path.size()) {
      if (present != null) {
        members.put(key, changed(present, path, depth + 1, change));
      }
      return JsonObject.of(members);
    }
    switch (change) {
      case Delete delete -> members.remove(key);
      case Set set -> {
        if (present != null || set.create()) {
          members.put(key, set.value());
        }
      }
      case Insert insert -> {
        if (present != null) {
          throw invalid("cannot replace existing key")
              .withHint("Try using the function jsonb_set to replace key value.");
        }
        members.put(key, insert.value());
      }
    }
    return JsonObject.of(members);
  }

  private static JsonValue inArray(JsonArray array, List<String> path, int depth, Change change) {
    String step = path.get(depth);
    Integer given = JsonPaths.index(step);
    if (given == null) {
      throw new SqlException(
          SqlState.INVALID_TEXT_REPRESENTATION,
          "path element at position %d is not an integer: \"%s\"".formatted(depth + 1, step));
    }
    List<JsonValue> elements = new ArrayList<>(array.elements());
    int size = elements.size();
    int index = given < 0 ? given + size : given;
    boolean inside = index >= 0 && index < size;
    if (depth + 1 < path.size()) {
      if (inside) {
        elements.set(index, changed(elements.get(index), path, depth + 1, change));
      }
      return new JsonArray(elements);
    }
    switch (change) {
      case Delete delete -> {
        if (inside) {
          elements.remove(index);
        }
      }
      case Set set -> {
        if (inside) {
          elements.set(index, set.value());
        } else if (set.create()) {
          elements.add(index < 0 ? 0 : size, set.value());
        }
      }
      case Insert insert -> {
        int place = insert.after() && inside ? index + 1 : index;
        elements.add(Math.max(0, Math.min(place, size)), insert.value());
      }
    }
    return new JsonArray(elements);
  }
}
