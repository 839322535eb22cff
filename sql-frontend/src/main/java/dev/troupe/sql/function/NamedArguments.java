package dev.troupe.sql.function;

import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.function.define.BoundTypes;
import dev.troupe.sql.function.define.Overload;
import dev.troupe.sql.function.define.Signature;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Calls such as {@code make_interval(hours => 10)}, and those that leave parameters out. */
final class NamedArguments {
  private NamedArguments() {}

  static ResolvedCall<ScalarFunction> place(
      List<Overload<ScalarFunction>> overloads,
      String name,
      List<SqlType> positional,
      Map<String, SqlType> named) {
    List<String> names = List.copyOf(named.keySet());
    List<SqlType> given = new ArrayList<>(positional);
    given.addAll(named.values());
    for (Overload<ScalarFunction> overload : overloads) {
      List<Integer> sources = sources(overload.signature(), positional.size(), names);
      if (sources != null) {
        ResolvedCall<ScalarFunction> call = call(overload, sources, given);
        if (call != null) {
          return call;
        }
      }
    }
    throw FunctionRegistry.noFunction(() -> describe(name, positional, named));
  }

  private static @Nullable ResolvedCall<ScalarFunction> call(
      Overload<ScalarFunction> overload, List<Integer> sources, List<SqlType> given) {
    List<SqlType> ordered = new ArrayList<>();
    List<SqlType> fixed = fixedTypes(overload);
    for (int i = 0; i < sources.size(); i++) {
      int source = sources.get(i);
      ordered.add(source < 0 ? fixed.get(i) : given.get(source));
    }
    Candidate<ScalarFunction> candidate = Candidate.of(overload, ordered.size(), false);
    if (candidate == null || !candidate.takes(ordered)) {
      return null;
    }
    BoundTypes types = candidate.bind(ordered);
    List<SqlType> argumentTypes = new ArrayList<>(given);
    for (int i = 0; i < sources.size(); i++) {
      if (sources.get(i) >= 0) {
        argumentTypes.set(sources.get(i), types.parameter(i));
      }
    }
    List<Object> defaults = overload.signature().defaults();
    return new ResolvedCall<>(
        new PlacedCall(overload.bind(types), sources, defaults), argumentTypes);
  }

  private static List<SqlType> fixedTypes(Overload<ScalarFunction> overload) {
    ScalarFunction fixed = overload.fixed();
    return fixed == null ? List.of() : fixed.parameters();
  }

  /** The same call with the values of parameters that it leaves out. */
  static ResolvedCall<ScalarFunction> complete(
      List<Overload<ScalarFunction>> overloads, ResolvedCall<ScalarFunction> call) {
    for (Overload<ScalarFunction> overload : overloads) {
      if (overload.fixed() == call.function()) {
        Signature signature = overload.signature();
        List<Integer> sources = new ArrayList<>();
        for (int i = 0; i < signature.parameters().size(); i++) {
          sources.add(i < call.argumentTypes().size() ? i : -1);
        }
        return new ResolvedCall<>(
            new PlacedCall(call.function(), sources, signature.defaults()), call.argumentTypes());
      }
    }
    return call;
  }

  /**
   * For each parameter, which argument it is given, or -1 for its default; null when the overload
   * lacks a name, or a parameter is not given.
   */
  private static @Nullable List<Integer> sources(
      Signature signature, int positional, List<String> names) {
    List<String> parameters = signature.parameterNames();
    if (parameters.size() < positional + names.size() || !parameters.containsAll(names)) {
      return null;
    }
    int required = parameters.size() - signature.defaults().size();
    List<Integer> sources = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      int named = names.indexOf(parameters.get(i));
      boolean twice = i < positional && named >= 0;
      boolean missing = i >= positional && named < 0 && i < required;
      if (twice || missing) {
        return null;
      }
      int byName = named < 0 ? -1 : positional + named;
      sources.add(i < positional ? i : byName);
    }
    return sources;
  }

  private static String describe(
      String name, List<SqlType> positional, Map<String, SqlType> named) {
    List<String> parts = new ArrayList<>();
    positional.forEach(type -> parts.add(TypeNames.plain(type)));
    named.forEach((parameter, type) -> parts.add(parameter + " => " + TypeNames.plain(type)));
    return name + "(" + String.join(", ", parts) + ")";
  }
}
