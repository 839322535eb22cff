package dev.troupe.sql.optimize;

import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.ModifyNode;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.PlanNode.JoinKind;
import dev.troupe.sql.plan.PlanNodes;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.plan.SqlExprs;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Moves conditions to where rows come from, and has joins ordered where it meets them. Conditions
 * that are volatile stay where they are.
 */
final class PushDown {
  private final Estimates estimates;
  private final Unnesting unnesting;

  PushDown(Estimates estimates) {
    this.estimates = estimates;
    this.unnesting = new Unnesting(estimates);
  }

  /**
   * The plan with conditions demanded of its rows, as deep inside as possible.
   *
   * @param conditions over the plan's output and columns of outer queries
   */
  PlanNode push(PlanNode plan, List<SqlExpr> conditions) {
    return switch (plan) {
      case PlanNode.Filter n -> filter(n, conditions);
      case PlanNode.Project n -> project(n, conditions);
      case PlanNode.Join n -> join(n, conditions);
      case PlanNode.Apply n -> apply(n, conditions);
      case PlanNode.Aggregate n -> aggregate(n, conditions);
      case PlanNode.Window n -> window(n, conditions);
      case PlanNode.Sort n -> new PlanNode.Sort(push(n.input(), conditions), n.keys(), n.limit());
      case PlanNode.Limit n -> above(inputsOnly(n), conditions);
      case PlanNode.Distinct n -> distinct(n, conditions);
      case PlanNode.SetOperation n -> setOperation(n, conditions);
      case PlanNode.With n -> with(n, conditions);
      case PlanNode.LockRows n -> above(inputsOnly(n), conditions);
      case PlanNode.ProjectSet n -> projectSet(n, conditions);
      case PlanNode.Scan n -> scan(n, conditions);
      case PlanNode.VirtualScan n -> virtualScan(n, conditions);
      case PlanNode.Values n -> above(n, conditions);
      case PlanNode.FunctionScan n -> above(n, conditions);
      case PlanNode.CteScan n -> above(n, conditions);
      case PlanNode.HashJoin n -> hashJoin(n, conditions);
      case PlanNode.MergeJoin n -> above(inputsOnly(n), conditions);
      case PlanNode.LookupJoin n -> above(n, conditions);
      case ModifyNode.Insert n -> inputsOnly(n);
      case ModifyNode.Update n -> PlanNodes.mapInputs(n, this::pushInOrder);
      case ModifyNode.Delete n -> PlanNodes.mapInputs(n, this::pushInOrder);
    };
  }

  private PlanNode inputsOnly(PlanNode node) {
    return PlanNodes.mapInputs(node, input -> push(input, List.of()));
  }

  /** Joins may have been exchanged, but whoever changes rows has to find them in front. */
  private PlanNode pushInOrder(PlanNode input) {
    PlanNode pushed = push(input, List.of());
    if (pushed.output().equals(input.output())) {
      return pushed;
    }
    List<SqlExpr> values = new ArrayList<>();
    for (Column column : input.output()) {
      values.add(new SqlExpr.ColumnRef(column.id(), column.type()));
    }
    return new PlanNode.Project(pushed, input.output(), values);
  }

  static PlanNode above(PlanNode input, List<SqlExpr> conditions) {
    SqlExpr all = SqlExprs.and(conditions);
    return all == null ? input : new PlanNode.Filter(input, all);
  }

  private PlanNode filter(PlanNode.Filter n, List<SqlExpr> conditions) {
    List<SqlExpr> all = new ArrayList<>(conditions);
    List<SqlExpr> stay = new ArrayList<>();
    for (SqlExpr term : SqlExprs.conjuncts(n.condition())) {
      (SqlExprs.isVolatile(term) ? stay : all).add(term);
    }
    if (all.stream().anyMatch(PushDown::neverTrue)) {
      return new PlanNode.Values(n.output(), List.of());
    }
    Unnesting.Unnested unnested = unnesting.unnest(n.input(), all);
    return above(push(unnested.plan(), unnested.conditions()), stay);
  }

  private static boolean neverTrue(SqlExpr condition) {
    return condition instanceof SqlExpr.Constant constant && !Boolean.TRUE.equals(constant.value());
  }

