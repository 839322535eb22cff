package dev.troupe.sql.function;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.AggregateFunction;
import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.eval.TableFunction;
import dev.troupe.sql.eval.WindowFunction;
import dev.troupe.sql.function.Overloads.Ambiguous;
import dev.troupe.sql.function.Overloads.Found;
import dev.troupe.sql.function.Overloads.Missing;
import dev.troupe.sql.function.Overloads.Outcome;
import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.function.define.Overload;
import dev.troupe.sql.function.define.Signature;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.TypeNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All functions, operators and aggregates, and the choice among those of one name by the types of
 * the arguments (PostgreSQL's documentation, chapters 10.2 and 10.3). Names are expected as
 * PostgreSQL folds them, without a schema. Immutable.
 */
public final class FunctionRegistry {
  private static final FunctionRegistry BUILTIN = new FunctionRegistry(Families.all());

  private static final String MORE_CASTS = " You might need to add explicit type casts.";

  private final Overloads<ScalarFunction> functions;
  private final Overloads<ScalarFunction> operators;
  private final Map<OperatorKey, ResolvedCall<ScalarFunction>> exactOperators = new HashMap<>();
  private final Overloads<AggregateFunction> aggregates;
  private final Overloads<WindowFunction> windows;
  private final Overloads<TableFunction> tables;
  private final List<Listed> listed;

  /** What a catalog shows of a function. */
  public record Listed(Signature signature, Kind kind) {}

  /** As in {@code pg_proc.prokind}; table functions are those that return a set. */
  public enum Kind {
    FUNCTION,
    AGGREGATE,
    WINDOW,
    TABLE_FUNCTION,
    OPERATOR
  }

  /** An operator and the OIDs of its operands, 0 for none. */
  private record OperatorKey(String symbol, int left, int right) {}

  private FunctionRegistry(Definitions definitions) {
    functions =
        new Overloads<>(
            definitions.scalars().stream().filter(f -> !f.signature().isOperator()).toList());
    List<Overload<ScalarFunction>> symbols =
        definitions.scalars().stream().filter(f -> f.signature().isOperator()).toList();
    operators = new Overloads<>(symbols);
    symbols.forEach(this::indexOperator);
    aggregates = new Overloads<>(definitions.aggregates());
    windows = new Overloads<>(definitions.windows());
    tables = new Overloads<>(definitions.tables());
    listed = list(definitions);
  }

  public static FunctionRegistry builtin() {
    return BUILTIN;
  }

  private void indexOperator(Overload<ScalarFunction> overload) {
    ScalarFunction operator = overload.fixed();
    if (operator != null) {
      List<SqlType> operands = operator.parameters();
      SqlType left = operands.size() == 2 ? operands.getFirst() : null;
      exactOperators.put(
          key(overload.signature().name(), left, operands.getLast()),
          new ResolvedCall<>(operator, operands));
    }
  }

  private static OperatorKey key(String symbol, @Nullable SqlType left, SqlType right) {
    return new OperatorKey(symbol, left == null ? 0 : left.oid(), right.oid());
  }

  private static List<Listed> list(Definitions definitions) {
    List<Listed> all = new ArrayList<>();
    for (Overload<ScalarFunction> scalar : definitions.scalars()) {
      Kind kind = scalar.signature().isOperator() ? Kind.OPERATOR : Kind.FUNCTION;
      all.add(new Listed(scalar.signature(), kind));
    }
    definitions.aggregates().forEach(f -> all.add(new Listed(f.signature(), Kind.AGGREGATE)));
    definitions.windows().forEach(f -> all.add(new Listed(f.signature(), Kind.WINDOW)));
    definitions.tables().forEach(f -> all.add(new Listed(f.signature(), Kind.TABLE_FUNCTION)));
    return List.copyOf(all);
  }

  /** Everything that there is, for pg_proc and pg_operator. */
  public List<Listed> all() {
    return listed;
  }

  public boolean isFunction(String name) {
    return functions.contains(name);
  }

  public boolean isAggregate(String name) {
    return aggregates.contains(name);
  }

  public boolean isWindowFunction(String name) {
    return windows.contains(name);
  }

  public boolean isTableFunction(String name) {
    return tables.contains(name);
  }

  /**
   * @throws SqlException UNDEFINED_FUNCTION or AMBIGUOUS_FUNCTION
   */
  public ResolvedCall<ScalarFunction> resolve(String name, List<SqlType> arguments) {
    return withDefaults(found(name, arguments, functions.find(name, arguments, false)));
  }

  /** Parameters that the call leaves out are given their values. */
  private ResolvedCall<ScalarFunction> withDefaults(ResolvedCall<ScalarFunction> call) {
    ScalarFunction function = call.function();
    int given = call.argumentTypes().size();
    return function.parameters().size() <= given
        ? call
        : NamedArguments.complete(functions.named(function.name()), call);
  }

  /**
   * The function or operator of a name with exactly these parameters; null when there is none, or
   * none that takes the same types in every call.
   */
  public @Nullable ScalarFunction exact(String name, List<SqlType> parameters) {
    ScalarFunction function = exact(functions.named(name), parameters, ScalarFunction::parameters);
    return function == null
        ? exact(operators.named(name), parameters, ScalarFunction::parameters)
        : function;
  }

  /** Same for an aggregate. */
  public @Nullable AggregateFunction exactAggregate(String name, List<SqlType> parameters) {
    return exact(aggregates.named(name), parameters, AggregateFunction::parameters);
  }

  private static <F> @Nullable F exact(
      List<Overload<F>> overloads,
      List<SqlType> parameters,
      Function<F, List<SqlType>> parametersOf) {
    for (Overload<F> overload : overloads) {
      F fixed = overload.fixed();
      if (fixed != null && parametersOf.apply(fixed).equals(parameters)) {
        return fixed;
      }
    }
    return null;
  }

  /**
   * Same as {@link #resolve} for a call whose last argument is marked VARIADIC: an array of
   * arguments.
   */
  public ResolvedCall<ScalarFunction> resolveVariadic(String name, List<SqlType> arguments) {
    ResolvedCall<ScalarFunction> call =
        found(name, arguments, functions.find(name, arguments, true));
    return new ResolvedCall<>(new SpreadCall(call.function()), call.argumentTypes());
  }

  /**
   * Same for a call with named arguments, which come after the others.
   *
   * @param named in the order in which the call gives them: the function is called in that order
   */
  public ResolvedCall<ScalarFunction> resolveNamed(
      String name, List<SqlType> positional, Map<String, SqlType> named) {
    return NamedArguments.place(functions.named(name), name, positional, named);
  }

  /**
   * Same for a call that may have no fitting overload, such as a cast that looks like a function.
   */
  public @Nullable ResolvedCall<ScalarFunction> resolveOrNull(
      String name, List<SqlType> arguments) {
    return functions.find(name, arguments, false) instanceof Found<ScalarFunction> found
        ? withDefaults(found.call())
        : null;
  }

  public ResolvedCall<AggregateFunction> resolveAggregate(String name, List<SqlType> arguments) {
    return found(name, arguments, aggregates.find(name, arguments, false));
  }

  public ResolvedCall<WindowFunction> resolveWindow(String name, List<SqlType> arguments) {
    return found(name, arguments, windows.find(name, arguments, false));
  }

  public ResolvedCall<TableFunction> resolveTable(String name, List<SqlType> arguments) {
    return found(name, arguments, tables.find(name, arguments, false));
  }

  /**
   * @param left null for a prefix operator
   * @throws SqlException UNDEFINED_FUNCTION or AMBIGUOUS_FUNCTION
   */
  public ResolvedCall<ScalarFunction> resolveOperator(
      String symbol, @Nullable SqlType left, SqlType right) {
    ResolvedCall<ScalarFunction> exact = exactOperator(symbol, left, right);
    if (exact != null) {
      return exact;
    }
    List<SqlType> operands = left == null ? List.of(right) : List.of(left, right);
    return switch (operators.find(symbol, operands, false)) {
      case Found<ScalarFunction> found -> found.call();
      case Missing<ScalarFunction> missing -> throw noOperator(symbol, left, right);
      case Ambiguous<ScalarFunction> ambiguous ->
          throw SqlException.of(
                  SqlState.AMBIGUOUS_FUNCTION,
                  "operator is not unique: %s",
                  describe(symbol, left, right))
              .withHint("Could not choose a best candidate operator." + MORE_CASTS);
    };
  }

  /** An operand of unknown type is first assumed to have the other one's type. */
  private @Nullable ResolvedCall<ScalarFunction> exactOperator(
      String symbol, @Nullable SqlType left, SqlType right) {
    if (left == null) {
      return exactOperators.get(key(symbol, null, right));
    }
    SqlType assumedLeft = left.id() == TypeId.UNKNOWN ? right : left;
    SqlType assumedRight = right.id() == TypeId.UNKNOWN ? left : right;
    return exactOperators.get(key(symbol, assumedLeft, assumedRight));
  }

  /**
   * The type for all branches of CASE, UNION, COALESCE and the like.
   *
   * @param construct for the message
   * @throws SqlException DATATYPE_MISMATCH
   */
  public SqlType commonType(String construct, List<SqlType> types) {
    return CommonType.of(construct, types);
  }

  private static <F> ResolvedCall<F> found(
      String name, List<SqlType> arguments, Outcome<F> outcome) {
    return switch (outcome) {
      case Found<F> found -> found.call();
      case Missing<F> missing -> throw noFunction(() -> describe(name, arguments));
      case Ambiguous<F> ambiguous ->
          throw SqlException.of(
                  SqlState.AMBIGUOUS_FUNCTION,
                  "function %s is not unique",
                  describe(name, arguments))
              .withHint("Could not choose a best candidate function." + MORE_CASTS);
    };
  }

  static SqlException noFunction(Supplier<String> call) {
    return SqlException.of(SqlState.UNDEFINED_FUNCTION, "function %s does not exist", call.get())
        .withHint("No function matches the given name and argument types." + MORE_CASTS);
  }

  private static SqlException noOperator(String symbol, @Nullable SqlType left, SqlType right) {
    return SqlException.of(
            SqlState.UNDEFINED_FUNCTION,
            "operator does not exist: %s",
            describe(symbol, left, right))
        .withHint(
            left == null
                ? "No operator matches the given name and argument type."
                    + " You might need to add an explicit type cast."
                : "No operator matches the given name and argument types." + MORE_CASTS);
  }

  private static String describe(String name, List<SqlType> arguments) {
    return arguments.stream()
        .map(TypeNames::plain)
        .collect(Collectors.joining(", ", name + "(", ")"));
  }

  private static String describe(String symbol, @Nullable SqlType left, SqlType right) {
    String operand = symbol + " " + TypeNames.plain(right);
    return left == null ? operand : TypeNames.plain(left) + " " + operand;
  }
}
