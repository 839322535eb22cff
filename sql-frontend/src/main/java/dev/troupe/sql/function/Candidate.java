package dev.troupe.sql.function;

import dev.troupe.sql.function.define.BoundTypes;
import dev.troupe.sql.function.define.Overload;
import dev.troupe.sql.function.define.ParameterType;
import dev.troupe.sql.function.define.ParameterType.Exact;
import dev.troupe.sql.function.define.ParameterType.Pseudo;
import dev.troupe.sql.function.define.Signature;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An overload that takes as many arguments as a call has.
 *
 * @param declared one for each argument, also of variadic ones
 * @param adapted whether parameters were repeated, or left to their defaults
 */
record Candidate<F>(Overload<F> overload, List<ParameterType> declared, boolean adapted) {

  /**
   * @param spread whether the call says VARIADIC: its last argument is an array of arguments
   */
  static <F> @Nullable Candidate<F> of(Overload<F> overload, int arguments, boolean spread) {
    Signature signature = overload.signature();
    List<ParameterType> parameters = signature.parameters();
    if (spread) {
      return signature.variadic() && parameters.size() == arguments
          ? new Candidate<>(overload, withArrayLast(parameters), false)
          : null;
    }
    if (!signature.variadic()) {
      int missing = parameters.size() - arguments;
      if (missing < 0 || missing > signature.defaults().size()) {
        return null;
      }
      return new Candidate<>(overload, parameters.subList(0, arguments), missing > 0);
    }
    if (arguments < parameters.size()) {
      return null;
    }
    List<ParameterType> all = new ArrayList<>(parameters);
    while (all.size() < arguments) {
      all.add(parameters.getLast());
    }
    return new Candidate<>(overload, all, true);
  }

  private static List<ParameterType> withArrayLast(List<ParameterType> parameters) {
    List<ParameterType> all = new ArrayList<>(parameters);
    all.removeLast();
    all.add(
        switch (parameters.getLast()) {
          case Exact exact -> new Exact(SqlType.arrayOf(exact.type()));
          case Pseudo pseudo -> pseudo == Pseudo.ANY ? pseudo : Pseudo.ANYCOMPATIBLEARRAY;
        });
    return all;
  }

  /** The type that an argument is declared with; null for polymorphic ones. */
  @Nullable SqlType declaredType(int argument) {
    return declared.get(argument) instanceof Exact exact ? exact.type() : null;
  }

  boolean takesExactly(List<SqlType> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      SqlType type = declaredType(i);
      if (type == null || !type.isSameAs(arguments.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Whether all arguments can be cast implicitly. */
  boolean takes(List<SqlType> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      SqlType type = declaredType(i);
      SqlType given = arguments.get(i);
      if (type != null && given.id() != TypeId.UNKNOWN && !Coercion.isImplicit(given, type)) {
        return false;
      }
    }
    return !overload.signature().isPolymorphic()
        || Polymorphism.of(declared, arguments).isConsistent();
  }

  BoundTypes bind(List<SqlType> arguments) {
    return Polymorphism.of(declared, arguments).bind(overload.signature(), declared, arguments);
  }
}
