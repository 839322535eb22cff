package dev.troupe.sql.optimize;

import dev.troupe.sql.catalog.Catalog;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.TableStatistics;
import dev.troupe.sql.plan.IndexAccess;
import dev.troupe.sql.plan.ModifyNode;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.plan.SqlExprs;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Guesses how many rows come out of the steps of a plan, by the statistics of tables and by rules
 * of thumb where there are none.
 */
final class Estimates {
  private static final double ROWS_OF_UNKNOWN_TABLE = 1000;
  private static final double ROWS_OF_FUNCTION = 100;
  private static final double ROWS_OF_VIRTUAL_TABLE = 200;
  private static final double PART_WITH_RANGE = 0.3;
  private static final double PART_WITH_CONDITION = 0.33;
  private static final double PART_OF_PATTERN = 0.1;
  private static final double DISTINCT_OF_UNKNOWN = 50;

  private final Catalog catalog;
  private final Map<Integer, Double> distinct = new HashMap<>();
  private final Map<Integer, ColumnValues> values = new HashMap<>();
  private final Map<PlanNode, Double> known = new IdentityHashMap<>();
  private final Map<Integer, Double> cteRows = new HashMap<>();

  Estimates(Catalog catalog) {
    this.catalog = catalog;
  }

  double tableRows(TableDescriptor table) {
    TableStatistics statistics = catalog.statistics(table.id());
    return statistics == null ? ROWS_OF_UNKNOWN_TABLE : Math.max(1, statistics.rows());
  }

  double rows(PlanNode plan) {
    Double before = known.get(plan);
    if (before != null) {
      return before;
    }
    double rows = Math.max(compute(plan), 0);
    known.put(plan, rows);
    return rows;
  }

  private double compute(PlanNode plan) {
    return switch (plan) {
      case PlanNode.Values n -> n.rows().size();
      case PlanNode.Scan n -> scan(n);
      case PlanNode.VirtualScan n -> ROWS_OF_VIRTUAL_TABLE * part(n.filter());
      case PlanNode.FunctionScan n -> ROWS_OF_FUNCTION;
      case PlanNode.Filter n -> atLeastOne(rows(n.input()) * part(n.condition()));
      case PlanNode.Project n -> rows(n.input());
      case PlanNode.Join n -> join(n.kind(), rows(n.left()), rows(n.right()), n.condition());
      case PlanNode.Apply n -> join(n.kind(), rows(n.left()), rows(n.right()), n.condition());
      case PlanNode.HashJoin n -> hashJoin(n);
      case PlanNode.MergeJoin n -> Math.max(rows(n.left()), rows(n.right()));
      case PlanNode.LookupJoin n -> rows(n.left());
      case PlanNode.Aggregate n -> groups(n.groupBy(), rows(n.input()));
      case PlanNode.Window n -> rows(n.input());
      case PlanNode.Sort n -> rows(n.input());
      case PlanNode.Limit n -> limit(n);
      case PlanNode.Distinct n -> groups(n.on(), rows(n.input()));
      case PlanNode.SetOperation n ->
          n.kind() == PlanNode.SetKind.UNION ? rows(n.left()) + rows(n.right()) : rows(n.left());
      case PlanNode.With n -> with(n);
      case PlanNode.CteScan n -> cteRows.getOrDefault(n.id(), ROWS_OF_UNKNOWN_TABLE);
      case PlanNode.LockRows n -> rows(n.input());
      case PlanNode.ProjectSet n -> rows(n.input()) * ROWS_OF_FUNCTION;
      case ModifyNode.Insert n -> rows(n.input());
      case ModifyNode.Update n -> rows(n.input());
      case ModifyNode.Delete n -> rows(n.input());
    };
  }

  private static double atLeastOne(double rows) {
    return Math.max(1, rows);
  }

  private double with(PlanNode.With n) {
    for (PlanNode.Cte cte : n.definitions()) {
      cteRows.put(cte.id(), rows(cte.query()) * (cte.recursive() == null ? 1 : 10));
    }
    return rows(n.input());
  }

  private double limit(PlanNode.Limit n) {
    double input = rows(n.input());
    return n.count() instanceof SqlExpr.Constant constant && constant.value() instanceof Long count
        ? Math.min(count, input)
        : input;
  }

  private double groups(List<SqlExpr> by, double input) {
    double groups = 1;
    for (SqlExpr key : by) {
      groups *= distinct(key, input);
    }
    return Math.min(groups, input);
  }

