package dev.troupe.sql.plan;

import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Puts other inputs and expressions into a node, one level deep. What stays the same is not copied.
 */
public final class NodeMapper {
  private final UnaryOperator<PlanNode> onInput;
  private final ExprMapper expressions;

  /**
   * @param onExpression for the expressions of the node itself, not for their parts
   */
  public NodeMapper(UnaryOperator<PlanNode> onInput, UnaryOperator<SqlExpr> onExpression) {
    this.onInput = onInput;
    this.expressions = new ExprMapper(onExpression, UnaryOperator.identity());
  }

  /** The node with its parts mapped. */
  public PlanNode map(PlanNode node) {
    return switch (node) {
      case PlanNode.Query query -> query(query);
      case ModifyNode.Insert n -> insert(n);
      case ModifyNode.Update n -> update(n);
      case ModifyNode.Delete n -> delete(n);
    };
  }

  private PlanNode query(PlanNode.Query query) {
    return switch (query) {
      case PlanNode.Values n -> values(n);
      case PlanNode.Scan n -> scan(n);
      case PlanNode.VirtualScan n -> virtualScan(n);
      case PlanNode.FunctionScan n -> functionScan(n);
      case PlanNode.Filter n -> filter(n);
      case PlanNode.Project n -> project(n);
      case PlanNode.Join n -> join(n);
      case PlanNode.Apply n -> apply(n);
      case PlanNode.HashJoin n -> hashJoin(n);
      case PlanNode.MergeJoin n -> mergeJoin(n);
      case PlanNode.LookupJoin n -> lookupJoin(n);
      case PlanNode.Aggregate n -> aggregate(n);
      case PlanNode.Window n -> window(n);
      case PlanNode.Sort n -> sort(n);
      case PlanNode.Limit n -> limit(n);
      case PlanNode.Distinct n -> distinct(n);
      case PlanNode.SetOperation n -> setOperation(n);
      case PlanNode.With n -> with(n);
      case PlanNode.CteScan n -> n;
      case PlanNode.LockRows n -> lockRows(n);
      case PlanNode.ProjectSet n -> projectSet(n);
    };
  }

  private PlanNode input(PlanNode node) {
    return onInput.apply(node);
  }

  private PlanNode values(PlanNode.Values n) {
    List<List<SqlExpr>> rows = ExprMapper.mapEach(n.rows(), expressions::mapAll);
    return rows == n.rows() ? n : new PlanNode.Values(n.output(), rows);
  }

  private PlanNode scan(PlanNode.Scan n) {
    IndexAccess access = access(n.access());
    SqlExpr filter = expressions.mapNullable(n.filter());
    return access == n.access() && filter == n.filter()
        ? n
        : new PlanNode.Scan(
            n.table(), n.alias(), n.output(), n.columns(), access, filter, n.lock(), n.limit());
  }

  private @Nullable IndexAccess access(@Nullable IndexAccess access) {
    if (access == null) {
      return null;
    }
    List<IndexAccess.KeyRange> ranges = ExprMapper.mapEach(access.ranges(), this::range);
    return ranges == access.ranges()
        ? access
        : new IndexAccess(
            access.index(), ranges, access.reverse(), access.covering(), access.anyOrder());
  }

  private IndexAccess.KeyRange range(IndexAccess.KeyRange range) {
    List<SqlExpr> prefix = expressions.mapAll(range.prefix());
    IndexAccess.Bound lower = bound(range.lower());
    IndexAccess.Bound upper = bound(range.upper());
    return prefix == range.prefix() && lower == range.lower() && upper == range.upper()
        ? range
        : new IndexAccess.KeyRange(prefix, lower, upper);
  }

  private IndexAccess.@Nullable Bound bound(IndexAccess.@Nullable Bound bound) {
    if (bound == null) {
      return null;
    }
    SqlExpr value = expressions.mapNullable(bound.value());
    return value == null || value == bound.value()
        ? bound
        : new IndexAccess.Bound(value, bound.inclusive());
  }

  private PlanNode virtualScan(PlanNode.VirtualScan n) {
    SqlExpr filter = expressions.mapNullable(n.filter());
    return filter == n.filter()
        ? n
        : new PlanNode.VirtualScan(n.table(), n.output(), n.ordinals(), filter);
  }

