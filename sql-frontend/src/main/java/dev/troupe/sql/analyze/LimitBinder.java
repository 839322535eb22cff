package dev.troupe.sql.analyze;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.SortKey;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.Query;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Binds LIMIT, OFFSET and FETCH. */
final class LimitBinder {
  private final Binding binding;
  private final Scope scope;

  LimitBinder(Binding binding, @Nullable Scope outer, CteScope ctes) {
    this.binding = binding;
    this.scope = new Scope(outer, ctes);
  }

  PlanNode limit(PlanNode input, Query.@Nullable Limit limit, List<SortKey> order) {
    if (limit == null) {
      return input;
    }
    SqlExpr count = bound(limit.count(), Clause.LIMIT);
    SqlExpr offset = bound(limit.offset(), Clause.OFFSET);
    if (limit.withTies() && order.isEmpty()) {
      throw new SqlException(
          SqlState.SYNTAX_ERROR, "WITH TIES cannot be specified without ORDER BY clause");
    }
    if (count == null && offset == null) {
      return input;
    }
    return new PlanNode.Limit(input, count, offset, limit.withTies() ? order : List.of());
  }

  private @Nullable SqlExpr bound(@Nullable Expression written, Clause clause) {
    if (written == null || written instanceof Expression.NullLiteral) {
      return null;
    }
    if (written instanceof Expression.ColumnReference) {
      throw SqlException.of(
              SqlState.INVALID_COLUMN_REFERENCE,
              "argument of %s must not contain variables",
              clause.phrase())
          .at(written.position());
    }
    scope.clause = clause;
    SqlExpr value = new ExpressionBinder(binding, scope).bind(written);
    return binding.conversions.integral(value, clause.phrase(), written.position());
  }
}
