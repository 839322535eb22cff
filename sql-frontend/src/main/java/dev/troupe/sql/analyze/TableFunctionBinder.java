package dev.troupe.sql.analyze;

import dev.troupe.sql.analyze.ScopeTable.ScopeColumn;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
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
    if (!item.columns().isEmpty()
        || item.calls().stream().anyMatch(call -> !call.columns().isEmpty())) {
      throw new SqlException(
              SqlState.SYNTAX_ERROR,
              "a column definition list is only allowed for functions returning \"record\"")
          .at(item.position());
    }
    FromItem.Alias alias = item.alias();
    String name = alias == null ? nameOf(item.calls().getFirst().call()) : alias.name();
    List<PlanNode.TableCall> calls = new ArrayList<>();
    List<Column> output = new ArrayList<>();
    for (FromItem.TableCall call : item.calls()) {
      PlanNode.TableCall bound = tableCall(call.call(), lateral);
      if (bound == null) {
        return scalar(item, lateral, name);
      }
      calls.add(bound);
      addColumns(bound, call.call(), alias, item.calls().size() == 1, output);
    }
    if (item.withOrdinality()) {
      output.add(binding.newColumn("ordinality", SqlType.INT8));
    }
    PlanNode plan = new PlanNode.FunctionScan(output, calls, item.withOrdinality());
    return part(plan, name, alias);
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
