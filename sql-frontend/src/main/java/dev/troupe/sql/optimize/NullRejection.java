package dev.troupe.sql.optimize;

import dev.troupe.sql.plan.SqlExpr;
import java.util.BitSet;

/** Whether a condition cannot be true when certain columns are NULL. */
final class NullRejection {
  private NullRejection() {}

  /** Whether rows in which all these columns are NULL never pass. */
  static boolean rejects(SqlExpr condition, BitSet columns) {
    return switch (condition) {
      case SqlExpr.And e -> e.terms().stream().anyMatch(term -> rejects(term, columns));
      case SqlExpr.Or e -> e.terms().stream().allMatch(term -> rejects(term, columns));
      case SqlExpr.IsNull e -> e.negated() && isNull(e.term(), columns);
      case SqlExpr.IsTruth e -> {
        Boolean value = e.value();
        yield value != null && !e.negated() && isNull(e.term(), columns);
      }
      default -> isNull(condition, columns);
    };
  }

  /** Whether it is surely NULL when the columns are. */
  private static boolean isNull(SqlExpr expression, BitSet columns) {
    return switch (expression) {
      case SqlExpr.ColumnRef e -> columns.get(e.column());
      case SqlExpr.Constant e -> e.value() == null;
      case SqlExpr.Call e ->
          e.function().strict()
              && e.arguments().stream().anyMatch(argument -> isNull(argument, columns));
      case SqlExpr.Not e -> isNull(e.term(), columns);
      case SqlExpr.InList e -> isNull(e.term(), columns);
      case SqlExpr.ArrayComparison e -> isNull(e.left(), columns) && !e.all();
      case SqlExpr.Coalesce e -> e.terms().stream().allMatch(term -> isNull(term, columns));
      case SqlExpr.And e -> e.terms().stream().allMatch(term -> isNull(term, columns));
      case SqlExpr.Or e -> e.terms().stream().allMatch(term -> isNull(term, columns));
      default -> false;
    };
  }
}
