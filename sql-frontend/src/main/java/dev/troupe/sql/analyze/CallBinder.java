package dev.troupe.sql.analyze;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.eval.TableFunction;
import dev.troupe.sql.function.ResolvedCall;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.TypeModifiers;
import dev.troupe.sql.type.TypeNames;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Binds calls: plain functions here, aggregates and windows by their own binder. */
final class CallBinder {
  private final Binding binding;
  private final Scope scope;
  private final ExpressionBinder expressions;

  CallBinder(Binding binding, Scope scope, ExpressionBinder expressions) {
    this.binding = binding;
    this.scope = scope;
    this.expressions = expressions;
  }

  SqlExpr call(Expression.FunctionCall e) {
    String name = functionName(e.name());
    try {
      if (name == null) {
        throw missing(e);
      }
      return call(name, e);
    } catch (SqlException error) {
      throw error.at(e.position());
    }
  }

  private SqlExpr call(String name, Expression.FunctionCall e) {
    AggregateBinder aggregates = new AggregateBinder(binding, scope, expressions);
    if (e.options().over() != null) {
      return aggregates.overWindow(name, e);
    }
    if (binding.functions.isAggregate(name)) {
      return aggregates.aggregate(name, e);
    }
    requirePlain(name, e);
    if (binding.functions.isWindowFunction(name)) {
      throw SqlException.of(
          SqlState.WRONG_OBJECT_TYPE, "window function %s requires an OVER clause", name);
    }
    boolean named = e.arguments().stream().anyMatch(argument -> argument.name() != null);
    if (named) {
      return namedCall(name, e);
    }
    List<SqlExpr> arguments = arguments(e.arguments());
    if (!binding.functions.isFunction(name) && binding.functions.isTableFunction(name)) {
      return setReturning(name, arguments, e);
    }
    return scalar(name, arguments, e);
  }

  /** Null when the name is in a schema that has no functions. */
  static @Nullable String functionName(QualifiedName name) {
    String schema = name.qualifier();
    boolean known =
        schema == null
            || schema.equals("pg_catalog")
            || (schema.equals("information_schema") && name.last().startsWith("_pg_"));
    return known ? name.last() : null;
  }

  private SqlException missing(Expression.FunctionCall e) {
    List<String> types = new ArrayList<>();
    for (Expression.Argument argument : e.arguments()) {
      types.add(TypeNames.plain(expressions.bind(argument.value()).type()));
    }
    return SqlException.of(
            SqlState.UNDEFINED_FUNCTION,
            "function %s(%s) does not exist",
            e.name(),
            String.join(", ", types))
        .withHint(
            "No function matches the given name and argument types."
                + " You might need to add explicit type casts.");
  }

  private static void requirePlain(String name, Expression.FunctionCall e) {
    Expression.CallOptions options = e.options();
    String misused =
        options.star()
            ? "%s(*) specified, but %s is not an aggregate function"
            : options.distinct()
                ? "DISTINCT specified, but %s is not an aggregate function"
                : !options.withinGroup().isEmpty()
                    ? "WITHIN GROUP specified, but %s is not an aggregate function"
                    : !options.orderBy().isEmpty()
                        ? "ORDER BY specified, but %s is not an aggregate function"
                        : options.filter() != null
                            ? "FILTER specified, but %s is not an aggregate function"
                            : null;
    if (misused != null) {
      throw new SqlException(SqlState.WRONG_OBJECT_TYPE, misused.replace("%s", name));
    }
  }

  /**
   * Parameters of type void stand for what a call gives out: drivers send them, and they are none
   * of the arguments.
   */
  List<SqlExpr> arguments(List<Expression.Argument> written) {
    List<SqlExpr> bound = new ArrayList<>(written.size());
    for (Expression.Argument argument : written) {
      SqlExpr value = expressions.bind(argument.value());
      boolean result =
          argument.name() == null
              && argument.value() instanceof Expression.Parameter
              && value.type().id() == TypeId.VOID;
      if (!result) {
        bound.add(value);
      }
    }
    return bound;
  }

  private SqlExpr scalar(String name, List<SqlExpr> arguments, Expression.FunctionCall e) {
    List<SqlType> types = arguments.stream().map(SqlExpr::type).toList();
    ResolvedCall<ScalarFunction> call =
        e.options().variadic()
            ? binding.functions.resolveVariadic(name, types)
            : binding.functions.resolveOrNull(name, types);
    if (call == null && arguments.size() == 1) {
      SqlType asType = TypeNames.resolve(name);
      if (asType != null && binding.conversions.canCast(types.getFirst(), asType)) {
        return binding.conversions.explicit(arguments.getFirst(), asType, e.position());
      }
    }
    if (call == null) {
      call = binding.functions.resolve(name, types);
    }
    return made(call, arguments, e);
  }

  private SqlExpr made(
      ResolvedCall<ScalarFunction> call, List<SqlExpr> arguments, Expression.FunctionCall e) {
    List<SqlExpr> cast = castAll(arguments, call.argumentTypes(), e.position());
    ScalarFunction function = binding.canonical(call.function());
    return new SqlExpr.Call(function, cast, function.result());
  }

