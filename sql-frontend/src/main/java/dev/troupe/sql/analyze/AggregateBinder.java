package dev.troupe.sql.analyze;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.AggregateFunction;
import dev.troupe.sql.eval.WindowFunction;
import dev.troupe.sql.function.ResolvedCall;
import dev.troupe.sql.plan.AggregateCall;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.SortKey;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.plan.SqlExprs;
import dev.troupe.sql.plan.WindowCall;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.OrderItem;
import dev.troupe.sql.syntax.ast.Window;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Binds calls of aggregates and window functions. They are gathered in the scope of the query that
 * they belong to; a column stands for each.
 */
final class AggregateBinder {
  private final Binding binding;
  private final Scope scope;
  private final ExpressionBinder expressions;

  AggregateBinder(Binding binding, Scope scope, ExpressionBinder expressions) {
    this.binding = binding;
    this.scope = scope;
    this.expressions = expressions;
  }

  SqlExpr aggregate(String name, Expression.FunctionCall e) {
    Parts parts = parts(name, e, true);
    Scope owner = owner(parts);
    requireAllowed(owner, e);
    AggregateFunction function = parts.function();
    for (AggregateCall known : owner.aggregates) {
      if (parts.isSameAs(known)) {
        return new SqlExpr.ColumnRef(known.output().id(), known.output().type());
      }
    }
    Column output = binding.newColumn(name, function.result());
    owner.aggregates.add(
        new AggregateCall(
            output,
            function,
            parts.arguments(),
            parts.distinct(),
            parts.orderBy(),
            parts.filter()));
    return new SqlExpr.ColumnRef(output.id(), output.type());
  }

  private static void requireAllowed(Scope owner, Expression.FunctionCall e) {
    if (owner.insideAggregate) {
      throw new SqlException(SqlState.GROUPING_ERROR, "aggregate function calls cannot be nested")
          .at(e.position());
    }
    if (!owner.clause.allowsAggregates()) {
      throw new SqlException(
              SqlState.GROUPING_ERROR,
              "aggregate functions are not allowed in " + owner.clause.phrase())
          .at(e.position());
    }
  }

  /** What an aggregate is called with. */
  private record Parts(
      AggregateFunction function,
      List<SqlExpr> arguments,
      boolean distinct,
      List<SortKey> orderBy,
      @Nullable SqlExpr filter) {
    boolean isSameAs(AggregateCall call) {
      return call.function().name().equals(function.name())
          && call.function().parameters().equals(function.parameters())
          && call.arguments().equals(arguments)
          && call.distinct() == distinct
          && call.orderBy().equals(orderBy)
          && java.util.Objects.equals(call.filter(), filter)
          && arguments.stream().noneMatch(SqlExprs::isVolatile);
    }
  }

  private Parts parts(String name, Expression.FunctionCall e, boolean asAggregate) {
    Expression.CallOptions options = e.options();
    boolean outerFlag = scope.insideAggregate;
    scope.insideAggregate |= asAggregate;
    try {
      List<SqlExpr> arguments = new ArrayList<>();
      for (Expression.Argument argument : e.arguments()) {
        arguments.add(expressions.bind(argument.value()));
      }
      List<SortKey> keys = new ArrayList<>();
      for (OrderItem item : options.orderBy()) {
        keys.add(sortKey(item));
      }
      for (OrderItem item : options.withinGroup()) {
        SortKey key = sortKey(item);
        keys.add(key);
        arguments.add(key.expression());
      }
      ResolvedCall<AggregateFunction> call =
          binding.functions.resolveAggregate(name, arguments.stream().map(SqlExpr::type).toList());
      if (arguments.isEmpty() && !options.star()) {
        throw new SqlException(
                SqlState.WRONG_OBJECT_TYPE,
                name + "(*) must be used to call a parameterless aggregate function")
            .at(e.position());
      }
      List<SqlExpr> cast = new ArrayList<>();
      for (int i = 0; i < arguments.size(); i++) {
        SqlExpr value =
            binding.conversions.implicit(
                arguments.get(i), call.argumentTypes().get(i), e.position());
        cast.add(binding.conversions.known(value, e.position()));
      }
      if (!options.withinGroup().isEmpty()) {
        keys = retyped(keys, cast);
      }
      requireSortedArguments(options, keys, cast, e.position());
      boolean distinct = options.distinct() && !call.function().ignoresDuplicates();
      return new Parts(call.function(), cast, distinct, keys, filter(options.filter()));
    } finally {
      scope.insideAggregate = outerFlag;
    }
  }

  private static List<SortKey> retyped(List<SortKey> keys, List<SqlExpr> arguments) {
    List<SortKey> cast = new ArrayList<>();
    int first = arguments.size() - keys.size();
    for (int i = 0; i < keys.size(); i++) {
      SortKey key = keys.get(i);
      cast.add(new SortKey(arguments.get(first + i), key.descending(), key.nullsFirst()));
    }
    return cast;
  }

