package dev.troupe.sql.type;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.type.JsonLexer.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads JSON strictly by RFC 8259, with PostgreSQL's messages. Of equal keys the last one wins. */
final class JsonParser {
  /** Deeper nesting is refused, before it exhausts the stack of the session's thread. */
  static final int DEPTH_MAX = 1000;

  private final JsonLexer lexer;
  private final boolean building;

  private JsonParser(String text, boolean building) {
    this.lexer = new JsonLexer(text, building);
    this.building = building;
  }

  static JsonValue parse(String text) {
    JsonParser parser = new JsonParser(text, true);
    return parser.whole();
  }

  /** Checks the syntax alone. */
  static void validate(String text) {
    JsonParser parser = new JsonParser(text, false);
    parser.whole();
  }

  private JsonValue whole() {
    lexer.next();
    JsonValue value = value(0);
    if (lexer.kind() != Kind.END) {
      throw lexer.unexpected("end of input");
    }
    return value;
  }

  /** Reads a value and the token after it. When nothing is built, the result has no meaning. */
  private JsonValue value(int depth) {
    if (depth > DEPTH_MAX) {
      throw new SqlException(SqlState.STATEMENT_TOO_COMPLEX, "stack depth limit exceeded");
    }
    return switch (lexer.kind()) {
      case OBJECT_START -> object(depth);
      case ARRAY_START -> array(depth);
      case STRING -> scalar(building ? JsonValue.of(lexer.string()) : JsonValue.NULL);
      case NUMBER -> scalar(building ? JsonValue.of(Numeric.parse(lexer.text())) : JsonValue.NULL);
      case TRUE -> scalar(JsonValue.of(true));
      case FALSE -> scalar(JsonValue.of(false));
      case NULL -> scalar(JsonValue.NULL);
      case OBJECT_END, ARRAY_END, COMMA, COLON, END -> throw lexer.unexpected("JSON value");
    };
  }

  private JsonValue scalar(JsonValue value) {
    lexer.next();
    return value;
  }

  private JsonValue array(int depth) {
    List<JsonValue> elements = new ArrayList<>();
    lexer.next();
    if (lexer.kind() != Kind.ARRAY_END) {
      elements.add(value(depth + 1));
      while (lexer.kind() == Kind.COMMA) {
        lexer.next();
        elements.add(value(depth + 1));
      }
      if (lexer.kind() != Kind.ARRAY_END) {
        throw lexer.unexpected("\",\" or \"]\"");
      }
    }
    lexer.next();
    return building ? JsonValue.of(elements) : JsonValue.NULL;
  }

  private JsonValue object(int depth) {
    Map<String, JsonValue> members = new HashMap<>();
    lexer.next();
    if (lexer.kind() != Kind.OBJECT_END) {
      member(members, depth, "string or \"}\"");
      while (lexer.kind() == Kind.COMMA) {
        lexer.next();
        member(members, depth, "string");
      }
      if (lexer.kind() != Kind.OBJECT_END) {
        throw lexer.unexpected("\",\" or \"}\"");
      }
    }
    lexer.next();
    return building ? JsonValue.JsonObject.of(members) : JsonValue.NULL;
  }

  private void member(Map<String, JsonValue> members, int depth, String expected) {
    if (lexer.kind() != Kind.STRING) {
      throw lexer.unexpected(expected);
    }
    @Nullable String key = building ? lexer.string() : null;
    lexer.next();
    if (lexer.kind() != Kind.COLON) {
      throw lexer.unexpected("\":\"");
    }
    lexer.next();
    JsonValue value = value(depth + 1);
    if (key != null) {
      members.put(key, value);
    }
  }
}