  private PlanNode project(PlanNode.Project n, List<SqlExpr> conditions) {
    Map<Integer, SqlExpr> values = new HashMap<>();
    BitSet fixed = new BitSet();
    for (int i = 0; i < n.output().size(); i++) {
      SqlExpr value = n.expressions().get(i);
      int id = n.output().get(i).id();
      boolean movable = !SqlExprs.isVolatile(value) && !SqlExprs.hasSubquery(value);
      if (movable) {
        values.put(id, value);
      } else {
        fixed.set(id);
      }
    }
    List<SqlExpr> down = new ArrayList<>();
    List<SqlExpr> stay = new ArrayList<>();
    for (SqlExpr condition : conditions) {
      if (SqlExprs.columns(condition).intersects(fixed)) {
        stay.add(condition);
      } else {
        down.add(substituted(condition, values));
      }
    }
    Unnesting.Unnested unnested = unnesting.unnestValues(n.input(), n.expressions());
    PlanNode input = push(unnested.plan(), down);
    return above(new PlanNode.Project(input, n.output(), unnested.conditions()), stay);
  }

  /** The same condition over what columns are computed from. */
  static SqlExpr substituted(SqlExpr condition, Map<Integer, SqlExpr> values) {
    return Simplifier.simplify(
        SqlExprs.replace(
            condition,
            part -> part instanceof SqlExpr.ColumnRef ref ? values.get(ref.column()) : null));
  }

  private PlanNode join(PlanNode.Join n, List<SqlExpr> conditions) {
    return switch (n.kind()) {
      case INNER -> new JoinCluster(this, estimates).plan(n, conditions);
      case LEFT -> leftJoin(n, conditions);
      case RIGHT ->
          leftJoin(
              new PlanNode.Join(JoinKind.LEFT, n.right(), n.left(), n.condition()), conditions);
      case FULL -> fullJoin(n, conditions);
      case SEMI, ANTI -> semiJoin(n, conditions);
    };
  }

  private PlanNode leftJoin(PlanNode.Join n, List<SqlExpr> conditions) {
    BitSet right = PlanNodes.outputIds(n.right());
    if (conditions.stream().anyMatch(condition -> NullRejection.rejects(condition, right))) {
      return push(
          new PlanNode.Join(JoinKind.INNER, n.left(), n.right(), n.condition()), conditions);
    }
    List<SqlExpr> toLeft = new ArrayList<>();
    List<SqlExpr> stay = new ArrayList<>();
    for (SqlExpr condition : conditions) {
      (SqlExprs.columns(condition).intersects(right) ? stay : toLeft).add(condition);
    }
    BitSet left = PlanNodes.outputIds(n.left());
    List<SqlExpr> toRight = new ArrayList<>();
    List<SqlExpr> on = new ArrayList<>();
    for (SqlExpr term : SqlExprs.conjuncts(n.condition())) {
      boolean rightOnly = !SqlExprs.columns(term).intersects(left) && !SqlExprs.isVolatile(term);
      (rightOnly ? toRight : on).add(term);
    }
    Equalities.addImplied(on, toLeft, right, toRight);
    return above(
        new PlanNode.Join(
            JoinKind.LEFT, push(n.left(), toLeft), push(n.right(), toRight), SqlExprs.and(on)),
        stay);
  }

  private PlanNode fullJoin(PlanNode.Join n, List<SqlExpr> conditions) {
    BitSet left = PlanNodes.outputIds(n.left());
    BitSet right = PlanNodes.outputIds(n.right());
    boolean needsLeft = conditions.stream().anyMatch(c -> NullRejection.rejects(c, left));
    boolean needsRight = conditions.stream().anyMatch(c -> NullRejection.rejects(c, right));
    if (needsLeft && needsRight) {
      return push(
          new PlanNode.Join(JoinKind.INNER, n.left(), n.right(), n.condition()), conditions);
    }
    if (needsLeft) {
      return push(new PlanNode.Join(JoinKind.LEFT, n.left(), n.right(), n.condition()), conditions);
    }
    if (needsRight) {
      return push(new PlanNode.Join(JoinKind.LEFT, n.right(), n.left(), n.condition()), conditions);
    }
    return above(inputsOnly(n), conditions);
  }