  private double hashJoin(PlanNode.HashJoin n) {
    double part = part(n.residual());
    for (int i = 0; i < n.leftKeys().size(); i++) {
      part *= equality(n.leftKeys().get(i), n.rightKeys().get(i));
    }
    return joined(n.kind(), rows(n.left()), rows(n.right()), part);
  }

  private double join(
      PlanNode.JoinKind kind, double left, double right, @Nullable SqlExpr condition) {
    return joined(kind, left, right, part(condition));
  }

  private static double joined(PlanNode.JoinKind kind, double left, double right, double part) {
    double pairs = left * right * part;
    return switch (kind) {
      case INNER -> atLeastOne(pairs);
      case LEFT -> Math.max(left, pairs);
      case RIGHT -> Math.max(right, pairs);
      case FULL -> Math.max(left + right, pairs);
      case SEMI -> atLeastOne(Math.min(left * 0.5, pairs));
      case ANTI -> atLeastOne(left * 0.5);
    };
  }

  private double scan(PlanNode.Scan n) {
    double rows = tableRows(n.table());
    learn(n, rows);
    List<SqlExpr> conditions = SqlExprs.conjuncts(n.filter());
    double found = rows;
    for (SqlExpr condition : conditions) {
      found *= part(condition);
    }
    if (n.access() != null && !n.access().ranges().isEmpty()) {
      found *= accessPart(n, rows);
    }
    return Math.min(rows, atLeastOne(found));
  }

  private double accessPart(PlanNode.Scan n, double rows) {
    var access = n.access();
    if (access == null) {
      return 1;
    }
    double sum = 0;
    for (var range : access.ranges()) {
      sum += rangePart(n.table(), access.index(), range, rows);
    }
    return Math.min(1, sum);
  }

  /** Part of the rows that lie in a range of an index. */
  double rangePart(
      TableDescriptor table, IndexDescriptor index, IndexAccess.KeyRange range, double rows) {
    int columns = range.prefix().size();
    if (index.unique() && columns == index.keys().size()) {
      return 1 / rows;
    }
    double part = 1;
    for (int i = 0; i < columns; i++) {
      int column = index.keys().get(i).column();
      ColumnValues counted = values(table, column);
      Object constant = constant(range.prefix().get(i));
      part *=
          counted != null && constant != null && counted.canCompare(constant)
              ? counted.equal(constant)
              : 1 / columnDistinct(table, column, rows);
    }
    if (columns < index.keys().size()) {
      part *= boundPart(values(table, index.keys().get(columns).column()), range);
    }
    return Math.max(part, 1 / rows);
  }

  private static double boundPart(@Nullable ColumnValues counted, IndexAccess.KeyRange range) {
    IndexAccess.Bound lower = range.lower();
    IndexAccess.Bound upper = range.upper();
    if (lower == null && upper == null) {
      return 1;
    }
    Object low = lower == null ? null : constant(lower.value());
    Object high = upper == null ? null : constant(upper.value());
    boolean known =
        counted != null
            && (lower == null || (low != null && counted.canCompare(low)))
            && (upper == null || (high != null && counted.canCompare(high)));
    return counted == null || !known ? PART_WITH_RANGE : counted.between(low, high);
  }

  /** Part of the rows whose first key columns have certain values. */
  double rangePart(TableDescriptor table, IndexDescriptor index, int columns, double rows) {
    if (index.unique() && columns == index.keys().size()) {
      return 1 / rows;
    }
    double part = 1;
    for (int i = 0; i < columns; i++) {
      part /= columnDistinct(table, index.keys().get(i).column(), rows);
    }
    return Math.max(part, 1 / rows);
  }

  /** Remembers how many values the columns of a table have. */
  void learn(PlanNode.Scan n, double rows) {
    for (int i = 0; i < n.columns().size(); i++) {
      int id = n.output().get(i).id();
      distinct.put(id, columnDistinct(n.table(), n.columns().get(i), rows));
      ColumnValues counted = values(n.table(), n.columns().get(i));
      if (counted != null) {
        values.put(id, counted);
      }
    }
  }

  private @Nullable ColumnValues values(TableDescriptor table, int column) {
    TableStatistics statistics = catalog.statistics(table.id());
    return statistics == null
        ? null
        : ColumnValues.of(statistics, column, table.column(column).type());
  }