  private static void requireSortedArguments(
      Expression.CallOptions options, List<SortKey> keys, List<SqlExpr> arguments, int position) {
    if (options.distinct()
        && !keys.stream().allMatch(key -> arguments.contains(key.expression()))) {
      throw new SqlException(
              SqlState.INVALID_COLUMN_REFERENCE,
              "in an aggregate with DISTINCT, ORDER BY expressions must appear in argument list")
          .at(position);
    }
  }

  private SortKey sortKey(OrderItem item) {
    return new SortKey(
        expressions.bindKnown(item.value()),
        OrderBinder.descending(item),
        OrderBinder.nullsFirst(item));
  }

  private @Nullable SqlExpr filter(@Nullable Expression filter) {
    if (filter == null) {
      return null;
    }
    Clause before = scope.clause;
    scope.clause = Clause.FILTER;
    boolean inside = scope.insideAggregate;
    scope.insideAggregate = false;
    try {
      return expressions.bindCondition(filter, "FILTER");
    } finally {
      scope.clause = before;
      scope.insideAggregate = inside;
    }
  }

  /** The innermost query that has a column among the arguments; this one when there are none. */
  private Scope owner(Parts parts) {
    BitSet columns = new BitSet();
    parts.arguments().forEach(argument -> SqlExprs.addColumns(argument, columns));
    parts.orderBy().forEach(key -> SqlExprs.addColumns(key.expression(), columns));
    SqlExpr filter = parts.filter();
    if (filter != null) {
      SqlExprs.addColumns(filter, columns);
    }
    for (Scope level = scope; level != null && !columns.isEmpty(); level = level.outer) {
      Scope candidate = level;
      if (columns.stream().anyMatch(candidate::owns)) {
        return level;
      }
    }
    return scope;
  }

  SqlExpr overWindow(String name, Expression.FunctionCall e) {
    Window over = e.options().over();
    if (over == null) {
      throw new IllegalArgumentException("no window: " + name);
    }
    if (!scope.clause.allowsWindows()) {
      throw new SqlException(
          SqlState.WINDOWING_ERROR, "window functions are not allowed in " + scope.clause.phrase());
    }
    if (scope.insideWindow) {
      throw new SqlException(SqlState.WINDOWING_ERROR, "window function calls cannot be nested");
    }
    if (scope.insideAggregate) {
      throw new SqlException(
          SqlState.GROUPING_ERROR, "aggregate function calls cannot contain window function calls");
    }
    scope.insideWindow = true;
    try {
      WindowBinder.Bound window = new WindowBinder(binding, scope, expressions).bind(over);
      WindowCall call = windowCall(name, e, window.frame());
      scope.windows.add(new Scope.WindowUse(window.partitionBy(), window.orderBy(), call));
      return new SqlExpr.ColumnRef(call.output().id(), call.output().type());
    } finally {
      scope.insideWindow = false;
    }
  }

  private WindowCall windowCall(String name, Expression.FunctionCall e, WindowCall.Frame frame) {
    requireWindowForm(name, e);
    if (binding.functions.isAggregate(name)) {
      Parts parts = parts(name, e, false);
      return new WindowCall(
          binding.newColumn(name, parts.function().result()),
          null,
          parts.function(),
          parts.arguments(),
          parts.filter(),
          frame);
    }
    if (!binding.functions.isWindowFunction(name)) {
      throw SqlException.of(
          SqlState.WRONG_OBJECT_TYPE,
          "OVER specified, but %s is not a window function nor an aggregate function",
          name);
    }
    if (e.options().filter() != null) {
      throw new SqlException(
          SqlState.FEATURE_NOT_SUPPORTED,
          "FILTER is not implemented for non-aggregate window functions");
    }
    List<SqlExpr> arguments = new ArrayList<>();
    for (Expression.Argument argument : e.arguments()) {
      arguments.add(expressions.bind(argument.value()));
    }
    ResolvedCall<WindowFunction> call =
        binding.functions.resolveWindow(name, arguments.stream().map(SqlExpr::type).toList());
    List<SqlExpr> cast = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      SqlType type = call.argumentTypes().get(i);
      SqlExpr value = binding.conversions.implicit(arguments.get(i), type, e.position());
      cast.add(binding.conversions.known(value, e.position()));
    }
    return new WindowCall(
        binding.newColumn(name, call.function().result()),
        call.function(),
        null,
        cast,
        null,
        frame);
  }

  private static void requireWindowForm(String name, Expression.FunctionCall e) {
    Expression.CallOptions options = e.options();
    if (options.distinct()) {
      throw new SqlException(
          SqlState.FEATURE_NOT_SUPPORTED, "DISTINCT is not implemented for window functions");
    }
    if (!options.withinGroup().isEmpty()) {
      throw SqlException.of(
          SqlState.FEATURE_NOT_SUPPORTED,
          "OVER is not supported for ordered-set aggregate %s",
          name);
    }
    if (!options.orderBy().isEmpty()) {
      throw new SqlException(
          SqlState.FEATURE_NOT_SUPPORTED,
          "aggregate ORDER BY is not implemented for window functions");
    }
  }
}
