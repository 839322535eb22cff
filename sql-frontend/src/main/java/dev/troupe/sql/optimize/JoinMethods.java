package dev.troupe.sql.optimize;

import dev.troupe.sql.plan.CastFunction;
import dev.troupe.sql.plan.IndexAccess;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.PlanNode.JoinKind;
import dev.troupe.sql.plan.PlanNodes;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.plan.SqlExprs;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Decides how a join is computed: by looking rows up, by a hash table, or by nested loops. */
final class JoinMethods {
  /** Looking up one row of a batch, in rows read. */
  private static final double LOOKUP = 3;

  /** A row of the left side on its way through a hash join. */
  private static final double PROBE = 0.3;

  private final Estimates estimates;
  private final PartialIndexes partial;

  JoinMethods(Estimates estimates, PartialIndexes partial) {
    this.estimates = estimates;
    this.partial = partial;
  }

  /** Sides that are equal, cast to one type. */
  private record Keys(List<SqlExpr> left, List<SqlExpr> right, List<SqlExpr> residual) {}

  /**
   * @param left the left side, planned
   * @param planning plans the right side
   */
  PlanNode join(PlanNode.Join n, PlanNode left, UnaryOperator<PlanNode> planning) {
    List<SqlExpr> conditions = SqlExprs.conjuncts(n.condition());
    double leftRows = estimates.rows(n.left());
    Keys keys = keys(conditions, n);
    PlanNode.LookupJoin lookup = lookup(n, left, conditions);
    PlanNode right = planning.apply(n.right());
    if (lookup != null && lookupCost(lookup, leftRows) <= hashCost(n, keys, right, leftRows)) {
      return lookup;
    }
    if (keys.left().isEmpty()) {
      return new PlanNode.Join(n.kind(), left, right, n.condition());
    }
    return new PlanNode.HashJoin(
        n.kind(), left, right, keys.left(), keys.right(), SqlExprs.and(keys.residual()), false);
  }

  private double hashCost(PlanNode.Join n, Keys keys, PlanNode right, double leftRows) {
    double rightRows = estimates.rows(n.right());
    double reading = rightRows;
    if (right instanceof PlanNode.Scan scan && scan.access() != null) {
      boolean whole = scan.access().ranges().isEmpty();
      reading = whole ? estimates.tableRows(scan.table()) : rightRows;
    }
    double joining = keys.left().isEmpty() ? leftRows * rightRows : leftRows * PROBE;
    return AccessPaths.SEEK + reading + rightRows + joining;
  }

  private double lookupCost(PlanNode.LookupJoin join, double leftRows) {
    IndexAccess access = join.right().access();
    if (access == null) {
      return Double.MAX_VALUE;
    }
    double rows = estimates.tableRows(join.right().table());
    int matched = access.ranges().getFirst().prefix().size();
    double found = rows * estimates.rangePart(join.right().table(), access.index(), matched, rows);
    return AccessPaths.SEEK + leftRows * (LOOKUP + found * (access.covering() ? 1 : LOOKUP));
  }

  /** The join by an index of the right side's table; null when none fits. */
  private PlanNode.@Nullable LookupJoin lookup(
      PlanNode.Join n, PlanNode left, List<SqlExpr> conditions) {
    boolean possible =
        n.right() instanceof PlanNode.Scan
            && n.kind() != JoinKind.RIGHT
            && n.kind() != JoinKind.FULL
            && !conditions.isEmpty();
    if (!possible || !(n.right() instanceof PlanNode.Scan scan)) {
      return null;
    }
    List<SqlExpr> all = new ArrayList<>(conditions);
    SqlExprs.addConjuncts(scan.filter(), all);
    AccessPaths paths = new AccessPaths(scan, all, estimates, partial);
    AccessPaths.Path best = paths.best();
    boolean lookedUp =
        best.matched() > 0
            && best.access().ranges().size() == 1
            && best.used().stream().anyMatch(conditions::contains);
    if (!lookedUp) {
      return null;
    }
    List<SqlExpr> residual = new ArrayList<>();
    List<SqlExpr> own = new ArrayList<>();
    BitSet rightColumns = PlanNodes.outputIds(scan);
    for (SqlExpr condition : all) {
      if (!best.used().contains(condition)) {
        BitSet outside = SqlExprs.columns(condition);
        outside.andNot(rightColumns);
        boolean onRight = outside.isEmpty() && !conditions.contains(condition);
        (onRight ? own : residual).add(condition);
      }
    }
    PlanNode.Scan right = PushDown.withFilter(paths.by(best), SqlExprs.and(own));
    return new PlanNode.LookupJoin(n.kind(), left, right, SqlExprs.and(residual));
  }

  private static Keys keys(List<SqlExpr> conditions, PlanNode.Join n) {
    Keys keys = new Keys(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    BitSet left = PlanNodes.outputIds(n.left());
    BitSet right = PlanNodes.outputIds(n.right());
    for (SqlExpr condition : conditions) {
      if (!addKeys(condition, left, right, keys)) {
        keys.residual().add(condition);
      }
    }
    return keys;
  }

  private static boolean addKeys(SqlExpr condition, BitSet left, BitSet right, Keys keys) {
    boolean equality =
        condition instanceof SqlExpr.Call call
            && call.function().name().equals("=")
            && call.arguments().size() == 2
            && !SqlExprs.hasSubquery(call);
    if (!equality || !(condition instanceof SqlExpr.Call call)) {
      return false;
    }
    SqlExpr a = call.arguments().get(0);
    SqlExpr b = call.arguments().get(1);
    BitSet ofA = SqlExprs.columns(a);
    BitSet ofB = SqlExprs.columns(b);
    if (ofA.intersects(right) && !ofA.intersects(left)) {
      SqlExpr swapped = a;
      a = b;
      b = swapped;
      BitSet columns = ofA;
      ofA = ofB;
      ofB = columns;
    }
    boolean apart =
        ofA.intersects(left)
            && !ofA.intersects(right)
            && ofB.intersects(right)
            && !ofB.intersects(left);
    SqlType type = apart ? common(a.type(), b.type()) : null;
    if (type == null) {
      return false;
    }
    keys.left().add(cast(a, type));
    keys.right().add(cast(b, type));
    return true;
  }

  /** A type in which both have the same values when they are equal; null when there is none. */
  private static @Nullable SqlType common(SqlType a, SqlType b) {
    boolean same = a.isSameAs(b) || CastFunction.isRelabel(a, b) || CastFunction.isRelabel(b, a);
    if (same) {
      return a;
    }
    if (ExactCast.isWidening(a, b)) {
      return b;
    }
    return ExactCast.isWidening(b, a) ? a : null;
  }

  private static SqlExpr cast(SqlExpr e, SqlType type) {
    boolean widened = ExactCast.isWidening(e.type(), type);
    return widened
        ? new SqlExpr.Call(
            new CastFunction(e.type(), type.plain(), false), List.of(e), type.plain())
        : e;
  }
}
