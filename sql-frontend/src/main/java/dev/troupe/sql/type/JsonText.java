package dev.troupe.sql.type;

import dev.troupe.sql.type.JsonValue.JsonArray;
import dev.troupe.sql.type.JsonValue.JsonBoolean;
import dev.troupe.sql.type.JsonValue.JsonNull;
import dev.troupe.sql.type.JsonValue.JsonNumber;
import dev.troupe.sql.type.JsonValue.JsonObject;
import dev.troupe.sql.type.JsonValue.JsonString;

/** Prints JSON as PostgreSQL prints jsonb, and quotes strings for other JSON that is built. */
public final class JsonText {
  private static final String INDENT = "    ";

  private final StringBuilder out = new StringBuilder();
  private final boolean pretty;

  private JsonText(boolean pretty) {
    this.pretty = pretty;
  }

  static String print(JsonValue value) {
    JsonText text = new JsonText(false);
    text.append(value, 0);
    return text.out.toString();
  }

  static String printPretty(JsonValue value) {
    JsonText text = new JsonText(true);
    text.append(value, 0);
    return text.out.toString();
  }

  private void append(JsonValue value, int depth) {
    switch (value) {
      case JsonNull n -> out.append("null");
      case JsonString s -> quote(s.value(), out);
      case JsonNumber n -> out.append(n.value());
      case JsonBoolean b -> out.append(b.value());
      case JsonArray a -> appendArray(a, depth);
      case JsonObject o -> appendObject(o, depth);
    }
  }

  private void appendArray(JsonArray array, int depth) {
    out.append('[');
    for (int i = 0; i < array.elements().size(); i++) {
      separate(i, depth + 1);
      append(array.elements().get(i), depth + 1);
    }
    close(depth);
    out.append(']');
  }

  private void appendObject(JsonObject object, int depth) {
    out.append('{');
    for (int i = 0; i < object.size(); i++) {
      separate(i, depth + 1);
      quote(object.keys().get(i), out);
      out.append(": ");
      append(object.values().get(i), depth + 1);
    }
    close(depth);
    out.append('}');
  }

  private void separate(int index, int depth) {
    if (pretty) {
      out.append(index == 0 ? "\n" : ",\n").append(INDENT.repeat(depth));
    } else if (index > 0) {
      out.append(", ");
    }
  }

  private void close(int depth) {
    if (pretty) {
      out.append('\n').append(INDENT.repeat(depth));
    }
  }

  /** Appends a string of JSON. */
  public static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ') {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
