package dev.troupe.sql.function.text;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.syntax.Identifiers;
import dev.troupe.sql.type.CodePoints;
import dev.troupe.sql.type.SqlType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One call of format(): {@code %[position][flags][width]type} with types s, I and L. */
final class FormatPattern {
  private final String pattern;
  private final @Nullable Object[] arguments;
  private final List<SqlType> types;
  private final EvalContext context;
  private final StringBuilder out = new StringBuilder();
  private int at;
  private int next = 1;

  FormatPattern(
      String pattern, @Nullable Object[] arguments, List<SqlType> types, EvalContext context) {
    this.pattern = pattern;
    this.arguments = arguments;
    this.types = types;
    this.context = context;
  }

  String apply() {
    while (at < pattern.length()) {
      char c = pattern.charAt(at);
      at++;
      if (c != '%') {
        out.append(c);
      } else if (peek() == '%') {
        out.append('%');
        at++;
      } else {
        specifier();
      }
    }
    return out.toString();
  }

  private char peek() {
    if (at >= pattern.length()) {
      throw invalid("unterminated format() type specifier")
          .withHint("For a single \"%\" use \"%%\".");
    }
    return pattern.charAt(at);
  }

  private static SqlException invalid(String message) {
    return new SqlException(SqlState.INVALID_PARAMETER_VALUE, message);
  }

  private void specifier() {
    int position = -1;
    int width = digits();
    if (width >= 0 && peek() == '$') {
      at++;
      position = width;
      if (position == 0) {
        throw invalid("format specifies argument 0, but arguments are numbered from 1");
      }
      width = -1;
    }
    boolean left = false;
    while (width < 0 && peek() == '-') {
      left = true;
      at++;
    }
    if (width < 0) {
      width = peek() == '*' ? widthArgument() : Math.max(0, digits());
    }
    char kind = peek();
    at++;
    if ("sIL".indexOf(kind) < 0) {
      throw invalid("unrecognized format() type specifier \"" + kind + "\"")
          .withHint("For a single \"%\" use \"%%\".");
    }
    int index = position > 0 ? position : next;
    next = index + 1;
    // A negative width, which only an argument can give, aligns to the left.
    append(convert(kind, index), Math.abs(Math.max(width, -Integer.MAX_VALUE)), left || width < 0);
  }

  /** -1 when there are none. */
  private int digits() {
    int start = at;
    long number = 0;
    while (peek() >= '0' && peek() <= '9') {
      number = number * 10 + (peek() - '0');
      if (number > Integer.MAX_VALUE) {
        throw new SqlException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "number is out of range");
      }
      at++;
    }
    return at == start ? -1 : (int) number;
  }

  private int widthArgument() {
    at++;
    int position = digits();
    if (position >= 0) {
      if (peek() != '$') {
        throw invalid("width argument position must be ended by \"$\"");
      }
      at++;
    }
    int index = position >= 0 ? position : next;
    next = index + 1;
    Object value = argument(index);
    if (value == null) {
      return 0;
    }
    String text = ValueText.of(Composition.typeOf(types, index), value, context);
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException notANumber) {
      throw SqlException.of(
          SqlState.INVALID_TEXT_REPRESENTATION,
          "invalid input syntax for type integer: \"%s\"",
          text);
    }
  }

  private @Nullable Object argument(int index) {
    if (index >= arguments.length) {
      throw Composition.tooFewArguments();
    }
    return arguments[index];
  }

  private String convert(char kind, int index) {
    Object value = argument(index);
    if (value == null) {
      if (kind == 'I') {
        throw new SqlException(
            SqlState.NULL_VALUE_NOT_ALLOWED,
            "null values cannot be formatted as an SQL identifier");
      }
      return kind == 'L' ? "NULL" : "";
    }
    String text = ValueText.of(Composition.typeOf(types, index), value, context);
    return switch (kind) {
      case 'I' -> Identifiers.quote(text);
      case 'L' -> Identifiers.literal(text);
      default -> text;
    };
  }

  private void append(String text, int width, boolean left) {
    int missing = Math.max(0, width - CodePoints.length(text));
    TextFunctions.requireLength((long) out.length() + missing + text.length());
    out.append(left ? "" : " ".repeat(missing));
    out.append(text);
    out.append(left ? " ".repeat(missing) : "");
  }
}
