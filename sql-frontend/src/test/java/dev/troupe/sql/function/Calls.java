package dev.troupe.sql.function;

import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.eval.TableFunction;
import dev.troupe.sql.function.text.ValueText;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.TypeTexts;
import dev.troupe.sql.type.format.Format;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates calls and operators of literals, which is as much SQL as tests of functions need:
 * {@code lpad('a', 3)}, {@code ('1'::int4 + 2) * 3}. There is no precedence: operators are nested
 * by parentheses.
 */
final class Calls {
  /** A typed value. */
  record Typed(@Nullable Object value, SqlType type) {}

  private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]*");
  private static final Pattern NUMBER = Pattern.compile("[0-9]+(\\.[0-9]*)?(e[-+]?[0-9]+)?");
  private static final Pattern OPERATOR = Pattern.compile("[-+*/<>=~!@#%^&|?]+");
  private static final Pattern TYPE = Pattern.compile("[a-z_0-9]+(\\([0-9,]+\\))?(\\[\\])*");

  private final FunctionRegistry registry = FunctionRegistry.builtin();
  private final EvalContext context;
  private final String text;
  private int at;

  private Calls(String text, EvalContext context) {
    this.text = text;
    this.context = context;
  }

  /** The result as text; null for NULL. */
  static @Nullable String evaluate(String expression, EvalContext context) {
    Calls calls = new Calls(expression, context);
    Typed result = calls.expression();
    calls.requireEnd();
    Object value = result.value();
    if (value instanceof Boolean) {
      return value.toString();
    }
    return value == null ? null : ValueText.of(result.type(), value, context);
  }

  /** Rows of a table function, columns separated by commas and rows by bars. */
  static String rows(String call, EvalContext context) {
    Calls calls = new Calls(call, context);
    String name = Objects.requireNonNull(calls.token(NAME));
    List<Typed> arguments = calls.arguments();
    calls.requireEnd();
    var resolved = calls.registry.resolveTable(name, arguments.stream().map(Typed::type).toList());
    TableFunction function = resolved.function();
    @Nullable Object[] values = calls.cast(arguments, resolved.argumentTypes());
    if (function.strict() && arguments.stream().anyMatch(given -> given.value() == null)) {
      return "null";
    }
    List<String> rows = new ArrayList<>();
    Iterator<@Nullable Object[]> all = function.rows(values, context);
    while (all.hasNext()) {
      @Nullable Object[] row = all.next();
      List<String> columns = new ArrayList<>();
      for (int i = 0; i < row.length; i++) {
        Object value = row[i];
        columns.add(
            value == null ? "" : ValueText.of(function.columnTypes().get(i), value, context));
      }
      rows.add(String.join(",", columns));
    }
    return rows.isEmpty() ? "null" : String.join("|", rows);
  }

  private void requireEnd() {
    skipSpace();
    if (at < text.length()) {
      throw new IllegalArgumentException("left: " + text.substring(at));
    }
  }

  private Typed expression() {
    String prefix = token(OPERATOR);
    if (prefix != null) {
      Typed operand = primary();
      var call = registry.resolveOperator(prefix, null, operand.type());
      return invoke(call, List.of(operand));
    }
    Typed left = primary();
    String symbol = token(OPERATOR);
    while (symbol != null) {
      Typed right = primary();
      var call = registry.resolveOperator(symbol, left.type(), right.type());
      left = invoke(call, List.of(left, right));
      symbol = token(OPERATOR);
    }
    return left;
  }

  private Typed primary() {
    skipSpace();
    if (text.startsWith("(", at)) {
      at++;
      Typed inner = expression();
      expect(")");
      return inner;
    }
    if (text.startsWith("'", at)) {
      return castTo(new Typed(string(), SqlType.UNKNOWN));
    }
    String number = token(NUMBER);
    if (number != null) {
      return castTo(number(number));
    }
    String name = Objects.requireNonNull(token(NAME), () -> "at " + text.substring(at));
    return switch (name) {
      case "null" -> castTo(new Typed(null, SqlType.UNKNOWN));
      case "true", "false" -> new Typed(name.equals("true"), SqlType.BOOL);
      default -> call(name);
    };
  }

  private Typed call(String name) {
    List<Typed> arguments = arguments();
    return invoke(registry.resolve(name, arguments.stream().map(Typed::type).toList()), arguments);
  }

  private List<Typed> arguments() {
    expect("(");
    List<Typed> arguments = new ArrayList<>();
    skipSpace();
    while (!text.startsWith(")", at)) {
      arguments.add(expression());
      skipSpace();
      at += text.startsWith(",", at) ? 1 : 0;
      skipSpace();
    }
    at++;
    return arguments;
  }

  private Typed number(String digits) {
    if (digits.chars().allMatch(Character::isDigit)) {
      long value = Long.parseLong(digits);
      return value == (int) value
          ? new Typed((int) value, SqlType.INT4)
          : new Typed(value, SqlType.INT8);
    }
    return new Typed(Format.of(SqlType.NUMERIC).readText(digits, context), SqlType.NUMERIC);
  }

  private Typed castTo(Typed value) {
    Typed result = value;
    while (text.startsWith("::", at)) {
      at += 2;
      SqlType type = TypeTexts.parse(Objects.requireNonNull(token(TYPE)));
      result = new Typed(converted(result, type), type);
    }
    return result;
  }

  private String string() {
    StringBuilder out = new StringBuilder();
    at++;
    while (text.charAt(at) != '\'' || text.startsWith("''", at)) {
      at += text.charAt(at) == '\'' ? 1 : 0;
      out.append(text.charAt(at));
      at++;
    }
    at++;
    return out.toString();
  }

  private @Nullable String token(Pattern pattern) {
    skipSpace();
    Matcher matcher = pattern.matcher(text).region(at, text.length());
    if (!matcher.lookingAt()) {
      return null;
    }
    at = matcher.end();
    return matcher.group();
  }

  private void expect(String expected) {
    skipSpace();
    if (!text.startsWith(expected, at)) {
      throw new IllegalArgumentException("no " + expected + " at " + text.substring(at));
    }
    at += expected.length();
  }

  private void skipSpace() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
  }

  private Typed invoke(ResolvedCall<ScalarFunction> call, List<Typed> arguments) {
    ScalarFunction function = call.function();
    @Nullable Object[] values = cast(arguments, call.argumentTypes());
    return new Typed(value(function, values), function.result());
  }

  private @Nullable Object value(ScalarFunction function, @Nullable Object[] values) {
    for (Object value : values) {
      if (value == null && function.strict()) {
        return null;
      }
    }
    Object first = values.length > 0 ? values[0] : null;
    Object second = values.length > 1 ? values[1] : null;
    if (function.strict() && values.length == 1 && first != null) {
      return function.call1(first, context);
    }
    if (function.strict() && values.length == 2 && first != null && second != null) {
      return function.call2(first, second, context);
    }
    return function.call(values, context);
  }

  private @Nullable Object[] cast(List<Typed> arguments, List<SqlType> types) {
    @Nullable Object[] values = new @Nullable Object[arguments.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = converted(arguments.get(i), types.get(i));
    }
    return values;
  }

  /** By way of text, which does for all casts that arguments of tests need. */
  private @Nullable Object converted(Typed argument, SqlType type) {
    Object value = argument.value();
    if (value == null || type.isSameAs(argument.type()) || type.id() == TypeId.UNKNOWN) {
      return value;
    }
    return Format.of(type).readText(ValueText.of(argument.type(), value, context), context);
  }
}
