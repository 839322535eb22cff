package dev.troupe.sql.function.json;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.function.json.Dialect.Kind;
import dev.troupe.sql.function.json.Dialect.Member;
import dev.troupe.sql.type.SqlArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Operators and functions that look into json and jsonb: the same for both.
 *
 * @param <V> String or JsonValue
 */
final class JsonAccess<V> {
  private final Dialect<V> dialect;

  private JsonAccess(Dialect<V> dialect) {
    this.dialect = dialect;
  }

  static void define(Definitions to) {
    new JsonAccess<>(TextDialect.INSTANCE).defineAll(to);
    new JsonAccess<>(TreeDialect.INSTANCE).defineAll(to);
  }

  private void defineAll(Definitions to) {
    defineOperators(to);
    definePaths(to);
    defineProperties(to);
    defineSets(to);
  }

  private void defineOperators(Definitions to) {
    String type = dialect.type();
    to.add("->(%s, text) %s".formatted(type, type), (V v, String key) -> member(v, key));
    to.add("->(%s, int4) %s".formatted(type, type), (V v, Integer n) -> element(v, n));
    to.add("->>(%s, text) text".formatted(type), (V v, String key) -> text(member(v, key)));
    to.add("->>(%s, int4) text".formatted(type), (V v, Integer n) -> text(element(v, n)));
    to.add("#>(%s, text[]) %s".formatted(type, type), (V v, SqlArray p) -> at(v, steps(p)));
    to.add("#>>(%s, text[]) text".formatted(type), (V v, SqlArray p) -> text(at(v, steps(p))));
  }

  private @Nullable String text(@Nullable V value) {
    return value == null ? null : dialect.text(value);
  }

  private @Nullable V member(V value, String key) {
    if (dialect.kind(value) != Kind.OBJECT) {
      return null;
    }
    V found = null;
    // The last one counts where json has a key several times.
    for (Member<V> member : dialect.members(value)) {
      found = member.key().equals(key) ? member.value() : found;
    }
    return found;
  }

  /** Negative numbers count from the end. */
  private @Nullable V element(V value, long number) {
    List<V> elements =
        switch (dialect.kind(value)) {
          case ARRAY -> dialect.elements(value);
          case OBJECT -> List.of();
          case STRING, NUMBER, BOOLEAN, NULL -> dialect.scalarAsElements(value);
        };
    long index = number < 0 ? number + elements.size() : number;
    return index >= 0 && index < elements.size() ? elements.get((int) index) : null;
  }

  private static List<@Nullable String> steps(SqlArray path) {
    return path.elements().stream().map(step -> (String) step).toList();
  }

  private @Nullable V at(V value, List<@Nullable String> path) {
    V current = value;
    for (String step : path) {
      if (current == null || step == null) {
        return null;
      }
      current =
          switch (dialect.kind(current)) {
            case OBJECT -> member(current, step);
            case ARRAY -> elementNamed(current, step);
            case STRING, NUMBER, BOOLEAN, NULL -> null;
          };
    }
    return current;
  }

  private @Nullable V elementNamed(V array, String step) {
    Integer index = JsonPaths.index(step);
    return index == null ? null : element(array, index);
  }

  private void definePaths(Definitions to) {
    String type = dialect.type();
    to.addMany(
        "%s_extract_path(%s, variadic text) %s".formatted(type, type, type),
        (a, c) -> at(value(a[0]), strings(a)));
    to.addMany(
        "%s_extract_path_text(%s, variadic text) text".formatted(type, type),
        (a, c) -> text(at(value(a[0]), strings(a))));
  }

  @SuppressWarnings("unchecked")
  private V value(@Nullable Object argument) {
    return (V) Objects.requireNonNull(argument);
  }

  private static List<@Nullable String> strings(@Nullable Object[] arguments) {
    List<@Nullable String> path = new ArrayList<>();
    for (Object step : Arrays.asList(arguments).subList(1, arguments.length)) {
      path.add((String) step);
    }
    return path;
  }

