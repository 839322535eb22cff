package dev.troupe.sql.function;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.function.define.BoundTypes;
import dev.troupe.sql.function.define.Overload;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The overloads of one kind of function by name. */
final class Overloads<F> {
  /** What became of a search. */
  sealed interface Outcome<F> {}

  /** Exactly one fits best. */
  record Found<F>(ResolvedCall<F> call, Overload<F> overload) implements Outcome<F> {}

  /** No overload takes these arguments. */
  record Missing<F>() implements Outcome<F> {}

  /** Several overloads fit equally well. */
  record Ambiguous<F>() implements Outcome<F> {}

  private final Map<String, List<Overload<F>>> byName = new HashMap<>();

  Overloads(List<Overload<F>> all) {
    for (Overload<F> overload : all) {
      byName.computeIfAbsent(overload.signature().name(), name -> new ArrayList<>()).add(overload);
    }
  }

  boolean contains(String name) {
    return byName.containsKey(name);
  }

  List<Overload<F>> named(String name) {
    return byName.getOrDefault(name, List.of());
  }

  Outcome<F> find(String name, List<SqlType> arguments, boolean spread) {
    List<Candidate<F>> candidates = new ArrayList<>();
    for (Overload<F> overload : named(name)) {
      Candidate<F> candidate = Candidate.of(overload, arguments.size(), spread);
      if (candidate != null) {
        if (candidate.takesExactly(arguments)) {
          return found(candidate, arguments, spread);
        }
        candidates.add(candidate);
      }
    }
    List<Candidate<F>> fitting = new ArrayList<>();
    for (Candidate<F> candidate : candidates) {
      if (candidate.takes(arguments)) {
        fitting.add(candidate);
      }
    }
    if (fitting.isEmpty()) {
      return new Missing<>();
    }
    Candidate<F> best =
        fitting.size() == 1 ? fitting.getFirst() : OverloadChoice.among(fitting, arguments);
    return best == null ? new Ambiguous<>() : found(best, arguments, spread);
  }

  private Outcome<F> found(Candidate<F> candidate, List<SqlType> arguments, boolean spread) {
    BoundTypes types = candidate.bind(arguments);
    Overload<F> overload = candidate.overload();
    F function = overload.bind(spread ? withElementLast(types) : types);
    return new Found<>(new ResolvedCall<>(function, types.parameters()), overload);
  }

  /** A function whose last arguments come in an array sees them one by one. */
  private static BoundTypes withElementLast(BoundTypes types) {
    List<SqlType> parameters = new ArrayList<>(types.parameters());
    SqlType element = parameters.removeLast().element();
    if (element == null) {
      throw new SqlException(SqlState.DATATYPE_MISMATCH, "VARIADIC argument must be an array");
    }
    parameters.add(element);
    return new BoundTypes(parameters, types.result(), types.columns());
  }
}
