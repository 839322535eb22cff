package dev.troupe.sql.analyze;

import dev.troupe.sql.analyze.ScopeTable.ScopeColumn;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.TableFunction;
import dev.troupe.sql.function.json.JsonRecords;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.FromItem;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Binds functions in FROM. */
final class TableFunctionBinder {
  private final Binding binding;

  TableFunctionBinder(Binding binding) {
    this.binding = binding;
  }

  FromBinder.Part bind(FromItem.Functions item, Scope lateral) {
    FromItem.Alias alias = item.alias();
    String name = alias == null ? nameOf(item.calls().getFirst().call()) : alias.name();
    List<FromItem.TableCall> written = spread(item);
    List<PlanNode.TableCall> calls = new ArrayList<>();
    List<Column> output = new ArrayList<>();
    for (FromItem.TableCall call : written) {
      PlanNode.TableCall records = records(call, lateral);
      PlanNode.TableCall bound = records == null ? tableCall(call.call(), lateral) : records;
      if (bound == null) {
        return scalar(item, lateral, name);
      }
      calls.add(bound);
      addColumns(bound, call.call(), alias, written.size() == 1 && records == null, output);
    }
    if (item.withOrdinality()) {
      output.add(binding.newColumn("ordinality", SqlType.INT8));
    }
    PlanNode plan = new PlanNode.FunctionScan(output, calls, item.withOrdinality());
    return part(plan, name, alias);
  }

  /** The calls; {@code unnest} of several arrays is one for each of them. */
  private static List<FromItem.TableCall> spread(FromItem.Functions item) {
    List<FromItem.TableCall> all = new ArrayList<>();
    for (FromItem.TableCall call : item.calls()) {
      List<FromItem.RecordColumn> columns =
          call.columns().isEmpty() && item.calls().size() == 1 ? item.columns() : call.columns();
      if (call.call() instanceof Expression.FunctionCall function
          && "unnest".equals(CallBinder.functionName(function.name()))
          && function.arguments().size() > 1) {
        for (Expression.Argument argument : function.arguments()) {
          all.add(
              new FromItem.TableCall(
                  new Expression.FunctionCall(
                      function.name(), List.of(argument), function.options(), function.position()),
                  columns));
        }
      } else {
        all.add(new FromItem.TableCall(call.call(), columns));
      }
    }
    return all;
  }

  /** A call that gives rows with the columns that are defined behind it; null: it is no such. */
  private PlanNode.@Nullable TableCall records(FromItem.TableCall call, Scope lateral) {
    String name =
        call.call() instanceof Expression.FunctionCall function
            ? CallBinder.functionName(function.name())
            : null;
    if (name == null || !JsonRecords.isNamed(name)) {
      if (!call.columns().isEmpty()) {
        throw new SqlException(
                SqlState.SYNTAX_ERROR,
                "a column definition list is only allowed for functions returning \"record\"")
            .at(call.call().position());
      }
      return null;
    }
    if (call.columns().isEmpty()) {
      throw new SqlException(
              SqlState.SYNTAX_ERROR,
              "a column definition list is required for functions returning \"record\"")
          .at(call.call().position());
    }
    List<String> names = call.columns().stream().map(column -> column.name().text()).toList();
    List<SqlType> types =
        call.columns().stream().map(column -> TypeBinder.bind(column.type())).toList();
    TableFunction function = JsonRecords.of(name, names, types);
    List<Expression.Argument> arguments = ((Expression.FunctionCall) call.call()).arguments();
    if (arguments.size() != 1) {
      throw SqlException.of(SqlState.UNDEFINED_FUNCTION, "function %s takes one argument", name)
          .at(call.call().position());
    }
    Expression argument = arguments.getFirst().value();
    SqlExpr value = new ExpressionBinder(binding, lateral).bind(argument);
    return new PlanNode.TableCall(
        function,
        List.of(
            binding.conversions.implicit(
                value, function.parameters().getFirst(), argument.position())));
  }

  private static FromBinder.Part part(PlanNode plan, String name, FromItem.@Nullable Alias alias) {
    List<ScopeColumn> columns = new ArrayList<>();
    for (Column column : plan.output()) {
      columns.add(
          new ScopeColumn(column.name(), new SqlExpr.ColumnRef(column.id(), column.type())));
    }
    ScopeTable table = ScopeTable.of(name, columns);
    return new FromBinder.Part(plan, List.of(RelationBinder.renamed(table, alias)));
  }

  /** The only column of a function is called as the function is in this FROM. */
  private void addColumns(
      PlanNode.TableCall bound,
      Expression call,
      FromItem.@Nullable Alias alias,
      boolean alone,
      List<Column> output) {
    List<SqlType> types = bound.function().columnTypes();
    List<String> names = bound.function().columnNames();
    boolean takesAlias = types.size() == 1 && names.getFirst().equals(bound.function().name());
    for (int i = 0; i < types.size(); i++) {
      String name =
          !takesAlias ? names.get(i) : alias != null && alone ? alias.name() : nameOf(call);
      output.add(binding.newColumn(name, types.get(i)));
    }
  }

  private static String nameOf(Expression call) {
    return ItemNames.of(call);
  }

  /** Null when it is no function that gives rows. */
  private PlanNode.@Nullable TableCall tableCall(Expression call, Scope lateral) {
    if (!(call instanceof Expression.FunctionCall function)) {
      return null;
    }
    String name = CallBinder.functionName(function.name());
    if (name == null || !binding.functions.isTableFunction(name)) {
      return null;
    }
    ExpressionBinder expressions = new ExpressionBinder(binding, lateral);
    CallBinder calls = new CallBinder(binding, lateral, expressions);
    try {
      return calls.tableCall(name, calls.arguments(function.arguments()), call.position());
    } catch (SqlException e) {
      throw e.at(call.position());
    }
  }

  /** A plain function, which gives one row. */
  private FromBinder.Part scalar(FromItem.Functions item, Scope lateral, String name) {
    if (item.calls().size() > 1) {
      throw ExpressionBinder.unsupported(
          "ROWS FROM is supported for functions that give rows alone", item.position());
    }
    ExpressionBinder expressions = new ExpressionBinder(binding, lateral);
    List<Column> output = new ArrayList<>();
    List<SqlExpr> row = new ArrayList<>();
    for (FromItem.TableCall call : item.calls()) {
      SqlExpr value = expressions.bindKnown(call.call());
      row.add(value);
      output.add(binding.newColumn(name, value.type()));
    }
    if (item.withOrdinality()) {
      row.add(new SqlExpr.Constant(1L, SqlType.INT8));
      output.add(binding.newColumn("ordinality", SqlType.INT8));
    }
    return part(new PlanNode.Values(output, List.of(row)), name, item.alias());
  }
}
