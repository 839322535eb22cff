package dev.troupe.sql.function.text;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.function.define.BoundTypes;
import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.type.Bytes;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Strings made of other values: concatenation, joined arrays, and counts of NULLs. */
public final class Composition {
  private Composition() {}

  public static void define(Definitions to) {
    defineOperators(to);
    defineConcat(to);
    defineArrays(to);
    to.addTyped("num_nulls(variadic any) int4 nullable", types -> (a, c) -> nulls(a));
    to.addTyped("num_nonnulls(variadic any) int4 nullable", types -> (a, c) -> a.length - nulls(a));
  }

  private static int nulls(@Nullable Object[] arguments) {
    int count = 0;
    for (Object argument : arguments) {
      count += argument == null ? 1 : 0;
    }
    return count;
  }

  private static void defineOperators(Definitions to) {
    to.add("||(text, text) text", (String a, String b) -> TextFunctions.concat(a, b));
    to.add("textcat(text, text) text", (String a, String b) -> TextFunctions.concat(a, b));
    to.add("||(bytea, bytea) bytea", (Bytes a, Bytes b) -> a.concat(b));
    to.addTyped(
        "||(text, anynonarray) text stable",
        types ->
            (a, c) ->
                TextFunctions.concat(
                    (String) Objects.requireNonNull(a[0]), text(types.parameter(1), a[1], c)));
    to.addTyped(
        "||(anynonarray, text) text stable",
        types ->
            (a, c) ->
                TextFunctions.concat(
                    text(types.parameter(0), a[0], c), (String) Objects.requireNonNull(a[1])));
  }

  private static String text(SqlType type, @Nullable Object value, EvalContext context) {
    return ValueText.of(type, Objects.requireNonNull(value), context);
  }

  private static void defineConcat(Definitions to) {
    to.addTyped(
        "concat(variadic any) text stable nullable", types -> (a, c) -> join(types, a, "", 0, c));
    to.addTyped(
        "concat_ws(text, variadic any) text stable nullable",
        types -> (a, c) -> a[0] == null ? null : join(types, a, (String) a[0], 1, c));
    to.addMany("format(text) text stable nullable", (a, c) -> format(a, List.of(SqlType.TEXT), c));
    to.addTyped(
        "format(text, variadic any) text stable nullable",
        types -> (a, c) -> format(a, types.parameters(), c));
  }

  private static @Nullable String format(
      @Nullable Object[] arguments, List<SqlType> types, EvalContext context) {
    Object pattern = arguments[0];
    return pattern == null
        ? null
        : new FormatPattern((String) pattern, arguments, types, context).apply();
  }

  /** NULLs are left out. */
  private static String join(
      BoundTypes types,
      @Nullable Object[] arguments,
      String separator,
      int first,
      EvalContext context) {
    StringBuilder out = new StringBuilder();
    boolean any = false;
    for (int i = first; i < arguments.length; i++) {
      Object value = arguments[i];
      if (value != null) {
        out.append(any ? separator : "");
        out.append(ValueText.of(type(types, i), value, context));
        any = true;
      }
    }
    return out.toString();
  }

  /** Calls with VARIADIC have fewer types than arguments: the last one stands for the others. */
  private static SqlType type(BoundTypes types, int argument) {
    return typeOf(types.parameters(), argument);
  }

  static SqlType typeOf(List<SqlType> types, int argument) {
    return argument < types.size() ? types.get(argument) : types.getLast();
  }

  private static void defineArrays(Definitions to) {
    to.addTyped(
        "array_to_string(anyarray, text) text stable",
        types -> (a, c) -> joined((SqlArray) a[0], (String) a[1], null, c));
    to.addTyped(
        "array_to_string(anyarray, text, text) text stable nullable",
        types ->
            (a, c) ->
                a[0] == null || a[1] == null
                    ? null
                    : joined((SqlArray) a[0], (String) a[1], (String) a[2], c));
    to.addMany(
        "string_to_array(text, text) text[] nullable",
        (a, c) -> a[0] == null ? null : array(parts(a, null)));
    to.addMany(
        "string_to_array(text, text, text) text[] nullable",
        (a, c) -> a[0] == null ? null : array(parts(a, (String) a[2])));
    to.addTable("string_to_table(text, text) setof text nullable", (a, c) -> table(parts(a, null)));
    to.addTable(
        "string_to_table(text, text, text) setof text nullable",
        (a, c) -> table(parts(a, (String) a[2])));
  }

  private static String joined(
      @Nullable SqlArray array,
      @Nullable String separator,
      @Nullable String forNull,
      EvalContext context) {
    StringBuilder out = new StringBuilder();
    boolean any = false;
    SqlArray elements = Objects.requireNonNull(array);
    for (Object element : elements.elements()) {
      if (element == null && forNull == null) {
        continue;
      }
      out.append(any ? separator : "");
      out.append(
          element == null ? forNull : ValueText.of(elements.elementType(), element, context));
      any = true;
    }
    return out.toString();
  }

  /** Without a separator every character is a part; an empty text has no parts. */
  private static List<@Nullable String> parts(
      @Nullable Object[] arguments, @Nullable String forNull) {
    List<@Nullable String> parts = new ArrayList<>();
    if (!(arguments[0] instanceof String text) || text.isEmpty()) {
      return parts;
    }
    List<String> split =
        arguments[1] instanceof String separator
            ? Substrings.split(text, separator)
            : text.codePoints().mapToObj(Character::toString).toList();
    for (String part : split) {
      parts.add(part.equals(forNull) ? null : part);
    }
    return parts;
  }

  private static SqlArray array(List<@Nullable String> parts) {
    return SqlArray.of(SqlType.TEXT, parts);
  }

  private static java.util.Iterator<@Nullable Object[]> table(List<@Nullable String> parts) {
    return parts.stream().map(part -> new @Nullable Object[] {part}).iterator();
  }

  static SqlException tooFewArguments() {
    return new SqlException(SqlState.INVALID_PARAMETER_VALUE, "too few arguments for format()");
  }
}
