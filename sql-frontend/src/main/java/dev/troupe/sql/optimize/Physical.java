package dev.troupe.sql.optimize;

import dev.troupe.sql.catalog.Catalog;
import dev.troupe.sql.plan.AggregateCall;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.PlanNodes;
import dev.troupe.sql.plan.SortKey;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.plan.SqlExprs;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides how the steps of a plan are done: by which index a table is read, how joins are computed,
 * where an index saves a sort. Leaves the columns of every step as they are.
 */
final class Physical {
  /** How many rows a LIMIT is thought to ask for when that is only known later. */
  private static final long UNKNOWN_LIMIT = 100;

  private final Estimates estimates;
  private final PartialIndexes partial;
  private final JoinMethods joins;

  Physical(Estimates estimates, Catalog catalog) {
    this.estimates = estimates;
    this.partial = new PartialIndexes(catalog);
    this.joins = new JoinMethods(estimates, partial);
  }

  PlanNode plan(PlanNode plan) {
    return switch (plan) {
      case PlanNode.Scan n -> scan(n);
      case PlanNode.Join n -> joins.join(n, plan(n.left()), this::plan);
      case PlanNode.Sort n -> sort(n, 0);
      case PlanNode.Limit n -> limit(n);
      case PlanNode.Aggregate n -> aggregate(n);
      case PlanNode.Apply n -> apply(n);
      case PlanNode.Project n ->
          fused(new PlanNode.Project(plan(n.input()), n.output(), n.expressions()));
      default -> PlanNodes.mapInputs(plan, this::plan);
    };
  }

  /** A projection that only chooses columns of a scan is done by the scan. */
  private static PlanNode fused(PlanNode.Project n) {
    if (!(n.input() instanceof PlanNode.Scan scan)) {
      return n;
    }
    BitSet chosen = new BitSet();
    List<Integer> columns = new ArrayList<>();
    for (int i = 0; i < n.output().size(); i++) {
      int id = n.output().get(i).id();
      int position = positionOf(scan, id);
      boolean same = n.expressions().get(i) instanceof SqlExpr.ColumnRef ref && ref.column() == id;
      if (!same || position < 0 || chosen.get(id)) {
        return n;
      }
      chosen.set(id);
      columns.add(scan.columns().get(position));
    }
    SqlExpr filter = scan.filter();
    BitSet needed = filter == null ? new BitSet() : SqlExprs.columns(filter);
    needed.and(PlanNodes.outputIds(scan));
    needed.andNot(chosen);
    return needed.isEmpty()
        ? new PlanNode.Scan(
            scan.table(),
            scan.alias(),
            n.output(),
            columns,
            scan.access(),
            filter,
            scan.lock(),
            scan.limit())
        : n;
  }

  private static int positionOf(PlanNode.Scan scan, int column) {
    for (int i = 0; i < scan.output().size(); i++) {
      if (scan.output().get(i).id() == column) {
        return i;
      }
    }
    return -1;
  }

  private AccessPaths paths(PlanNode.Scan n) {
    return new AccessPaths(n, SqlExprs.conjuncts(n.filter()), estimates, partial);
  }

  private PlanNode scan(PlanNode.Scan n) {
    if (n.access() != null) {
      return n;
    }
    AccessPaths paths = paths(n);
    return paths.by(paths.best().inAnyOrder());
  }

  private PlanNode apply(PlanNode.Apply n) {
    PlanNode left = plan(n.left());
    PlanNode right = plan(n.right());
    var registers = PlanNodes.freeColumns(right);
    registers.and(PlanNodes.outputIds(left));
    return new PlanNode.Apply(
        n.kind(), left, right, n.condition(), registers.stream().boxed().toList());
  }

  /**
   * @param limit rows that are wanted of the sorted ones; 0: all
   */
  private PlanNode sort(PlanNode.Sort n, long limit) {
    PlanNode ordered = ordered(n.input(), n.keys(), limit);
    return ordered != null ? ordered : new PlanNode.Sort(plan(n.input()), n.keys(), limit);
  }

  private PlanNode limit(PlanNode.Limit n) {
    Long known = rows(n);
    long wanted = known == null ? UNKNOWN_LIMIT : known;
    boolean ties = !n.tiesBy().isEmpty();
    PlanNode input = n.input();
    PlanNode planned;
    if (input instanceof PlanNode.Sort sort && n.count() != null) {
      PlanNode ordered = ordered(sort.input(), sort.keys(), wanted);
      planned =
          ordered == null
              ? new PlanNode.Sort(
                  plan(sort.input()), sort.keys(), known == null || ties ? 0 : known)
              : ordered;
    } else {
      planned = plan(input);
    }
    if (known != null && !ties && n.count() != null) {
      planned = limited(planned, known);
    }
    return new PlanNode.Limit(planned, n.count(), n.offset(), n.tiesBy());
  }

