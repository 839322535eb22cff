package dev.troupe.sql.optimize;

import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.PlanNode.JoinKind;
import dev.troupe.sql.plan.PlanNodes;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.plan.SqlExprs;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns subqueries of conditions into joins: EXISTS and IN into semi-joins, their negations into
 * anti-joins, and aggregates over the rows of a correlated subquery into a join with groups. What
 * cannot be turned safely stays a subquery.
 */
final class Unnesting {
  /** Below this, asking for each row is cheaper than computing all groups. */
  private static final double OUTER_ROWS_MIN = 50;

  private final Estimates estimates;

  Unnesting(Estimates estimates) {
    this.estimates = estimates;
  }

  /** A plan with joins in the place of subqueries, and what is to be demanded of it still. */
  record Unnested(PlanNode plan, List<SqlExpr> conditions) {}

  Unnested unnest(PlanNode input, List<SqlExpr> conditions) {
    if (conditions.stream().noneMatch(SqlExprs::hasSubquery)) {
      return new Unnested(input, conditions);
    }
    PlanNode plan = input;
    List<SqlExpr> rest = new ArrayList<>();
    double rows = estimates.rows(input);
    for (SqlExpr condition : conditions) {
      rows *= SqlExprs.hasSubquery(condition) ? 1 : estimates.part(condition);
    }
    for (SqlExpr condition : conditions) {
      PlanNode joined = asJoin(plan, condition);
      if (joined != null) {
        plan = joined;
      } else {
        ScalarJoins scalars = new ScalarJoins(plan, rows >= OUTER_ROWS_MIN);
        rest.add(SqlExprs.replace(condition, scalars::replacement));
        plan = scalars.plan;
      }
    }
    return new Unnested(plan, rest);
  }

  /** Same for the expressions of a projection. */
  Unnested unnestValues(PlanNode input, List<SqlExpr> values) {
    boolean worthwhile =
        values.stream().anyMatch(SqlExprs::hasSubquery) && estimates.rows(input) >= OUTER_ROWS_MIN;
    if (!worthwhile) {
      return new Unnested(input, values);
    }
    ScalarJoins scalars = new ScalarJoins(input, true);
    List<SqlExpr> replaced = new ArrayList<>();
    for (SqlExpr value : values) {
      replaced.add(SqlExprs.replace(value, scalars::replacement));
    }
    return new Unnested(scalars.plan, replaced);
  }

  private static @Nullable PlanNode asJoin(PlanNode input, SqlExpr condition) {
    return switch (condition) {
      case SqlExpr.Exists e -> exists(input, e);
      case SqlExpr.QueryComparison e -> isIn(e) ? in(input, e) : null;
      case SqlExpr.Not not ->
          not.term() instanceof SqlExpr.QueryComparison e && isIn(e) ? notIn(input, e) : null;
      default -> null;
    };
  }

  private static boolean isIn(SqlExpr.QueryComparison e) {
    return !e.all()
        && e.operators().stream().allMatch(operator -> operator.name().equals("="))
        && e.left().stream().noneMatch(left -> SqlExprs.hasSubquery(left));
  }

  private static BitSet correlated(PlanNode query, PlanNode input) {
    BitSet columns = PlanNodes.freeColumns(query);
    columns.and(PlanNodes.outputIds(input));
    return columns;
  }

  private static @Nullable PlanNode exists(PlanNode input, SqlExpr.Exists e) {
    BitSet columns = correlated(e.query(), input);
    if (columns.isEmpty()) {
      return null;
    }
    Pulled pulled = Pulled.from(withoutOrder(e.query(), true), columns);
    return pulled == null || pulled.conditions().isEmpty()
        ? null
        : new PlanNode.Join(
            e.negated() ? JoinKind.ANTI : JoinKind.SEMI,
            input,
            pulled.plan(),
            SqlExprs.and(pulled.conditions()));
  }

  /** What does not matter when only the presence of rows does. */
  private static PlanNode withoutOrder(PlanNode query, boolean presenceOnly) {
    return switch (query) {
      case PlanNode.Sort n -> withoutOrder(n.input(), presenceOnly);
      case PlanNode.Distinct n ->
          presenceOnly || n.on().size() == n.output().size()
              ? withoutOrder(n.input(), presenceOnly)
              : n;
      case PlanNode.Project n -> presenceOnly ? withoutOrder(n.input(), true) : n;
      case PlanNode.Limit n -> presenceOnly && isPositive(n) ? withoutOrder(n.input(), true) : n;
      default -> query;
    };
  }

  private static boolean isPositive(PlanNode.Limit n) {
    return n.offset() == null
        && n.count() instanceof SqlExpr.Constant constant
        && constant.value() instanceof Long count
        && count > 0;
  }

  private static @Nullable PlanNode in(PlanNode input, SqlExpr.QueryComparison e) {
    BitSet columns = correlated(e.query(), input);
    Pulled pulled = Pulled.from(withoutOrder(e.query(), false), columns);
    if (pulled == null) {
      return null;
    }
    List<SqlExpr> conditions = new ArrayList<>(pulled.conditions());
    List<Column> output = e.query().output();
    for (int i = 0; i < e.left().size(); i++) {
      ScalarFunction equals = e.operators().get(i);
      SqlExpr right = new SqlExpr.ColumnRef(output.get(i).id(), output.get(i).type());
      conditions.add(new SqlExpr.Call(equals, List.of(e.left().get(i), right), SqlType.BOOL));
    }
    return new PlanNode.Join(JoinKind.SEMI, input, pulled.plan(), SqlExprs.and(conditions));
  }

  /** NULLs on either side make NOT IN unknown, which a hash join can find out for one column. */
  private static @Nullable PlanNode notIn(PlanNode input, SqlExpr.QueryComparison e) {
    if (e.left().size() != 1 || !correlated(e.query(), input).isEmpty()) {
      return null;
    }
    Column output = e.query().output().getFirst();
    SqlExpr right = new SqlExpr.ColumnRef(output.id(), output.type());
    return new PlanNode.HashJoin(
        JoinKind.ANTI, input, withoutOrder(e.query(), false), e.left(), List.of(right), null, true);
  }

  /** Joins that stand for correlated scalar aggregates. */
  private static final class ScalarJoins {
    private PlanNode plan;
    private final boolean worthwhile;

    ScalarJoins(PlanNode input, boolean worthwhile) {
      this.plan = input;
      this.worthwhile = worthwhile;
    }

    /** A value of the joined plan in the place of a subquery; null: leave it. */
    @Nullable SqlExpr replacement(SqlExpr part) {
      if (part instanceof SqlExpr.Case || part instanceof SqlExpr.Coalesce) {
        // Branches that are not taken must not be computed: they could fail.
        return part;
      }
      if (!worthwhile || !(part instanceof SqlExpr.ScalarSubquery subquery)) {
        return null;
      }
      BitSet columns = correlated(subquery.query(), plan);
      GroupedSubquery grouped =
          columns.isEmpty() ? null : GroupedSubquery.of(subquery.query(), columns);
      if (grouped == null) {
        return part;
      }
      plan = new PlanNode.Join(JoinKind.LEFT, plan, grouped.groups(), grouped.condition());
      return grouped.value();
    }
  }
}