  private double columnDistinct(TableDescriptor table, int column, double rows) {
    TableStatistics statistics = catalog.statistics(table.id());
    Long counted = statistics == null ? null : statistics.distinct().get(column);
    if (counted != null) {
      return Math.max(1, counted);
    }
    if (isUnique(table.primary(), column)) {
      return rows;
    }
    for (IndexDescriptor index : table.indexes()) {
      if (isUnique(index, column)) {
        return rows;
      }
    }
    return Math.max(1, Math.min(rows, Math.max(DISTINCT_OF_UNKNOWN, rows / 10)));
  }

  private static boolean isUnique(IndexDescriptor index, int column) {
    return index.unique() && index.keys().size() == 1 && index.keys().getFirst().column() == column;
  }

  private double distinct(SqlExpr e, double rows) {
    Double counted = e instanceof SqlExpr.ColumnRef column ? distinct.get(column.column()) : null;
    return Math.max(1, Math.min(rows, counted == null ? DISTINCT_OF_UNKNOWN : counted));
  }

  private double equality(SqlExpr left, SqlExpr right) {
    boolean leftFixed = !(left instanceof SqlExpr.ColumnRef);
    boolean rightFixed = !(right instanceof SqlExpr.ColumnRef);
    if (leftFixed && rightFixed) {
      return PART_WITH_CONDITION;
    }
    if (leftFixed) {
      return known(right, left, ColumnValues::equal, 1 / distinct(right, Double.MAX_VALUE));
    }
    if (rightFixed) {
      return known(left, right, ColumnValues::equal, 1 / distinct(left, Double.MAX_VALUE));
    }
    return 1 / Math.max(distinct(left, Double.MAX_VALUE), distinct(right, Double.MAX_VALUE));
  }

  /** Part of the rows, or of the pairs of rows, for which a condition is true. */
  double part(@Nullable SqlExpr condition) {
    if (condition == null) {
      return 1;
    }
    return switch (condition) {
      case SqlExpr.Constant e -> Boolean.TRUE.equals(e.value()) ? 1 : 0;
      case SqlExpr.And e -> {
        double part = 1;
        for (SqlExpr term : e.terms()) {
          part *= part(term);
        }
        yield part;
      }
      case SqlExpr.Or e -> {
        double part = 0;
        for (SqlExpr term : e.terms()) {
          part += part(term);
        }
        yield Math.min(1, part);
      }
      case SqlExpr.Not e -> 1 - part(e.term());
      case SqlExpr.IsNull e -> {
        ColumnValues counted = valuesOf(e.term());
        double part = counted == null ? 0.05 : counted.nulls();
        yield e.negated() ? 1 - part : part;
      }
      case SqlExpr.InList e -> {
        double part = 0;
        for (SqlExpr value : e.values()) {
          part += equality(e.term(), value);
        }
        yield e.negated() ? Math.max(0.1, 1 - part) : Math.min(1, part);
      }
      case SqlExpr.Call e -> callPart(e);
      default -> PART_WITH_CONDITION;
    };
  }

  /** By what is known of a column that is compared with a constant; otherwise a rule of thumb. */
  private double known(
      SqlExpr left, SqlExpr right, ToDoubleBiFunction<ColumnValues, Object> part, double rule) {
    ColumnValues values = valuesOf(left);
    Object constant = constant(right);
    return values != null && constant != null && values.canCompare(constant)
        ? part.applyAsDouble(values, constant)
        : rule;
  }

  private double rangePart(SqlExpr left, SqlExpr right, boolean above) {
    boolean mirrored = valuesOf(left) == null;
    SqlExpr column = mirrored ? right : left;
    SqlExpr bound = mirrored ? left : right;
    return known(
        column,
        bound,
        above == mirrored ? ColumnValues::below : ColumnValues::above,
        PART_WITH_RANGE);
  }

  private @Nullable ColumnValues valuesOf(SqlExpr e) {
    return e instanceof SqlExpr.ColumnRef column ? values.get(column.column()) : null;
  }

  static @Nullable Object constant(SqlExpr e) {
    return e instanceof SqlExpr.Constant constant ? constant.value() : null;
  }

  private double callPart(SqlExpr.Call e) {
    if (e.arguments().size() != 2) {
      return PART_WITH_CONDITION;
    }
    SqlExpr left = e.arguments().get(0);
    SqlExpr right = e.arguments().get(1);
    return switch (e.function().name()) {
      case "=" -> equality(left, right);
      case "<>" -> known(left, right, ColumnValues::different, 0.9);
      case "<", "<=" -> rangePart(left, right, false);
      case ">", ">=" -> rangePart(left, right, true);
      case "~~", "~~*", "~", "~*" -> PART_OF_PATTERN;
      default -> PART_WITH_CONDITION;
    };
  }
}