  /** Rows up to the end of the limit; null when that is not known yet. */
  private static @Nullable Long rows(PlanNode.Limit n) {
    Long count = constant(n.count());
    SqlExpr offset = n.offset();
    Long skipped = offset == null ? Long.valueOf(0) : constant(offset);
    if (count == null || skipped == null || count < 0 || skipped < 0) {
      return null;
    }
    boolean moderate = count < Integer.MAX_VALUE && skipped < Integer.MAX_VALUE;
    return moderate ? Long.valueOf(count + skipped) : null;
  }

  private static @Nullable Long constant(@Nullable SqlExpr e) {
    return e instanceof SqlExpr.Constant constant && constant.value() instanceof Long value
        ? value
        : null;
  }

  /** Tells a scan how many rows are wanted, when it decides alone how many come. */
  private static PlanNode limited(PlanNode plan, long rows) {
    return switch (plan) {
      case PlanNode.Project n ->
          new PlanNode.Project(limited(n.input(), rows), n.output(), n.expressions());
      case PlanNode.Scan n ->
          new PlanNode.Scan(
              n.table(),
              n.alias(),
              n.output(),
              n.columns(),
              n.access(),
              n.filter(),
              n.lock(),
              rows);
      default -> plan;
    };
  }

  /**
   * The plan with its rows in an order that an index gives; null when sorting is cheaper.
   *
   * @param limit rows that are wanted; 0: all
   */
  private @Nullable PlanNode ordered(PlanNode plan, List<SortKey> keys, long limit) {
    return switch (plan) {
      case PlanNode.Project n -> orderedProject(n, keys, limit);
      case PlanNode.Filter n -> {
        PlanNode input = ordered(n.input(), keys, limit);
        yield input == null ? null : new PlanNode.Filter(input, n.condition());
      }
      case PlanNode.Scan n -> orderedScan(n, keys, limit);
      default -> null;
    };
  }

  private @Nullable PlanNode orderedProject(PlanNode.Project n, List<SortKey> keys, long limit) {
    List<SortKey> below = new ArrayList<>();
    for (SortKey key : keys) {
      SqlExpr source = null;
      for (int i = 0; i < n.output().size(); i++) {
        boolean meant =
            key.expression() instanceof SqlExpr.ColumnRef ref
                && n.output().get(i).id() == ref.column();
        source = meant ? n.expressions().get(i) : source;
      }
      if (source == null) {
        return null;
      }
      below.add(new SortKey(source, key.descending(), key.nullsFirst()));
    }
    PlanNode input = ordered(n.input(), below, limit);
    return input == null ? null : fused(new PlanNode.Project(input, n.output(), n.expressions()));
  }

  private @Nullable PlanNode orderedScan(PlanNode.Scan n, List<SortKey> keys, long limit) {
    AccessPaths paths = paths(n);
    AccessPaths.Path ordered = paths.ordered(keys);
    if (ordered == null) {
      return null;
    }
    AccessPaths.Path best = paths.best();
    double rows = Math.max(2, estimates.rows(n));
    double sorting = best.cost() + rows * Math.log(rows) * 0.3;
    double cost = ordered.cost();
    if (limit > 0) {
      cost = AccessPaths.SEEK + cost * Math.min(1, limit / rows);
    }
    return cost <= sorting ? paths.by(ordered) : null;
  }

  private PlanNode aggregate(PlanNode.Aggregate n) {
    PlanNode extreme = extreme(n);
    return extreme != null ? extreme : PlanNodes.mapInputs(n, this::plan);
  }

  /** The smallest or greatest value of a column that an index has in order. */
  private @Nullable PlanNode extreme(PlanNode.Aggregate n) {
    boolean single = n.groupBy().isEmpty() && n.groupingSets() == null && n.calls().size() == 1;
    if (!single || !(n.input() instanceof PlanNode.Scan scan)) {
      return null;
    }
    AggregateCall call = n.calls().getFirst();
    String name = call.function().name();
    boolean suitable =
        (name.equals("min") || name.equals("max"))
            && call.filter() == null
            && call.arguments().getFirst() instanceof SqlExpr.ColumnRef;
    if (!suitable) {
      return null;
    }
    SqlExpr column = call.arguments().getFirst();
    boolean max = name.equals("max");
    List<SqlExpr> conditions = SqlExprs.conjuncts(scan.filter());
    conditions.add(new SqlExpr.IsNull(column, true));
    PlanNode.Scan present = PushDown.withFilter(scan, SqlExprs.and(conditions));
    PlanNode ordered = orderedScan(present, List.of(new SortKey(column, max, max)), 1);
    if (ordered == null) {
      return null;
    }
    PlanNode first =
        new PlanNode.Limit(
            limited(ordered, 1), new SqlExpr.Constant(1L, SqlType.INT8), null, List.of());
    return new PlanNode.Aggregate(first, n.output(), n.groupBy(), null, n.calls(), false);
  }
}
