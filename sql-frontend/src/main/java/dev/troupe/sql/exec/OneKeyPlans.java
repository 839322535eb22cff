package dev.troupe.sql.exec;

import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.plan.IndexAccess;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.RowLock;
import dev.troupe.sql.plan.SqlExpr;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Knows plans that read one row by its primary key and nothing else. */
final class OneKeyPlans {
  private OneKeyPlans() {}

  static boolean matches(PlanNode plan) {
    return switch (plan) {
      case PlanNode.Scan scan -> readsOneKey(scan);
      case PlanNode.Project project ->
          matches(project.input()) && project.expressions().stream().allMatch(OneKeyPlans::isPlain);
      case PlanNode.Filter filter -> matches(filter.input()) && isPlain(filter.condition());
      case PlanNode.Limit limit ->
          matches(limit.input())
              && limit.tiesBy().isEmpty()
              && isPlain(limit.count())
              && isPlain(limit.offset());
      default -> false;
    };
  }

  private static boolean readsOneKey(PlanNode.Scan scan) {
    IndexAccess access = scan.access();
    if (access == null || scan.lock() != RowLock.NONE || access.ranges().size() != 1) {
      return false;
    }
    IndexAccess.KeyRange range = access.ranges().getFirst();
    boolean coveringUnique =
        access.index().primary() || (access.index().unique() && access.covering());
    return coveringUnique
        && range.prefix().size() == access.index().keys().size()
        && arePlain(range.prefix())
        && isPlain(scan.filter());
  }

  /** Whether it asks nobody: subqueries read, and functions that are not immutable may. */
  private static boolean isPlain(@Nullable SqlExpr expression) {
    return switch (expression) {
      case null -> true;
      case SqlExpr.Constant e -> true;
      case SqlExpr.Parameter e -> true;
      case SqlExpr.ColumnRef e -> true;
      case SqlExpr.Call e ->
          e.function().volatility() == ScalarFunction.Volatility.IMMUTABLE
              && arePlain(e.arguments());
      case SqlExpr.And e -> arePlain(e.terms());
      case SqlExpr.Or e -> arePlain(e.terms());
      case SqlExpr.Not e -> isPlain(e.term());
      case SqlExpr.IsNull e -> isPlain(e.term());
      case SqlExpr.IsTruth e -> isPlain(e.term());
      case SqlExpr.IsDistinct e -> isPlain(e.left()) && isPlain(e.right());
      case SqlExpr.Coalesce e -> arePlain(e.terms());
      case SqlExpr.InList e -> isPlain(e.term()) && arePlain(e.values());
      default -> false;
    };
  }

  private static boolean arePlain(List<SqlExpr> expressions) {
    return expressions.stream().allMatch(OneKeyPlans::isPlain);
  }
}
