package dev.troupe.sql.function;

import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.function.define.Overload;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.TypeNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Calls such as {@code make_interval(hours => 10)}. */
public final class NamedArguments {
  /**
   * @param order for each argument of the call, which of those given it is: positional ones come
   *     first, then the named ones in the order of their map
   */
  public record Placed(ResolvedCall<ScalarFunction> call, List<Integer> order) {
    public Placed {
      order = List.copyOf(order);
    }
  }

  private NamedArguments() {}

  static Placed place(
      List<Overload<ScalarFunction>> overloads,
      String name,
      List<SqlType> positional,
      Map<String, SqlType> named) {
    List<String> givenNames = List.copyOf(named.keySet());
    List<SqlType> given = new ArrayList<>(positional);
    given.addAll(named.values());
    for (Overload<ScalarFunction> overload : overloads) {
      List<Integer> order = order(overload, positional.size(), givenNames);
      if (order != null) {
        List<SqlType> ordered = order.stream().map(given::get).toList();
        Candidate<ScalarFunction> candidate = Candidate.of(overload, ordered.size(), false);
        if (candidate != null && candidate.takes(ordered)) {
          var types = candidate.bind(ordered);
          return new Placed(new ResolvedCall<>(overload.bind(types), types.parameters()), order);
        }
      }
    }
    throw FunctionRegistry.noFunction(() -> describe(name, positional, named));
  }

  /** Null when the overload lacks a name, or has a parameter that is not given. */
  private static @Nullable List<Integer> order(
      Overload<ScalarFunction> overload, int positional, List<String> names) {
    List<String> parameters = overload.signature().parameterNames();
    if (parameters.size() != positional + names.size()) {
      return null;
    }
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      int index = i < positional ? i : names.indexOf(parameters.get(i));
      if (index < 0) {
        return null;
      }
      order.add(i < positional ? i : positional + index);
    }
    return order;
  }

  private static String describe(
      String name, List<SqlType> positional, Map<String, SqlType> named) {
    List<String> parts = new ArrayList<>();
    positional.forEach(type -> parts.add(display(type)));
    named.forEach((parameter, type) -> parts.add(parameter + " => " + display(type)));
    return name + "(" + String.join(", ", parts) + ")";
  }

  private static String display(SqlType type) {
    return type.id() == TypeId.UNKNOWN ? "unknown" : TypeNames.format(type.plain());
  }
}
