package dev.troupe.sql.analyze;

import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.ElementState;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.syntax.ast.DataStatement;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Binds SET of UPDATE and of ON CONFLICT. */
final class AssignmentBinder {
  private final Binding binding;
  private final TableDescriptor table;
  private final TableRules rules;
  private final ExpressionBinder expressions;
  private final @Nullable SqlExpr[] values;

  AssignmentBinder(Binding binding, Scope scope, TableDescriptor table, TableRules rules) {
    this.binding = binding;
    this.table = table;
    this.rules = rules;
    this.expressions = new ExpressionBinder(binding, scope);
    this.values = new SqlExpr[table.columns().size()];
  }

  /** For each column of the table its new value; null when it stays. */
  List<@Nullable SqlExpr> bind(List<DataStatement.Assignment> assignments) {
    for (DataStatement.Assignment assignment : assignments) {
      if (assignment.multiple()) {
        assignAll(assignment);
      } else {
        assign(assignment.targets().getFirst(), assignment.value());
      }
    }
    List<@Nullable SqlExpr> all = new ArrayList<>();
    for (SqlExpr value : values) {
      all.add(value);
    }
    return all;
  }

  private void assignAll(DataStatement.Assignment assignment) {
    List<DataStatement.Assignable> targets = assignment.targets();
    if (assignment.value() instanceof Expression.RowConstructor row) {
      requireSameCount(targets.size(), row.fields().size(), assignment);
      for (int i = 0; i < targets.size(); i++) {
        assign(targets.get(i), row.fields().get(i));
      }
    } else if (assignment.value() instanceof Expression.ScalarQuery query) {
      assignFromQuery(targets, query, assignment);
    } else if (targets.size() == 1) {
      assign(targets.getFirst(), assignment.value());
    } else {
      throw new SqlException(
              SqlState.FEATURE_NOT_SUPPORTED,
              "source for a multiple-column UPDATE item must be a sub-SELECT or ROW() expression")
          .at(assignment.value().position());
    }
  }

  private static void requireSameCount(
      int targets, int given, DataStatement.Assignment assignment) {
    if (targets != given) {
      throw new SqlException(
              SqlState.SYNTAX_ERROR, "number of columns does not match number of values")
          .at(assignment.value().position());
    }
  }

  private void assignFromQuery(
      List<DataStatement.Assignable> targets,
      Expression.ScalarQuery query,
      DataStatement.Assignment assignment) {
    Scope scope = expressions.scope();
    PlanNode plan = new QueryBinder(binding, scope, scope.ctes).bind(query.query()).plan();
    requireSameCount(targets.size(), plan.output().size(), assignment);
    Column packed = binding.newColumn("row", SqlType.RECORD);
    List<SqlExpr> fields = Outputs.references(plan);
    PlanNode rows =
        new PlanNode.Project(
            plan, List.of(packed), List.of(new SqlExpr.Row(fields, SqlType.RECORD)));
    SqlExpr record = new SqlExpr.ScalarSubquery(rows, SqlType.RECORD);
    for (int i = 0; i < targets.size(); i++) {
      SqlExpr field = new SqlExpr.Field(record, i, fields.get(i).type());
      int index = target(targets.get(i));
      requireWritable(table.columns().get(index), targets.get(i).column());
      set(index, field, query.position());
    }
  }

  private void assign(DataStatement.Assignable target, Expression value) {
    int index = target(target);
    ColumnDescriptor column = table.columns().get(index);
    if (value instanceof Expression.DefaultValue) {
      values[index] = rules.defaultOf(column);
      changes(column);
      return;
    }
    requireWritable(column, target.column());
    set(index, expressions.bind(value), value.position());
  }

  private void set(int index, SqlExpr value, int position) {
    ColumnDescriptor column = table.columns().get(index);
    values[index] = binding.conversions.assign(value, column.type(), column.name(), position);
    changes(column);
  }

  private void changes(ColumnDescriptor column) {
    binding.access.of(table).add(Access.Kind.UPDATE, column.id());
  }

  private static void requireWritable(ColumnDescriptor column, Name written) {
    boolean generated = column.generatedSql() != null;
    if (generated || column.identity() == ColumnDescriptor.Identity.ALWAYS) {
      throw SqlException.of(
              SqlState.GENERATED_ALWAYS,
              "column \"%s\" can only be updated to DEFAULT",
              column.name())
          .withDetail(
              generated
                  ? "Column \"" + column.name() + "\" is a generated column."
                  : "Column \""
                      + column.name()
                      + "\" is an identity column defined as GENERATED ALWAYS.")
          .at(written.position());
    }
  }

  private int target(DataStatement.Assignable target) {
    if (!target.parts().isEmpty()) {
      throw ExpressionBinder.unsupported(
          "assignment to a part of a column is not supported", target.column().position());
    }
    int index = position(table, target.column());
    if (values[index] != null) {
      throw SqlException.of(
              SqlState.SYNTAX_ERROR, "multiple assignments to same column \"%s\"", target.column())
          .at(target.column().position());
    }
    return index;
  }

  /** Place of a column in the table's row. */
  static int position(TableDescriptor table, Name name) {
    for (int i = 0; i < table.columns().size(); i++) {
      ColumnDescriptor column = table.columns().get(i);
      if (column.name().equals(name.text())
          && column.state() == ElementState.PUBLIC
          && !column.hidden()) {
        return i;
      }
    }
    throw SqlException.of(
            SqlState.UNDEFINED_COLUMN,
            "column \"%s\" of relation \"%s\" does not exist",
            name,
            table.name())
        .at(name.position());
  }
}