  private PlanNode functionScan(PlanNode.FunctionScan n) {
    List<PlanNode.TableCall> calls = ExprMapper.mapEach(n.calls(), this::tableCall);
    return calls == n.calls() ? n : new PlanNode.FunctionScan(n.output(), calls, n.ordinality());
  }

  private PlanNode.TableCall tableCall(PlanNode.TableCall call) {
    List<SqlExpr> arguments = expressions.mapAll(call.arguments());
    return arguments == call.arguments()
        ? call
        : new PlanNode.TableCall(call.function(), arguments);
  }

  private PlanNode filter(PlanNode.Filter n) {
    PlanNode input = input(n.input());
    SqlExpr condition = expression(n.condition());
    return input == n.input() && condition == n.condition()
        ? n
        : new PlanNode.Filter(input, condition);
  }

  private SqlExpr expression(SqlExpr e) {
    SqlExpr mapped = expressions.mapNullable(e);
    return mapped == null ? e : mapped;
  }

  private PlanNode project(PlanNode.Project n) {
    PlanNode input = input(n.input());
    List<SqlExpr> mapped = expressions.mapAll(n.expressions());
    return input == n.input() && mapped == n.expressions()
        ? n
        : new PlanNode.Project(input, n.output(), mapped);
  }

  private PlanNode join(PlanNode.Join n) {
    PlanNode left = input(n.left());
    PlanNode right = input(n.right());
    SqlExpr condition = expressions.mapNullable(n.condition());
    return left == n.left() && right == n.right() && condition == n.condition()
        ? n
        : new PlanNode.Join(n.kind(), left, right, condition);
  }

  private PlanNode apply(PlanNode.Apply n) {
    PlanNode left = input(n.left());
    PlanNode right = input(n.right());
    SqlExpr condition = expressions.mapNullable(n.condition());
    return left == n.left() && right == n.right() && condition == n.condition()
        ? n
        : new PlanNode.Apply(n.kind(), left, right, condition, n.registers());
  }

  private PlanNode hashJoin(PlanNode.HashJoin n) {
    PlanNode left = input(n.left());
    PlanNode right = input(n.right());
    List<SqlExpr> leftKeys = expressions.mapAll(n.leftKeys());
    List<SqlExpr> rightKeys = expressions.mapAll(n.rightKeys());
    SqlExpr residual = expressions.mapNullable(n.residual());
    return left == n.left()
            && right == n.right()
            && leftKeys == n.leftKeys()
            && rightKeys == n.rightKeys()
            && residual == n.residual()
        ? n
        : new PlanNode.HashJoin(
            n.kind(), left, right, leftKeys, rightKeys, residual, n.nullAware());
  }

  private PlanNode mergeJoin(PlanNode.MergeJoin n) {
    PlanNode left = input(n.left());
    PlanNode right = input(n.right());
    List<SqlExpr> leftKeys = expressions.mapAll(n.leftKeys());
    List<SqlExpr> rightKeys = expressions.mapAll(n.rightKeys());
    SqlExpr residual = expressions.mapNullable(n.residual());
    return left == n.left()
            && right == n.right()
            && leftKeys == n.leftKeys()
            && rightKeys == n.rightKeys()
            && residual == n.residual()
        ? n
        : new PlanNode.MergeJoin(n.kind(), left, right, leftKeys, rightKeys, residual);
  }

  private PlanNode lookupJoin(PlanNode.LookupJoin n) {
    PlanNode left = input(n.left());
    PlanNode.Scan right = input(n.right()) instanceof PlanNode.Scan scan ? scan : n.right();
    SqlExpr residual = expressions.mapNullable(n.residual());
    return left == n.left() && right == n.right() && residual == n.residual()
        ? n
        : new PlanNode.LookupJoin(n.kind(), left, right, residual);
  }

  private PlanNode aggregate(PlanNode.Aggregate n) {
    PlanNode input = input(n.input());
    List<SqlExpr> groupBy = expressions.mapAll(n.groupBy());
    List<AggregateCall> calls = ExprMapper.mapEach(n.calls(), this::aggregateCall);
    return input == n.input() && groupBy == n.groupBy() && calls == n.calls()
        ? n
        : new PlanNode.Aggregate(input, n.output(), groupBy, n.groupingSets(), calls, n.sorted());
  }

