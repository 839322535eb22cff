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
 * make_interval(years int4 = 0, months int4 = 0) interval
 * </pre>
 *
 * <p>{@code nullable} means that it is also called when an argument is NULL; without {@code stable}
 * or {@code volatile} it is immutable. Operators are written like functions named by their symbol.
 *
 * @param parameterNames empty where the parameters have none
 * @param defaults values of the last parameters, which calls can leave out
 * @param variadic whether the last parameter may be given several times
 * @param columns of a set of rows; empty for everything else
 */
public record Signature(
    String name,
    List<ParameterType> parameters,
    List<String> parameterNames,
    List<Object> defaults,
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
    defaults = List.copyOf(defaults);
    columns = List.copyOf(columns);
  }

  public static Signature parse(String text) {
    int open = text.indexOf('(');
    int close = text.indexOf(')');
    Invariant.check(open > 0 && close > open, "not a signature: %s", text);
    Parts parts = new Parts(text.substring(0, open).strip());
    for (String part : split(text.substring(open + 1, close))) {
      parts.addParameter(part);
    }
    return parts.withResult(text.substring(close + 1).strip());
  }

  /** What was read so far. */
  private static final class Parts {
    private final String name;
    private final List<ParameterType> parameters = new ArrayList<>();
    private final List<String> parameterNames = new ArrayList<>();
    private final List<Object> defaults = new ArrayList<>();
    private final List<Column> columns = new ArrayList<>();
    private boolean variadic;

    Parts(String name) {
      this.name = name;
    }

    void addParameter(String written) {
      String declared = written;
      if (declared.startsWith("variadic ")) {
        variadic = true;
        declared = declared.substring("variadic ".length());
      }
      String[] sides = declared.split(" = ");
      int space = sides[0].indexOf(' ');
      if (space > 0) {
        parameterNames.add(sides[0].substring(0, space));
      }
      String type = sides[0].substring(space + 1);
      parameters.add(ParameterType.parse(type));
      if (sides.length > 1) {
        defaults.add(constant(type, sides[1]));
      }
    }

    private static Object constant(String type, String written) {
      return switch (type) {
        case "int4" -> Integer.valueOf(written);
        case "float8" -> Double.valueOf(written);
        case "bool" -> Boolean.valueOf(written);
        default -> written;
      };
    }

    Signature withResult(String written) {
      String rest = written;
      boolean set = false;
      if (rest.startsWith("table(")) {
        int end = rest.indexOf(')');
        for (String part : split(rest.substring("table(".length(), end))) {
          int space = part.indexOf(' ');
          ParameterType type = ParameterType.parse(part.substring(space + 1));
          columns.add(new Column(part.substring(0, space), type));
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
      return new Signature(
          name,
          parameters,
          parameterNames,
          defaults,
          variadic,
          result,
          set,
          columns,
          !words.contains("nullable"),
          volatility(words));
    }

    private static Volatility volatility(List<String> words) {
      if (words.contains("volatile")) {
        return Volatility.VOLATILE;
      }
      return words.contains("stable") ? Volatility.STABLE : Volatility.IMMUTABLE;
    }
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
