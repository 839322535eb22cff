package dev.troupe.sql.type;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A value of type jsonb. Ordered as PostgreSQL orders jsonb: objects above arrays above booleans
 * above numbers above strings above null; containers by size first. {@code toString} prints as
 * PostgreSQL does. Equality is that of SQL: numbers are equal whatever their scale.
 */
public sealed interface JsonValue extends Comparable<JsonValue> {
  JsonNull NULL = new JsonNull();

  /** The null of JSON, which is a value and not SQL's NULL. */
  record JsonNull() implements JsonValue {
    @Override
    public String toString() {
      return JsonText.print(this);
    }
  }

  /** A string without NUL characters. */
  record JsonString(String value) implements JsonValue {
    @Override
    public String toString() {
      return JsonText.print(this);
    }
  }

  /** A finite number, exactly as it was written. */
  record JsonNumber(Numeric value) implements JsonValue {
    @Override
    public String toString() {
      return JsonText.print(this);
    }
  }

  /** True or false. */
  record JsonBoolean(boolean value) implements JsonValue {
    @Override
    public String toString() {
      return JsonText.print(this);
    }
  }

  /** An array of values. */
  record JsonArray(List<JsonValue> elements) implements JsonValue {
    public JsonArray {
      elements = List.copyOf(elements);
    }

    @Override
    public String toString() {
      return JsonText.print(this);
    }
  }

  /**
   * Members by key, every key once, in PostgreSQL's order: shorter keys (in UTF-8) first, those of
   * one length by their bytes.
   */
  record JsonObject(List<String> keys, List<JsonValue> values) implements JsonValue {
    static final JsonObject EMPTY = new JsonObject(List.of(), List.of());

    /**
     * @param keys in order and unique: other callers use {@link #of(Map)}
     */
    public JsonObject {
      keys = List.copyOf(keys);
      values = List.copyOf(values);
    }

    public static JsonObject of(Map<String, ? extends JsonValue> members) {
      TreeMap<String, JsonValue> sorted = new TreeMap<>(JsonOrder::compareKeys);
      sorted.putAll(members);
      return new JsonObject(List.copyOf(sorted.keySet()), List.copyOf(sorted.values()));
    }

    public int size() {
      return keys.size();
    }

    public @Nullable JsonValue get(String key) {
      int index = Collections.binarySearch(keys, key, JsonOrder::compareKeys);
      return index < 0 ? null : values.get(index);
    }

    /** A map in the same order that the caller may change. */
    public Map<String, JsonValue> toMap() {
      TreeMap<String, JsonValue> members = new TreeMap<>(JsonOrder::compareKeys);
      for (int i = 0; i < keys.size(); i++) {
        members.put(keys.get(i), values.get(i));
      }
      return members;
    }

    @Override
    public String toString() {
      return JsonText.print(this);
    }
  }

  /**
   * @throws dev.troupe.sql.error.SqlException 22P02 when it is not JSON
   */
  static JsonValue parse(String text) {
    return JsonParser.parse(text);
  }

  /**
   * Checks the syntax alone, as type json does.
   *
   * @throws dev.troupe.sql.error.SqlException 22P02 when it is not JSON
   */
  static void validate(String text) {
    JsonParser.validate(text);
  }

  static JsonValue of(boolean value) {
    return new JsonBoolean(value);
  }

  static JsonValue of(Numeric value) {
    return new JsonNumber(value);
  }

  static JsonValue of(String value) {
    return new JsonString(value);
  }

  static JsonValue of(List<JsonValue> elements) {
    return new JsonArray(elements);
  }

  /** As {@code jsonb_pretty} prints: four blanks for each level. */
  default String toPrettyString() {
    return JsonText.printPretty(this);
  }

  /** A string's content, any other value as it is printed; null for JSON's null. */
  default @Nullable String asText() {
    return switch (this) {
      case JsonNull n -> null;
      case JsonString s -> s.value();
      case JsonNumber n -> n.value().toString();
      case JsonBoolean b -> Boolean.toString(b.value());
      case JsonArray a -> a.toString();
      case JsonObject o -> o.toString();
    };
  }

  default boolean isScalar() {
    return !(this instanceof JsonArray) && !(this instanceof JsonObject);
  }

  @Override
  default int compareTo(JsonValue other) {
    return JsonOrder.compareRoots(this, other);
  }
}
