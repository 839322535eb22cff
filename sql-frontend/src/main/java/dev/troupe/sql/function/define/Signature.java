package dev.troupe.sql.function.define;

import dev.troupe.protocol.error.Invariant;
import dev.troupe.sql.eval.ScalarFunction.Volatility;
import dev.troupe.sql.function.define.ParameterType.Pseudo;
import java.util.ArrayList;
import java.util.List;

/**
 * What a function, an operator or an aggregate is called, takes and gives. Written as
 *
 * <pre>
 * lower(text) text
 * concat(variadic any) text stable nullable
 * generate_series(int4, int4) setof int4
 * json_each(json) table(key text, value json)
 * make_interval(years int4, months int4) interval
 * </pre>
 *
 * <p>{@code nullable} means that it is also called when an argument is NULL; without {@code stable}
 * or {@code volatile} it is immutable. Operators are written like functions named by their symbol.
 *
 * @param parameterNames empty where the parameters have none
 * @param variadic whether the last parameter may be given several times
 * @param columns of a set of rows; empty for everything else
 */
public record Signature(
    String name,
    List<ParameterType> parameters,
    List<String> parameterNames,
    boolean variadic,
    ParameterType result,
    boolean returnsSet,
    List<Column> columns,
    boolean strict,
    Volatility volatility) {

  /** A column of a function's rows. */
  public record Column(String name, ParameterType type) {}

  public Signature {
    parameters = List.copyOf(parameters);
    parameterNames = List.copyOf(parameterNames);
    columns = List.copyOf(columns);
  }

  public static Signature parse(String text) {
    int open = text.indexOf('(');
    int close = text.indexOf(')');
    Invariant.check(open > 0 && close > open, "not a signature: %s", text);
    String name = text.substring(0, open).strip();
    List<ParameterType> parameters = new ArrayList<>();
    List<String> names = new ArrayList<>();
    boolean variadic = false;
    for (String part : split(text.substring(open + 1, close))) {
      String type = part;
      if (part.startsWith("variadic ")) {
        variadic = true;
        type = part.substring("variadic ".length());
      }
      int space = type.indexOf(' ');
      if (space > 0) {
        names.add(type.substring(0, space));
      }
      parameters.add(ParameterType.parse(type.substring(space + 1)));
    }
    return withResult(name, parameters, names, variadic, text.substring(close + 1).strip());
  }

  private static Signature withResult(
      String name,
      List<ParameterType> parameters,
      List<String> names,
      boolean variadic,
      String written) {
    List<Column> columns = new ArrayList<>();
    String rest = written;
    boolean set = false;
    if (rest.startsWith("table(")) {
      int end = rest.indexOf(')');
      for (String part : split(rest.substring("table(".length(), end))) {
        int space = part.indexOf(' ');
        columns.add(
            new Column(part.substring(0, space), ParameterType.parse(part.substring(space + 1))));
      }
      set = true;
      rest = "record" + rest.substring(end + 1);
    } else if (rest.startsWith("setof ")) {
      set = true;
      rest = rest.substring("setof ".length());
    }
    List<String> words = List.of(rest.split(" +"));
    ParameterType result = ParameterType.parse(words.getFirst());
    if (set && columns.isEmpty()) {
      columns.add(new Column(name, result));
    }
    Volatility volatility =
        words.contains("volatile")
            ? Volatility.VOLATILE
            : words.contains("stable") ? Volatility.STABLE : Volatility.IMMUTABLE;
    boolean strict = !words.contains("nullable");
    return new Signature(
        name, parameters, names, variadic, result, set, columns, strict, volatility);
  }

  private static List<String> split(String list) {
    return list.isBlank() ? List.of() : List.of(list.strip().split(" *, *"));
  }

  public boolean isOperator() {
    return !Character.isLetter(name.charAt(0)) && name.charAt(0) != '_';
  }

  /** Whether parameters or the result depend on the types of the arguments. */
  public boolean isPolymorphic() {
    return result instanceof Pseudo
        || parameters.stream().anyMatch(type -> type instanceof Pseudo)
        || columns.stream().anyMatch(column -> column.type() instanceof Pseudo);
  }
}