  private AggregateCall aggregateCall(AggregateCall call) {
    List<SqlExpr> arguments = expressions.mapAll(call.arguments());
    List<SortKey> orderBy = expressions.mapKeys(call.orderBy());
    SqlExpr filter = expressions.mapNullable(call.filter());
    return arguments == call.arguments() && orderBy == call.orderBy() && filter == call.filter()
        ? call
        : new AggregateCall(
            call.output(), call.function(), arguments, call.distinct(), orderBy, filter);
  }

  private PlanNode window(PlanNode.Window n) {
    PlanNode input = input(n.input());
    List<SqlExpr> partitionBy = expressions.mapAll(n.partitionBy());
    List<SortKey> orderBy = expressions.mapKeys(n.orderBy());
    List<WindowCall> calls = ExprMapper.mapEach(n.calls(), this::windowCall);
    return input == n.input()
            && partitionBy == n.partitionBy()
            && orderBy == n.orderBy()
            && calls == n.calls()
        ? n
        : new PlanNode.Window(input, n.output(), partitionBy, orderBy, calls);
  }

  private WindowCall windowCall(WindowCall call) {
    List<SqlExpr> arguments = expressions.mapAll(call.arguments());
    SqlExpr filter = expressions.mapNullable(call.filter());
    WindowCall.Frame old = call.frame();
    SqlExpr start = expressions.mapNullable(old.startOffset());
    SqlExpr end = expressions.mapNullable(old.endOffset());
    if (arguments == call.arguments()
        && filter == call.filter()
        && start == old.startOffset()
        && end == old.endOffset()) {
      return call;
    }
    var frame = new WindowCall.Frame(old.unit(), old.start(), start, old.end(), end, old.exclude());
    return new WindowCall(call.output(), call.window(), call.aggregate(), arguments, filter, frame);
  }

  private PlanNode sort(PlanNode.Sort n) {
    PlanNode input = input(n.input());
    List<SortKey> keys = expressions.mapKeys(n.keys());
    return input == n.input() && keys == n.keys() ? n : new PlanNode.Sort(input, keys, n.limit());
  }

  private PlanNode limit(PlanNode.Limit n) {
    PlanNode input = input(n.input());
    SqlExpr count = expressions.mapNullable(n.count());
    SqlExpr offset = expressions.mapNullable(n.offset());
    List<SortKey> tiesBy = expressions.mapKeys(n.tiesBy());
    return input == n.input() && count == n.count() && offset == n.offset() && tiesBy == n.tiesBy()
        ? n
        : new PlanNode.Limit(input, count, offset, tiesBy);
  }

  private PlanNode distinct(PlanNode.Distinct n) {
    PlanNode input = input(n.input());
    List<SqlExpr> on = expressions.mapAll(n.on());
    return input == n.input() && on == n.on() ? n : new PlanNode.Distinct(input, on, n.sorted());
  }

  private PlanNode setOperation(PlanNode.SetOperation n) {
    PlanNode left = input(n.left());
    PlanNode right = input(n.right());
    return left == n.left() && right == n.right()
        ? n
        : new PlanNode.SetOperation(n.kind(), n.all(), n.output(), left, right);
  }

  private PlanNode with(PlanNode.With n) {
    List<PlanNode.Cte> definitions = ExprMapper.mapEach(n.definitions(), this::cte);
    PlanNode input = input(n.input());
    return definitions == n.definitions() && input == n.input()
        ? n
        : new PlanNode.With(definitions, input);
  }

  private PlanNode.Cte cte(PlanNode.Cte cte) {
    PlanNode query = input(cte.query());
    PlanNode old = cte.recursive();
    PlanNode recursive = old == null ? null : input(old);
    return query == cte.query() && recursive == old
        ? cte
        : new PlanNode.Cte(
            cte.id(), cte.name(), query, recursive, cte.distinct(), cte.materialized());
  }

  private PlanNode lockRows(PlanNode.LockRows n) {
    PlanNode input = input(n.input());
    List<PlanNode.Locked> tables = ExprMapper.mapEach(n.tables(), this::locked);
    return input == n.input() && tables == n.tables() ? n : new PlanNode.LockRows(input, tables);
  }

  private PlanNode.Locked locked(PlanNode.Locked n) {
    List<SqlExpr> key = expressions.mapAll(n.key());
    return key == n.key() ? n : new PlanNode.Locked(n.table(), key, n.lock());
  }

