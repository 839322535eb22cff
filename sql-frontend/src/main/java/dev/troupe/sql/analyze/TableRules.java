package dev.troupe.sql.analyze;

import dev.troupe.sql.analyze.ScopeTable.ScopeColumn;
import dev.troupe.sql.catalog.CheckConstraint;
import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.ElementState;
import dev.troupe.sql.catalog.ForeignKey;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.function.system.SessionFunctions;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.ModifyNode;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a table computes and demands of its rows, bound from the texts in its descriptor. */
final class TableRules {
  private final Binding binding;
  private final TableDescriptor table;

  TableRules(Binding binding, TableDescriptor table) {
    this.binding = binding;
    this.table = table;
  }

  /** Columns that stand for a row of a table, and their names: one for each public column. */
  record NewRow(List<Column> row, List<ScopeColumn> columns) {
    /** Whoever names the columns from now on reads those of the table. */
    void watch(Binding binding, TableDescriptor table) {
      AccessUses.Use use = binding.access.of(table);
      for (int i = 0; i < row.size(); i++) {
        binding.access.watch(use, row.get(i).id(), table.columns().get(i).id());
      }
    }
  }

  static NewRow newRow(Binding binding, TableDescriptor table) {
    List<Column> row = new ArrayList<>();
    List<ScopeColumn> columns = new ArrayList<>();
    for (ColumnDescriptor column : table.columns()) {
      Column out = binding.newColumn(column.name(), column.type());
      binding.setOrigin(out.id(), table.id(), column.id());
      row.add(out);
      if (column.state() == ElementState.PUBLIC) {
        columns.add(
            new ScopeColumn(
                column.name(), new SqlExpr.ColumnRef(out.id(), out.type()), column.hidden()));
      }
    }
    return new NewRow(row, columns);
  }

  /** A scope in which the columns of a row can be named. */
  static Scope scopeOf(TableDescriptor table, NewRow row, Clause clause) {
    Scope scope = new Scope(null, CteScope.NONE);
    scope.tables.add(
        new ScopeTable(table.name(), table.schema(), row.columns(), true, true, table));
    scope.clause = clause;
    return scope;
  }

  ModifyNode.Checks checks() {
    NewRow row = newRow(binding, table);
    List<@Nullable SqlExpr> generated = new ArrayList<>();
    List<@Nullable SqlExpr> defaults = new ArrayList<>();
    boolean setsDefaults =
        table.foreignKeys().stream()
            .anyMatch(
                key ->
                    key.onDelete() == ForeignKey.Action.SET_DEFAULT
                        || key.onUpdate() == ForeignKey.Action.SET_DEFAULT);
    for (ColumnDescriptor column : table.columns()) {
      String sql = column.generatedSql();
      generated.add(
          sql == null ? null : assigned(sql, column, scopeOf(table, row, Clause.GENERATED)));
      defaults.add(setsDefaults ? defaultOf(column) : null);
    }
    return new ModifyNode.Checks(
        row.row(), generated, conditions(row), indexPredicates(row), defaults);
  }

  private List<ModifyNode.Check> conditions(NewRow row) {
    List<ModifyNode.Check> checks = new ArrayList<>();
    for (CheckConstraint check : table.checks()) {
      checks.add(
          new ModifyNode.Check(
              check.name(), condition(check.sql(), scopeOf(table, row, Clause.CHECK), "CHECK")));
    }
    return checks;
  }

  private List<@Nullable SqlExpr> indexPredicates(NewRow row) {
    List<@Nullable SqlExpr> predicates = new ArrayList<>();
    for (IndexDescriptor index : table.indexes()) {
      predicates.add(indexPredicate(index, row));
    }
    return predicates;
  }

  /** Which rows an index holds; null: all. */
  @Nullable SqlExpr indexPredicate(IndexDescriptor index, NewRow row) {
    String sql = index.predicateSql();
    return sql == null
        ? null
        : condition(sql, scopeOf(table, row, Clause.INDEX_PREDICATE), "WHERE");
  }

  private SqlExpr condition(String sql, Scope scope, String construct) {
    Expression written = StoredSql.expression(sql);
    return new ExpressionBinder(binding, scope).bindCondition(written, construct);
  }

  private SqlExpr assigned(String sql, ColumnDescriptor column, Scope scope) {
    Expression written = StoredSql.expression(sql);
    SqlExpr value = new ExpressionBinder(binding, scope).bind(written);
    return binding.conversions.assign(value, column.type(), column.name(), -1);
  }

  /** What a column gets when no value is given; NULL when it has no default. */
  SqlExpr defaultOf(ColumnDescriptor column) {
    String sql = column.defaultSql();
    if (column.generatedSql() != null || column.state() == ElementState.DELETE_ONLY) {
      return new SqlExpr.Constant(null, column.type());
    }
    if (column.sequence() != 0 && column.identity() != ColumnDescriptor.Identity.NONE) {
      return nextOf(column);
    }
    if (sql != null) {
      Scope none = new Scope(null, CteScope.NONE);
      none.clause = Clause.DEFAULT;
      return assigned(sql, column, none);
    }
    if (column.sequence() != 0) {
      return nextOf(column);
    }
    return new SqlExpr.Constant(null, column.type());
  }

  private SqlExpr nextOf(ColumnDescriptor column) {
    ScalarFunction nextval =
        column.identity() == ColumnDescriptor.Identity.NONE
            ? binding.functions.resolve("nextval", List.of(SqlType.REGCLASS)).function()
            : SessionFunctions.nextOfIdentity();
    SqlExpr sequence = new SqlExpr.Constant(column.sequence(), SqlType.REGCLASS);
    SqlExpr next = new SqlExpr.Call(nextval, List.of(sequence), nextval.result());
    return binding.conversions.assign(next, column.type(), column.name(), -1);
  }
}