  private void defineProperties(Definitions to) {
    String type = dialect.type();
    to.add(
        "%s_typeof(%s) text".formatted(type, type),
        (V v) -> dialect.kind(v).name().toLowerCase(Locale.ROOT));
    to.add("%s_array_length(%s) int4".formatted(type, type), (V v) -> length(v));
    to.add("%s_strip_nulls(%s) %s".formatted(type, type, type), (V v) -> stripped(v));
  }

  private int length(V value) {
    return switch (dialect.kind(value)) {
      case ARRAY -> dialect.elements(value).size();
      case OBJECT -> throw invalid("cannot get array length of a non-array");
      case STRING, NUMBER, BOOLEAN, NULL -> throw invalid("cannot get array length of a scalar");
    };
  }

  private static SqlException invalid(String message) {
    return new SqlException(SqlState.INVALID_PARAMETER_VALUE, message);
  }

  private V stripped(V value) {
    return switch (dialect.kind(value)) {
      case OBJECT ->
          dialect.objectOf(
              dialect.members(value).stream()
                  .filter(member -> dialect.kind(member.value()) != Kind.NULL)
                  .map(member -> new Member<>(member.key(), stripped(member.value())))
                  .toList());
      case ARRAY -> dialect.arrayOf(dialect.elements(value).stream().map(this::stripped).toList());
      case STRING, NUMBER, BOOLEAN, NULL -> value;
    };
  }

  private void defineSets(Definitions to) {
    String type = dialect.type();
    String each = "%s_each(%s) table(key text, value %s)".formatted(type, type, type);
    to.addTable(
        each, (a, c) -> members(a[0], "_each").map(m -> row(m.key(), m.value())).iterator());
    String eachText = "%s_each_text(%s) table(key text, value text)".formatted(type, type);
    to.addTable(
        eachText,
        (a, c) ->
            members(a[0], "_each_text").map(m -> row(m.key(), dialect.text(m.value()))).iterator());
    to.addTable(
        "%s_object_keys(%s) setof text".formatted(type, type),
        (a, c) -> keys(a[0]).map(m -> row(m.key())).iterator());
    to.addTable(
        "%s_array_elements(%s) table(value %s)".formatted(type, type, type),
        (a, c) -> elements(a[0], e -> e));
    to.addTable(
        "%s_array_elements_text(%s) table(value text)".formatted(type, type),
        (a, c) -> elements(a[0], dialect::text));
  }

  private static @Nullable Object[] row(@Nullable Object... values) {
    return values;
  }

  private Stream<Member<V>> members(@Nullable Object argument, String suffix) {
    V object = value(argument);
    if (dialect.kind(object) != Kind.OBJECT) {
      boolean tree = dialect.type().equals("jsonb");
      String name = dialect.type() + suffix;
      throw invalid(
          tree || dialect.kind(object) != Kind.ARRAY
              ? "cannot call " + name + " on a non-object"
              : "cannot deconstruct an array as an object");
    }
    return dialect.members(object).stream();
  }

  private Stream<Member<V>> keys(@Nullable Object argument) {
    V object = value(argument);
    String name = dialect.type() + "_object_keys";
    return switch (dialect.kind(object)) {
      case OBJECT -> dialect.members(object).stream();
      case ARRAY -> throw invalid("cannot call " + name + " on an array");
      case STRING, NUMBER, BOOLEAN, NULL -> throw invalid("cannot call " + name + " on a scalar");
    };
  }

  /** Makes a column's value of an element. */
  @FunctionalInterface
  private interface Column<V> {
    @Nullable Object of(V element);
  }

  private Iterator<@Nullable Object[]> elements(@Nullable Object argument, Column<V> column) {
    V array = value(argument);
    return switch (dialect.kind(array)) {
      case ARRAY ->
          dialect.elements(array).stream().map(element -> row(column.of(element))).iterator();
      case OBJECT ->
          throw invalid(
              dialect.type().equals("jsonb")
                  ? "cannot extract elements from an object"
                  : "cannot call json_array_elements on a non-array");
      case STRING, NUMBER, BOOLEAN, NULL ->
          throw invalid(
              dialect.type().equals("jsonb")
                  ? "cannot extract elements from a scalar"
                  : "cannot call json_array_elements on a scalar");
    };
  }
}
