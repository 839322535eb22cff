package dev.troupe.sql.type;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.type.JsonLexer.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON strictly by RFC 8259, with PostgreSQL's messages. Of equal keys the last one wins. The
 * containers that are being read lie on the heap: how deep a text nests says nothing about the
 * stack of the thread that reads it.
 */
final class JsonParser {
  /** Deeper nesting is refused: what walks a value later recurses, on the session's stack. */
  static final int DEPTH_MAX = 1000;

  private final JsonLexer lexer;
  private final boolean building;
  private final Deque<Container> open = new ArrayDeque<>();

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

  /** The one value of the text. When nothing is built, the result has no meaning. */
  private JsonValue whole() {
    lexer.next();
    @Nullable JsonValue complete = begin();
    while (!open.isEmpty()) {
      Container innermost = open.getFirst();
      if (complete == null ? innermost.hasFirst() : innermost.hasAnotherAfter(complete)) {
        complete = begin();
      } else {
        lexer.next();
        open.removeFirst();
        complete = building ? innermost.build() : JsonValue.NULL;
      }
    }
    if (lexer.kind() != Kind.END) {
      throw lexer.unexpected("end of input");
    }
    return Objects.requireNonNull(complete);
  }

  /**
   * Reads a scalar, or opens a container, and goes to the token after it.
   *
   * @return null when a container was opened
   */
  private @Nullable JsonValue begin() {
    @Nullable JsonValue scalar =
        switch (lexer.kind()) {
          case OBJECT_START -> open(new ObjectInWork());
          case ARRAY_START -> open(new ArrayInWork());
          case STRING -> building ? JsonValue.of(lexer.string()) : JsonValue.NULL;
          case NUMBER -> building ? JsonValue.of(Numeric.parse(lexer.text())) : JsonValue.NULL;
          case TRUE -> JsonValue.of(true);
          case FALSE -> JsonValue.of(false);
          case NULL -> JsonValue.NULL;
          case OBJECT_END, ARRAY_END, COMMA, COLON, END -> throw lexer.unexpected("JSON value");
        };
    lexer.next();
    return scalar;
  }

  private @Nullable JsonValue open(Container container) {
    if (open.size() == DEPTH_MAX) {
      throw new SqlException(SqlState.STATEMENT_TOO_COMPLEX, "stack depth limit exceeded");
    }
    open.addFirst(container);
    return null;
  }

  /** A container whose values are being read. True answers leave the lexer at a value's start. */
  private sealed interface Container {
    /** Whether a first value follows the opening token; otherwise the closing one is here. */
    boolean hasFirst();

    /** Adds a value; whether another one follows it, otherwise the closing token is here. */
    boolean hasAnotherAfter(JsonValue value);

    JsonValue build();
  }

  private final class ArrayInWork implements Container {
    private final List<JsonValue> elements = new ArrayList<>();

    @Override
    public boolean hasFirst() {
      return lexer.kind() != Kind.ARRAY_END;
    }

    @Override
    public boolean hasAnotherAfter(JsonValue value) {
      if (building) {
        elements.add(value);
      }
      if (lexer.kind() == Kind.COMMA) {
        lexer.next();
        return true;
      }
      if (lexer.kind() != Kind.ARRAY_END) {
        throw lexer.unexpected("\",\" or \"]\"");
      }
      return false;
    }

    @Override
    public JsonValue build() {
      return JsonValue.of(elements);
    }
  }

  private final class ObjectInWork implements Container {
    private final Map<String, JsonValue> members = new HashMap<>();
    private @Nullable String key;

    @Override
    public boolean hasFirst() {
      if (lexer.kind() == Kind.OBJECT_END) {
        return false;
      }
      readKey("string or \"}\"");
      return true;
    }

    @Override
    public boolean hasAnotherAfter(JsonValue value) {
      if (key != null) {
        members.put(key, value);
      }
      if (lexer.kind() == Kind.COMMA) {
        lexer.next();
        readKey("string");
        return true;
      }
      if (lexer.kind() != Kind.OBJECT_END) {
        throw lexer.unexpected("\",\" or \"}\"");
      }
      return false;
    }

    private void readKey(String expected) {
      if (lexer.kind() != Kind.STRING) {
        throw lexer.unexpected(expected);
      }
      key = building ? lexer.string() : null;
      lexer.next();
      if (lexer.kind() != Kind.COLON) {
        throw lexer.unexpected("\":\"");
      }
      lexer.next();
    }

    @Override
    public JsonValue build() {
      return JsonValue.JsonObject.of(members);
    }
  }
}