  private PlanNode projectSet(PlanNode.ProjectSet n) {
    PlanNode input = input(n.input());
    List<PlanNode.SetItem> items = ExprMapper.mapEach(n.items(), this::setItem);
    return input == n.input() && items == n.items()
        ? n
        : new PlanNode.ProjectSet(input, n.output(), items);
  }

  private PlanNode.SetItem setItem(PlanNode.SetItem item) {
    SqlExpr expression = expressions.mapNullable(item.expression());
    PlanNode.TableCall old = item.call();
    PlanNode.TableCall call = old == null ? null : tableCall(old);
    return expression == item.expression() && call == old
        ? item
        : new PlanNode.SetItem(expression, call);
  }

  private PlanNode insert(ModifyNode.Insert n) {
    PlanNode input = input(n.input());
    ModifyNode.Checks checks = checks(n.checks());
    ModifyNode.OnConflict conflict = conflict(n.conflict());
    ModifyNode.Returning returning = returning(n.returning());
    return input == n.input()
            && checks == n.checks()
            && conflict == n.conflict()
            && returning == n.returning()
        ? n
        : new ModifyNode.Insert(n.table(), input, checks, conflict, returning, n.output());
  }

  private PlanNode update(ModifyNode.Update n) {
    PlanNode input = input(n.input());
    List<@Nullable SqlExpr> assignments = mapAllNullable(n.assignments());
    ModifyNode.Checks checks = checks(n.checks());
    ModifyNode.Returning returning = returning(n.returning());
    return input == n.input()
            && assignments == n.assignments()
            && checks == n.checks()
            && returning == n.returning()
        ? n
        : new ModifyNode.Update(n.table(), input, assignments, checks, returning, n.output());
  }

  private PlanNode delete(ModifyNode.Delete n) {
    PlanNode input = input(n.input());
    ModifyNode.Checks checks = checks(n.checks());
    ModifyNode.Returning returning = returning(n.returning());
    return input == n.input() && checks == n.checks() && returning == n.returning()
        ? n
        : new ModifyNode.Delete(n.table(), input, checks, returning, n.output());
  }

  private List<@Nullable SqlExpr> mapAllNullable(List<@Nullable SqlExpr> parts) {
    List<@Nullable SqlExpr> changed = null;
    for (int i = 0; i < parts.size(); i++) {
      SqlExpr part = parts.get(i);
      SqlExpr mapped = expressions.mapNullable(part);
      if (changed == null && mapped != part) {
        changed = new java.util.ArrayList<>(parts);
      }
      if (changed != null) {
        changed.set(i, mapped);
      }
    }
    return changed == null ? parts : changed;
  }

  private ModifyNode.Checks checks(ModifyNode.Checks checks) {
    List<@Nullable SqlExpr> generated = mapAllNullable(checks.generated());
    List<ModifyNode.Check> conditions = ExprMapper.mapEach(checks.checks(), this::check);
    List<@Nullable SqlExpr> predicates = mapAllNullable(checks.indexPredicates());
    List<@Nullable SqlExpr> defaults = mapAllNullable(checks.defaults());
    return generated == checks.generated()
            && conditions == checks.checks()
            && predicates == checks.indexPredicates()
            && defaults == checks.defaults()
        ? checks
        : new ModifyNode.Checks(checks.row(), generated, conditions, predicates, defaults);
  }

  private ModifyNode.Check check(ModifyNode.Check check) {
    SqlExpr condition = expression(check.condition());
    return condition == check.condition() ? check : new ModifyNode.Check(check.name(), condition);
  }

  private ModifyNode.@Nullable OnConflict conflict(ModifyNode.@Nullable OnConflict conflict) {
    if (conflict == null) {
      return null;
    }
    List<@Nullable SqlExpr> old = conflict.assignments();
    List<@Nullable SqlExpr> assignments = old == null ? null : mapAllNullable(old);
    SqlExpr where = expressions.mapNullable(conflict.where());
    return assignments == old && where == conflict.where()
        ? conflict
        : new ModifyNode.OnConflict(
            conflict.arbiters(), conflict.existing(), conflict.excluded(), assignments, where);
  }

  private ModifyNode.@Nullable Returning returning(ModifyNode.@Nullable Returning returning) {
    if (returning == null) {
      return null;
    }
    List<SqlExpr> mapped = expressions.mapAll(returning.expressions());
    return mapped == returning.expressions()
        ? returning
        : new ModifyNode.Returning(returning.row(), mapped);
  }
}