  List<SqlExpr> castAll(List<SqlExpr> arguments, List<SqlType> types, int position) {
    List<SqlExpr> cast = new ArrayList<>(arguments.size());
    for (int i = 0; i < arguments.size(); i++) {
      cast.add(binding.conversions.implicit(arguments.get(i), types.get(i), position));
    }
    return cast;
  }

  private SqlExpr namedCall(String name, Expression.FunctionCall e) {
    List<SqlExpr> given = new ArrayList<>();
    for (Expression.Argument argument : e.arguments()) {
      given.add(expressions.bind(argument.value()));
    }
    List<SqlType> positional = new ArrayList<>();
    LinkedHashMap<String, SqlType> named = new LinkedHashMap<>();
    for (int i = 0; i < given.size(); i++) {
      String argumentName = e.arguments().get(i).name();
      if (argumentName != null) {
        named.put(argumentName, given.get(i).type());
      } else if (named.isEmpty()) {
        positional.add(given.get(i).type());
      } else {
        throw new SqlException(
                SqlState.SYNTAX_ERROR, "positional argument cannot follow named argument")
            .at(e.arguments().get(i).value().position());
      }
    }
    return made(binding.functions.resolveNamed(name, positional, named), given, e);
  }

  /** A function of the SELECT list that gives several rows. */
  private SqlExpr setReturning(String name, List<SqlExpr> arguments, Expression.FunctionCall e) {
    if (!scope.clause.allowsSets() || scope.insideAggregate || scope.insideWindow) {
      throw new SqlException(
          SqlState.FEATURE_NOT_SUPPORTED,
          "set-returning functions are not allowed in " + scope.clause.phrase());
    }
    PlanNode.TableCall call = tableCall(name, arguments, e.position());
    List<SqlType> types = call.function().columnTypes();
    SqlType type = types.size() == 1 ? types.getFirst() : SqlType.RECORD;
    Column output = binding.newColumn(name, type);
    if (types.size() != 1) {
      binding.setFields(output.id(), new Binding.Fields(call.function().columnNames(), types));
    }
    scope.sets.add(new Scope.SetUse(output, call));
    return new SqlExpr.ColumnRef(output.id(), type);
  }

  PlanNode.TableCall tableCall(String name, List<SqlExpr> arguments, int position) {
    List<SqlType> types = arguments.stream().map(SqlExpr::type).toList();
    ResolvedCall<TableFunction> call = binding.functions.resolveTable(name, types);
    return new PlanNode.TableCall(
        call.function(), castAll(arguments, call.argumentTypes(), position));
  }

  SqlExpr atTimeZone(Expression.AtTimeZone e) {
    SqlExpr value = expressions.bind(e.operand());
    SqlExpr zone = expressions.bind(e.zone());
    return expressions.operators().function("timezone", List.of(zone, value), e.position());
  }

  SqlExpr extract(Expression.Extract e) {
    SqlExpr field = new SqlExpr.Constant(e.field(), SqlType.TEXT);
    SqlExpr source = expressions.bind(e.source());
    return expressions.operators().function("extract", List.of(field, source), e.position());
  }

  SqlExpr grouping(Expression.Grouping e) {
    if (!scope.clause.allowsAggregates()) {
      throw new SqlException(
              SqlState.GROUPING_ERROR,
              "grouping operations are not allowed in " + scope.clause.phrase())
          .at(e.position());
    }
    Column output = binding.newColumn("grouping", SqlType.INT4);
    scope.groupings.add(
        new Scope.GroupingUse(output.id(), expressions.bindAll(e.arguments()), e.position()));
    return new SqlExpr.ColumnRef(output.id(), SqlType.INT4);
  }

  SqlExpr sessionValue(Expression.SessionValue e) {
    return switch (e.kind()) {
      case CURRENT_DATE -> session("current_date", e);
      case CURRENT_TIME -> session("current_time", e);
      case CURRENT_TIMESTAMP -> session("current_timestamp", e);
      case LOCALTIME -> session("localtime", e);
      case LOCALTIMESTAMP -> session("localtimestamp", e);
      case CURRENT_ROLE, CURRENT_USER, USER -> session("current_user", e);
      case SESSION_USER -> session("session_user", e);
      case CURRENT_CATALOG -> session("current_database", e);
      case CURRENT_SCHEMA -> session("current_schema", e);
    };
  }

  private SqlExpr session(String function, Expression.SessionValue e) {
    SqlExpr value = expressions.operators().function(function, List.of(), e.position());
    Integer precision = e.precision();
    if (precision == null) {
      return value;
    }
    int digits = Math.min(precision, TypeModifiers.SECOND_DIGITS_MAX);
    SqlType rounded = SqlType.of(value.type().id(), digits);
    return binding.conversions.explicit(value, rounded, e.position());
  }
}