  private PlanNode semiJoin(PlanNode.Join n, List<SqlExpr> conditions) {
    BitSet left = PlanNodes.outputIds(n.left());
    BitSet right = PlanNodes.outputIds(n.right());
    List<SqlExpr> toLeft = new ArrayList<>(conditions);
    List<SqlExpr> toRight = new ArrayList<>();
    List<SqlExpr> on = new ArrayList<>();
    for (SqlExpr term : SqlExprs.conjuncts(n.condition())) {
      BitSet columns = SqlExprs.columns(term);
      if (SqlExprs.isVolatile(term)) {
        on.add(term);
      } else if (!columns.intersects(left) && columns.intersects(right)) {
        toRight.add(term);
      } else if (!columns.intersects(right) && n.kind() == JoinKind.SEMI) {
        toLeft.add(term);
      } else {
        on.add(term);
      }
    }
    Equalities.addImplied(on, toLeft, right, toRight);
    PlanNode.Join pushed =
        new PlanNode.Join(
            n.kind(), push(n.left(), toLeft), push(n.right(), toRight), SqlExprs.and(on));
    PlanNode lookup = new SemiJoinByKey(estimates).of(pushed, on);
    return lookup == null ? pushed : lookup;
  }

  /** Only NOT IN has become one before this. */
  private PlanNode hashJoin(PlanNode.HashJoin n, List<SqlExpr> conditions) {
    boolean leftOnly = n.kind() == JoinKind.ANTI || n.kind() == JoinKind.SEMI;
    PlanNode joined =
        new PlanNode.HashJoin(
            n.kind(),
            push(n.left(), leftOnly ? conditions : List.of()),
            push(n.right(), List.of()),
            n.leftKeys(),
            n.rightKeys(),
            n.residual(),
            n.nullAware());
    return leftOnly ? joined : above(joined, conditions);
  }

  private PlanNode apply(PlanNode.Apply n, List<SqlExpr> conditions) {
    BitSet right = PlanNodes.outputIds(n.right());
    List<SqlExpr> toLeft = new ArrayList<>();
    List<SqlExpr> others = new ArrayList<>();
    for (SqlExpr condition : conditions) {
      (SqlExprs.columns(condition).intersects(right) ? others : toLeft).add(condition);
    }
    PlanNode left = push(n.left(), toLeft);
    if (n.kind() != JoinKind.INNER) {
      return above(
          new PlanNode.Apply(
              n.kind(), left, push(n.right(), List.of()), n.condition(), n.registers()),
          others);
    }
    // The right side knows the columns of the left one, so it can take the conditions, too.
    SqlExprs.addConjuncts(n.condition(), others);
    BitSet needed = new BitSet();
    PlanNode inner = push(n.right(), others);
    needed.or(PlanNodes.freeColumns(inner));
    needed.and(PlanNodes.outputIds(left));
    return new PlanNode.Apply(n.kind(), left, inner, null, needed.stream().boxed().toList());
  }

  private PlanNode aggregate(PlanNode.Aggregate n, List<SqlExpr> conditions) {
    Map<Integer, SqlExpr> keys = new HashMap<>();
    for (int i = 0; i < n.groupBy().size(); i++) {
      if (n.groupingSets() == null) {
        keys.put(n.output().get(i).id(), n.groupBy().get(i));
      }
    }
    List<SqlExpr> down = new ArrayList<>();
    List<SqlExpr> stay = new ArrayList<>();
    BitSet output = PlanNodes.outputIds(n);
    for (SqlExpr condition : conditions) {
      BitSet columns = SqlExprs.columns(condition);
      columns.and(output);
      boolean movable = !keys.isEmpty() && columns.stream().allMatch(keys::containsKey);
      if (movable) {
        down.add(substituted(condition, keys));
      } else {
        stay.add(condition);
      }
    }
    return above(
        new PlanNode.Aggregate(
            push(n.input(), down),
            n.output(),
            n.groupBy(),
            n.groupingSets(),
            n.calls(),
            n.sorted()),
        stay);
  }

  private PlanNode window(PlanNode.Window n, List<SqlExpr> conditions) {
    BitSet partition = new BitSet();
    for (SqlExpr key : n.partitionBy()) {
      if (key instanceof SqlExpr.ColumnRef ref) {
        partition.set(ref.column());
      }
    }
    Split split = split(conditions, PlanNodes.outputIds(n), partition);
    return above(
        new PlanNode.Window(
            push(n.input(), split.down()), n.output(), n.partitionBy(), n.orderBy(), n.calls()),
        split.stay());
  }

