package dev.troupe.sql.analyze;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.Query;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.List;

/** Binds queries inside of expressions. */
final class SubqueryBinder {
  private final Binding binding;
  private final Scope scope;
  private final ExpressionBinder expressions;

  SubqueryBinder(Binding binding, Scope scope, ExpressionBinder expressions) {
    this.binding = binding;
    this.scope = scope;
    this.expressions = expressions;
  }

  private PlanNode plan(Query query) {
    return new QueryBinder(binding, scope, scope.ctes).bind(query).plan();
  }

  SqlExpr exists(Expression.Exists e) {
    return new SqlExpr.Exists(plan(e.query()), false);
  }

  SqlExpr scalar(Expression.ScalarQuery e) {
    PlanNode plan = plan(e.query());
    requireOneColumn(plan, e.position());
    return new SqlExpr.ScalarSubquery(plan, plan.output().getFirst().type());
  }

  SqlExpr array(Expression.ArrayQuery e) {
    PlanNode plan = plan(e.query());
    requireOneColumn(plan, e.position());
    SqlType element = plan.output().getFirst().type();
    return new SqlExpr.ArraySubquery(plan, element.isArray() ? element : SqlType.arrayOf(element));
  }

  private static void requireOneColumn(PlanNode plan, int position) {
    if (plan.output().size() != 1) {
      throw new SqlException(SqlState.SYNTAX_ERROR, "subquery must return only one column")
          .at(position);
    }
  }

  SqlExpr in(Expression.InQuery e) {
    SqlExpr in = compare("=", e.operand(), e.query(), false, e.position());
    return e.negated() ? new SqlExpr.Not(in) : in;
  }

  SqlExpr comparison(Expression.QueryComparison e) {
    return compare(e.operator(), e.left(), e.query(), e.all(), e.position());
  }

  private SqlExpr compare(
      String symbol, Expression leftSide, Query query, boolean all, int position) {
    List<SqlExpr> left = sides(leftSide);
    PlanNode plan = plan(query);
    requireSameWidth(left.size(), plan.output().size(), position);
    boolean pairwise =
        left.size() == 1 || symbol.equals("=") || symbol.equals("<>") || symbol.equals("!=");
    if (!pairwise) {
      throw ExpressionBinder.unsupported(
          "row comparison with operator " + symbol + " is not supported for subqueries", position);
    }
    List<SqlExpr> castLeft = new ArrayList<>();
    List<SqlExpr> right = new ArrayList<>();
    List<ScalarFunction> operators = new ArrayList<>();
    for (int i = 0; i < left.size(); i++) {
      Column column = plan.output().get(i);
      SqlExpr reference = new SqlExpr.ColumnRef(column.id(), column.type());
      OperatorBinder.Chosen chosen =
          expressions.operators().chooseComparison(symbol, left.get(i), reference, position);
      castLeft.add(chosen.left());
      right.add(chosen.right());
      operators.add(chosen.function());
    }
    return new SqlExpr.QueryComparison(castLeft, projected(plan, right), operators, all);
  }

  private List<SqlExpr> sides(Expression e) {
    if (e instanceof Expression.RowConstructor row) {
      return expressions.rowFields(row);
    }
    SqlExpr bound = expressions.bind(e);
    return bound instanceof SqlExpr.Row row ? row.fields() : List.of(bound);
  }

  private static void requireSameWidth(int left, int right, int position) {
    if (right < left) {
      throw new SqlException(SqlState.SYNTAX_ERROR, "subquery has too few columns").at(position);
    }
    if (right > left) {
      throw new SqlException(SqlState.SYNTAX_ERROR, "subquery has too many columns").at(position);
    }
  }

  /** The query with its columns cast, if any of them has to be. */
  private PlanNode projected(PlanNode plan, List<SqlExpr> values) {
    List<Column> output = new ArrayList<>();
    boolean changed = false;
    for (int i = 0; i < values.size(); i++) {
      Column column = plan.output().get(i);
      boolean same = values.get(i) instanceof SqlExpr.ColumnRef;
      changed |= !same;
      output.add(same ? column : binding.newColumn(column.name(), values.get(i).type()));
    }
    return changed ? new PlanNode.Project(plan, output, values) : plan;
  }

  /** {@code (a, b) < (SELECT c, d ...)}: one row, whose columns are subqueries' fields. */
  SqlExpr rowComparison(String symbol, Expression.RowConstructor row, Query query, int position) {
    List<SqlExpr> left = expressions.rowFields(row);
    PlanNode plan = plan(query);
    requireSameWidth(left.size(), plan.output().size(), position);
    List<SqlExpr> fields = new ArrayList<>();
    for (Column column : plan.output()) {
      fields.add(new SqlExpr.ColumnRef(column.id(), column.type()));
    }
    Column packed = binding.newColumn("row", SqlType.RECORD);
    PlanNode rows =
        new PlanNode.Project(
            plan, List.of(packed), List.of(new SqlExpr.Row(fields, SqlType.RECORD)));
    SqlExpr record = new SqlExpr.ScalarSubquery(rows, SqlType.RECORD);
    List<SqlExpr> right = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      right.add(new SqlExpr.Field(record, i, fields.get(i).type()));
    }
    return expressions.operators().compareRows(symbol, left, right, position);
  }
}
