package dev.troupe.sql.function.json;

import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.type.JsonValue;
import dev.troupe.sql.type.JsonValue.JsonArray;
import dev.troupe.sql.type.JsonValue.JsonObject;
import dev.troupe.sql.type.JsonValue.JsonString;
import dev.troupe.sql.type.SqlArray;
import java.util.List;

/** Whether a jsonb holds another one, or keys: {@code @> <@ ? ?| ?&}. */
final class JsonbContainment {
  private JsonbContainment() {}

  static void define(Definitions to) {
    to.add("@>(jsonb, jsonb) bool", (JsonValue a, JsonValue b) -> contains(a, b, true));
    to.add("<@(jsonb, jsonb) bool", (JsonValue a, JsonValue b) -> contains(b, a, true));
    to.add("jsonb_contains(jsonb, jsonb) bool", (JsonValue a, JsonValue b) -> contains(a, b, true));
    for (String name : new String[] {"?", "jsonb_exists"}) {
      to.add(name + "(jsonb, text) bool", (JsonValue v, String key) -> has(v, key));
    }
    for (String name : new String[] {"?|", "jsonb_exists_any"}) {
      to.add(
          name + "(jsonb, text[]) bool",
          (JsonValue v, SqlArray keys) ->
              keys.elements().stream().anyMatch(key -> key != null && has(v, (String) key)));
    }
    for (String name : new String[] {"?&", "jsonb_exists_all"}) {
      to.add(
          name + "(jsonb, text[]) bool",
          (JsonValue v, SqlArray keys) ->
              keys.elements().stream().allMatch(key -> key == null || has(v, (String) key)));
    }
  }

  /** A key of an object, a string in an array, or the string itself. */
  private static boolean has(JsonValue value, String key) {
    return switch (value) {
      case JsonObject object -> object.get(key) != null;
      case JsonArray array -> array.elements().contains(new JsonString(key));
      case JsonString string -> string.value().equals(key);
      default -> false;
    };
  }

  /**
   * @param outermost an array may then contain a scalar that is not in an array
   */
  private static boolean contains(JsonValue value, JsonValue part, boolean outermost) {
    if (value instanceof JsonObject object && part instanceof JsonObject wanted) {
      return containsMembers(object, wanted);
    }
    if (value instanceof JsonArray array) {
      boolean scalar = !(part instanceof JsonArray) && !(part instanceof JsonObject);
      if (part instanceof JsonArray wanted) {
        return containsElements(array.elements(), wanted.elements());
      }
      return outermost && scalar && array.elements().contains(part);
    }
    return value.equals(part);
  }

  private static boolean containsMembers(JsonObject object, JsonObject wanted) {
    for (int i = 0; i < wanted.size(); i++) {
      JsonValue present = object.get(wanted.keys().get(i));
      if (present == null || !contains(present, wanted.values().get(i), false)) {
        return false;
      }
    }
    return true;
  }

  /** Neither order nor repetition counts. */
  private static boolean containsElements(List<JsonValue> elements, List<JsonValue> wanted) {
    for (JsonValue part : wanted) {
      boolean found = elements.stream().anyMatch(element -> contains(element, part, false));
      if (!found) {
        return false;
      }
    }
    return true;
  }
}