  private record Split(List<SqlExpr> down, List<SqlExpr> stay) {}

  /** Conditions that see nothing of the output but certain columns go down. */
  private static Split split(List<SqlExpr> conditions, BitSet output, BitSet passing) {
    Split split = new Split(new ArrayList<>(), new ArrayList<>());
    for (SqlExpr condition : conditions) {
      BitSet columns = SqlExprs.columns(condition);
      columns.and(output);
      columns.andNot(passing);
      (columns.isEmpty() ? split.down() : split.stay()).add(condition);
    }
    return split;
  }

  private PlanNode distinct(PlanNode.Distinct n, List<SqlExpr> conditions) {
    BitSet on = new BitSet();
    for (SqlExpr key : n.on()) {
      if (key instanceof SqlExpr.ColumnRef ref) {
        on.set(ref.column());
      }
    }
    Split split = split(conditions, PlanNodes.outputIds(n), on);
    return above(
        new PlanNode.Distinct(push(n.input(), split.down()), n.on(), n.sorted()), split.stay());
  }

  private PlanNode setOperation(PlanNode.SetOperation n, List<SqlExpr> conditions) {
    return new PlanNode.SetOperation(
        n.kind(),
        n.all(),
        n.output(),
        push(n.left(), renamed(conditions, n.output(), n.left())),
        push(n.right(), renamed(conditions, n.output(), n.right())));
  }

  private static List<SqlExpr> renamed(List<SqlExpr> conditions, List<Column> from, PlanNode to) {
    if (conditions.isEmpty()) {
      return conditions;
    }
    Map<Integer, SqlExpr> names = new HashMap<>();
    for (int i = 0; i < from.size(); i++) {
      Column column = to.output().get(i);
      names.put(from.get(i).id(), new SqlExpr.ColumnRef(column.id(), column.type()));
    }
    return conditions.stream().map(condition -> substituted(condition, names)).toList();
  }

  private PlanNode with(PlanNode.With n, List<SqlExpr> conditions) {
    List<PlanNode.Cte> definitions = new ArrayList<>();
    for (PlanNode.Cte cte : n.definitions()) {
      PlanNode recursive = cte.recursive();
      definitions.add(
          new PlanNode.Cte(
              cte.id(),
              cte.name(),
              push(cte.query(), List.of()),
              recursive == null ? null : push(recursive, List.of()),
              cte.distinct(),
              cte.materialized()));
    }
    return new PlanNode.With(definitions, push(n.input(), conditions));
  }

  private PlanNode projectSet(PlanNode.ProjectSet n, List<SqlExpr> conditions) {
    BitSet passing = new BitSet();
    for (int i = 0; i < n.items().size(); i++) {
      boolean same =
          n.items().get(i).expression() instanceof SqlExpr.ColumnRef ref
              && ref.column() == n.output().get(i).id();
      if (same) {
        passing.set(n.output().get(i).id());
      }
    }
    Split split = split(conditions, PlanNodes.outputIds(n), passing);
    return above(
        new PlanNode.ProjectSet(push(n.input(), split.down()), n.output(), n.items()),
        split.stay());
  }

  private static PlanNode scan(PlanNode.Scan n, List<SqlExpr> conditions) {
    List<SqlExpr> own = SqlExprs.conjuncts(n.filter());
    List<SqlExpr> stay = new ArrayList<>();
    for (SqlExpr condition : conditions) {
      (SqlExprs.hasSubquery(condition) ? stay : own).add(condition);
    }
    return above(withFilter(n, SqlExprs.and(own)), stay);
  }

  static PlanNode.Scan withFilter(PlanNode.Scan n, @Nullable SqlExpr filter) {
    return new PlanNode.Scan(
        n.table(), n.alias(), n.output(), n.columns(), n.access(), filter, n.lock(), n.limit());
  }

  private static PlanNode virtualScan(PlanNode.VirtualScan n, List<SqlExpr> conditions) {
    List<SqlExpr> own = SqlExprs.conjuncts(n.filter());
    List<SqlExpr> stay = new ArrayList<>();
    for (SqlExpr condition : conditions) {
      (SqlExprs.hasSubquery(condition) ? stay : own).add(condition);
    }
    return above(
        new PlanNode.VirtualScan(n.table(), n.output(), n.ordinals(), SqlExprs.and(own)), stay);
  }
}
