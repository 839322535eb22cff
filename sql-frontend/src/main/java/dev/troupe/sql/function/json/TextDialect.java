package dev.troupe.sql.function.json;

import dev.troupe.sql.type.JsonText;
import dev.troupe.sql.type.JsonValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes apart texts that are known to be JSON. Parts are pieces of the text as it was written,
 * which is what type json promises.
 */
final class TextDialect implements Dialect<String> {
  static final TextDialect INSTANCE = new TextDialect();

  private TextDialect() {}

  @Override
  public String type() {
    return "json";
  }

  @Override
  public Kind kind(String value) {
    return switch (value.charAt(skipSpace(value, 0))) {
      case '{' -> Kind.OBJECT;
      case '[' -> Kind.ARRAY;
      case '"' -> Kind.STRING;
      case 't', 'f' -> Kind.BOOLEAN;
      case 'n' -> Kind.NULL;
      default -> Kind.NUMBER;
    };
  }

  @Override
  public List<String> elements(String array) {
    List<String> elements = new ArrayList<>();
    int at = skipSpace(array, skipSpace(array, 0) + 1);
    while (array.charAt(at) != ']') {
      int end = endOfValue(array, at);
      elements.add(array.substring(at, end));
      at = next(array, end);
    }
    return elements;
  }

  @Override
  public List<String> scalarAsElements(String scalar) {
    return List.of();
  }

  @Override
  public List<Member<String>> members(String object) {
    List<Member<String>> members = new ArrayList<>();
    int at = skipSpace(object, skipSpace(object, 0) + 1);
    while (object.charAt(at) != '}') {
      int endOfKey = endOfString(object, at);
      String key = unquote(object.substring(at, endOfKey));
      int value = skipSpace(object, skipSpace(object, endOfKey) + 1);
      int end = endOfValue(object, value);
      members.add(new Member<>(key, object.substring(value, end)));
      at = next(object, end);
    }
    return members;
  }

  /** Behind a value: where the next one begins, or the bracket that ends them. */
  private static int next(String text, int end) {
    int at = skipSpace(text, end);
    return text.charAt(at) == ',' ? skipSpace(text, at + 1) : at;
  }

  private static int skipSpace(String text, int from) {
    int at = from;
    while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return at;
  }

  private static int endOfValue(String text, int start) {
    return switch (text.charAt(start)) {
      case '"' -> endOfString(text, start);
      case '{', '[' -> endOfContainer(text, start);
      default -> endOfWord(text, start);
    };
  }

  private static int endOfString(String text, int start) {
    int at = start + 1;
    while (text.charAt(at) != '"') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    return at + 1;
  }

  private static int endOfContainer(String text, int start) {
    int depth = 0;
    int at = start;
    do {
      char c = text.charAt(at);
      if (c == '"') {
        at = endOfString(text, at) - 1;
      } else if (c == '{' || c == '[') {
        depth++;
      } else if (c == '}' || c == ']') {
        depth--;
      }
      at++;
    } while (depth > 0);
    return at;
  }

  private static int endOfWord(String text, int start) {
    int at = start;
    while (at < text.length() && ",]} \t\n\r".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return at;
  }

  private static String unquote(String quoted) {
    if (quoted.indexOf('\\') < 0) {
      return quoted.substring(1, quoted.length() - 1);
    }
    return ((JsonValue.JsonString) JsonValue.parse(quoted)).value();
  }

  @Override
  public @Nullable String text(String value) {
    return switch (kind(value)) {
      case STRING -> unquote(value.strip());
      case NULL -> null;
      case OBJECT, ARRAY -> value;
      case NUMBER, BOOLEAN -> value.strip();
    };
  }

  @Override
  public String arrayOf(List<String> elements) {
    return "[" + String.join(",", elements) + "]";
  }

  @Override
  public String objectOf(List<Member<String>> members) {
    StringBuilder out = new StringBuilder("{");
    for (Member<String> member : members) {
      out.append(out.length() > 1 ? "," : "");
      JsonText.quote(member.key(), out);
      out.append(':').append(member.value());
    }
    return out.append('}').toString();
  }
}
