package dev.troupe.sql.type;

import dev.troupe.sql.type.JsonValue.JsonArray;
import dev.troupe.sql.type.JsonValue.JsonBoolean;
import dev.troupe.sql.type.JsonValue.JsonNull;
import dev.troupe.sql.type.JsonValue.JsonNumber;
import dev.troupe.sql.type.JsonValue.JsonObject;
import dev.troupe.sql.type.JsonValue.JsonString;

/** PostgreSQL's order of jsonb values (its documentation, "jsonb Indexing"). */
final class JsonOrder {
  private JsonOrder() {}

  /** Shorter keys first, then by bytes, so that most comparisons look at lengths alone. */
  static int compareKeys(String left, String right) {
    int byLength = Integer.compare(CodePoints.utf8Length(left), CodePoints.utf8Length(right));
    return byLength != 0 ? byLength : CodePoints.compare(left, right);
  }

  /**
   * Whole values. An empty array at the root is below every scalar: PostgreSQL keeps a scalar root
   * as an array of one element and compares the sizes first; existing indexes are sorted that way.
   */
  static int compareRoots(JsonValue left, JsonValue right) {
    if (left.isScalar() && isEmptyArray(right)) {
      return 1;
    }
    if (isEmptyArray(left) && right.isScalar()) {
      return -1;
    }
    return compare(left, right);
  }

  private static boolean isEmptyArray(JsonValue value) {
    return value instanceof JsonArray array && array.elements().isEmpty();
  }

  private record Pair(JsonValue left, JsonValue right) {}

  private static int compare(JsonValue left, JsonValue right) {
    return switch (new Pair(left, right)) {
      case Pair(JsonString(String a), JsonString(String b)) -> CodePoints.compare(a, b);
      case Pair(JsonNumber(Numeric a), JsonNumber(Numeric b)) -> a.compareTo(b);
      case Pair(JsonBoolean(boolean a), JsonBoolean(boolean b)) -> Boolean.compare(a, b);
      case Pair(JsonArray a, JsonArray b) -> compareArrays(a, b);
      case Pair(JsonObject a, JsonObject b) -> compareObjects(a, b);
      case Pair(JsonValue a, JsonValue b) -> Integer.compare(rank(a), rank(b));
    };
  }

  private static int rank(JsonValue value) {
    return switch (value) {
      case JsonNull n -> 0;
      case JsonString s -> 1;
      case JsonNumber n -> 2;
      case JsonBoolean b -> 3;
      case JsonArray a -> 4;
      case JsonObject o -> 5;
    };
  }

  private static int compareArrays(JsonArray left, JsonArray right) {
    int bySize = Integer.compare(left.elements().size(), right.elements().size());
    if (bySize != 0) {
      return bySize;
    }
    for (int i = 0; i < left.elements().size(); i++) {
      int difference = compare(left.elements().get(i), right.elements().get(i));
      if (difference != 0) {
        return difference;
      }
    }
    return 0;
  }

  private static int compareObjects(JsonObject left, JsonObject right) {
    int bySize = Integer.compare(left.size(), right.size());
    if (bySize != 0) {
      return bySize;
    }
    for (int i = 0; i < left.size(); i++) {
      int byKey = CodePoints.compare(left.keys().get(i), right.keys().get(i));
      if (byKey != 0) {
        return byKey;
      }
      int byValue = compare(left.values().get(i), right.values().get(i));
      if (byValue != 0) {
        return byValue;
      }
    }
    return 0;
  }
}
