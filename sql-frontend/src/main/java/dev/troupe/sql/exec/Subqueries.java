package dev.troupe.sql.exec;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Expressions that run a query. */
final class Subqueries {
  private final Places places;
  private final PlanCompiler plans;
  private final ExprCompiler expressions;

  Subqueries(Places places, PlanCompiler plans, ExprCompiler expressions) {
    this.places = places;
    this.plans = plans;
    this.expressions = expressions;
  }

  private Subquery compile(PlanNode query, Layout layout) {
    places.enter();
    Step step = plans.compile(query);
    return Subquery.of(step, places.leave(layout), layout, places);
  }

  RowExpr scalar(SqlExpr.ScalarSubquery expression, Layout layout) {
    return compile(expression.query(), layout).remembering(places, (rows, run) -> onlyValue(rows));
  }

  private static @Nullable Object onlyValue(Operator rows) {
    RowBatch batch = rows.next();
    if (batch == null) {
      return null;
    }
    if (batch.size() > 1 || rows.next() != null) {
      throw new SqlException(
          SqlState.CARDINALITY_VIOLATION,
          "more than one row returned by a subquery used as an expression");
    }
    return batch.row(0)[0];
  }

  RowExpr exists(SqlExpr.Exists expression, Layout layout) {
    boolean negated = expression.negated();
    return compile(expression.query(), layout)
        .remembering(places, (rows, run) -> (rows.next() != null) != negated);
  }

  RowExpr array(SqlExpr.ArraySubquery expression, Layout layout) {
    SqlType element = Objects.requireNonNull(expression.type().element());
    return compile(expression.query(), layout)
        .remembering(
            places,
            (rows, run) -> {
              var values = new ArrayList<@Nullable Object>();
              for (RowBatch batch = rows.next(); batch != null; batch = rows.next()) {
                for (int i = 0; i < batch.size(); i++) {
                  values.add(batch.row(i)[0]);
                }
              }
              return SqlArray.of(element, values);
            });
  }

  RowExpr comparison(SqlExpr.QueryComparison expression, Layout layout) {
    Subquery query = compile(expression.query(), layout);
    RowExpr[] left = expressions.compileAll(expression.left(), layout);
    if (query.isUncorrelated() && !expression.all() && InQuery.canHash(expression)) {
      return new InQuery(
          left,
          KeyShape.of(expression.left().stream().map(SqlExpr::type).toList()),
          query.rows(places),
          places.place(InQuery.Known.class));
    }
    return new Comparison(
        left,
        query.rows(places),
        expression.operators().toArray(ScalarFunction[]::new),
        expression.all());
  }

  /** Compares with row after row until the result is known. */
  private record Comparison(
      RowExpr[] left, Subquery.Rows query, ScalarFunction[] operators, boolean all)
      implements RowExpr {
    @Override
    public @Nullable Object eval(@Nullable Object[] row, Execution run) {
      @Nullable Object[] values = Calls.all(left, row, run);
      boolean unknown = false;
      for (@Nullable Object[] candidate : query.of(row, run)) {
        Object result = compare(values, candidate, run);
        if (result == null) {
          unknown = true;
        } else if ((Boolean) result != all) {
          return !all;
        }
      }
      return unknown ? null : all;
    }

    private @Nullable Object compare(
        @Nullable Object[] values, @Nullable Object[] candidate, Execution run) {
      boolean unknown = false;
      for (int i = 0; i < operators.length; i++) {
        Object result = Calls.apply(operators[i], values[i], candidate[i], run);
        if (result == null) {
          unknown = true;
        } else if (!(Boolean) result) {
          return false;
        }
      }
      return unknown ? null : true;
    }
  }
}
