package dev.troupe.sql.function.json;

import dev.troupe.sql.type.JsonValue;
import dev.troupe.sql.type.JsonValue.JsonArray;
import dev.troupe.sql.type.JsonValue.JsonBoolean;
import dev.troupe.sql.type.JsonValue.JsonNull;
import dev.troupe.sql.type.JsonValue.JsonNumber;
import dev.troupe.sql.type.JsonValue.JsonObject;
import dev.troupe.sql.type.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks into trees. */
final class TreeDialect implements Dialect<JsonValue> {
  static final TreeDialect INSTANCE = new TreeDialect();

  private TreeDialect() {}

  @Override
  public String type() {
    return "jsonb";
  }

  @Override
  public Kind kind(JsonValue value) {
    return switch (value) {
      case JsonObject o -> Kind.OBJECT;
      case JsonArray a -> Kind.ARRAY;
      case JsonString s -> Kind.STRING;
      case JsonNumber n -> Kind.NUMBER;
      case JsonBoolean b -> Kind.BOOLEAN;
      case JsonNull n -> Kind.NULL;
    };
  }

  @Override
  public List<JsonValue> elements(JsonValue array) {
    return ((JsonArray) array).elements();
  }

  @Override
  public List<JsonValue> scalarAsElements(JsonValue scalar) {
    return List.of(scalar);
  }

  @Override
  public List<Member<JsonValue>> members(JsonValue value) {
    JsonObject object = (JsonObject) value;
    List<Member<JsonValue>> members = new ArrayList<>(object.size());
    for (int i = 0; i < object.size(); i++) {
      members.add(new Member<>(object.keys().get(i), object.values().get(i)));
    }
    return members;
  }

  @Override
  public @Nullable String text(JsonValue value) {
    return switch (value) {
      case JsonString s -> s.value();
      case JsonNull n -> null;
      case JsonObject o -> o.toString();
      case JsonArray a -> a.toString();
      case JsonNumber n -> n.toString();
      case JsonBoolean b -> b.toString();
    };
  }

  @Override
  public JsonValue arrayOf(List<JsonValue> elements) {
    return new JsonArray(elements);
  }

  @Override
  public JsonValue objectOf(List<Member<JsonValue>> members) {
    Map<String, JsonValue> map = new LinkedHashMap<>();
    members.forEach(member -> map.put(member.key(), member.value()));
    return JsonObject.of(map);
  }
}
