package dev.troupe.sql.analyze;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.SortKey;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.plan.SqlExprs;
import dev.troupe.sql.plan.WindowCall;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.OrderItem;
import dev.troupe.sql.syntax.ast.Query;
import dev.troupe.sql.syntax.ast.QueryBody;
import dev.troupe.sql.syntax.ast.Window;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Binds SELECT. The steps of its plan, from the first to the last: FROM, WHERE, groups, HAVING,
 * windows, functions that give sets, the select list, DISTINCT, ORDER BY, LIMIT; as in PostgreSQL's
 * documentation of SELECT.
 */
final class SelectBinder {
  private final Binding binding;
  private final @Nullable Scope outer;
  private final CteScope ctes;
  private final Scope scope;
  private @Nullable GroupingBinder grouping;

  SelectBinder(Binding binding, @Nullable Scope outer, CteScope ctes) {
    this.binding = binding;
    this.outer = outer;
    this.ctes = ctes;
    this.scope = new Scope(outer, ctes);
  }

  /** A sort key over expressions of the query, before they are columns. */
  private record Order(SqlExpr value, boolean descending, boolean nullsFirst, int position) {}

  PlanNode bind(QueryBody.Select select, Query query, boolean keepUnknown) {
    requireLockable(select, query);
    RowLocks locks = RowLocks.of(select, query);
    FromBinder from = new FromBinder(binding, scope, locks);
    PlanNode plan = from.bind(select.from());
    plan = where(plan, select.where());
    for (Window.Definition window : select.windows()) {
      defineWindow(window);
    }
    scope.clause = Clause.SELECT_LIST;
    List<SelectItems.Item> items = SelectItems.bind(binding, scope, select.items(), keepUnknown);
    OrderBinder orders = new OrderBinder(binding, scope, items);
    scope.clause = Clause.GROUP_BY;
    GroupingBinder groups = new GroupingBinder(binding, scope, orders);
    groups.bindGroups(select.groupBy());
    SqlExpr having = having(select.having());
    List<Order> order = order(query.orderBy(), orders);
    List<SqlExpr> distinctOn = distinctOn(select.distinct(), orders);
    if (!scope.windows.isEmpty()) {
      QueryBinder.requireNoLocks(query, "window functions");
    }
    if (groups.isNeeded(having)) {
      QueryBinder.requireNoLocks(query, "aggregate functions");
      plan = groups.aggregate(plan);
      grouping = groups;
    }
    plan = having(plan, having);
    plan = windows(plan);
    plan = sets(plan);
    return finish(plan, select, query, new Lists(items, order, distinctOn, locks.apart()));
  }

  /** What is computed for each row that comes out. */
  private record Lists(
      List<SelectItems.Item> items,
      List<Order> order,
      List<SqlExpr> distinctOn,
      List<PlanNode.Locked> locked) {}

  private static void requireLockable(QueryBody.Select select, Query query) {
    if (query.locking().isEmpty()) {
      return;
    }
    if (select.distinct() != null) {
      QueryBinder.requireNoLocks(query, "DISTINCT clause");
    }
    if (select.groupBy() != null) {
      QueryBinder.requireNoLocks(query, "GROUP BY clause");
    }
    if (select.having() != null) {
      QueryBinder.requireNoLocks(query, "HAVING clause");
    }
  }

  private PlanNode where(PlanNode input, @Nullable Expression where) {
    if (where == null) {
      return input;
    }
    scope.clause = Clause.WHERE;
    return new PlanNode.Filter(
        input, new ExpressionBinder(binding, scope).bindCondition(where, "WHERE"));
  }

  private void defineWindow(Window.Definition window) {
    if (scope.namedWindows.put(window.name(), window.specification()) != null) {
      throw SqlException.of(
              SqlState.WINDOWING_ERROR, "window \"%s\" is already defined", window.name())
          .at(window.position());
    }
  }

  private @Nullable SqlExpr having(@Nullable Expression written) {
    if (written == null) {
      return null;
    }
    scope.clause = Clause.HAVING;
    return new ExpressionBinder(binding, scope).bindCondition(written, "HAVING");
  }

  private List<Order> order(List<OrderItem> written, OrderBinder orders) {
    scope.clause = Clause.ORDER_BY;
    List<Order> keys = new ArrayList<>(written.size());
    for (OrderItem item : written) {
      keys.add(
          new Order(
              orders.byOutput(item.value(), "ORDER BY"),
              OrderBinder.descending(item),
              OrderBinder.nullsFirst(item),
              item.position()));
    }
    return keys;
  }

  private List<SqlExpr> distinctOn(QueryBody.@Nullable Distinct distinct, OrderBinder orders) {
    if (distinct == null || distinct.on().isEmpty()) {
      return List.of();
    }
    scope.clause = Clause.DISTINCT_ON;
    List<SqlExpr> on = new ArrayList<>();
    for (Expression e : distinct.on()) {
      on.add(orders.byOutput(e, "DISTINCT ON"));
    }
    return on;
  }

  /** What an expression means above the groups. */
  private SqlExpr grouped(SqlExpr e) {
    return grouping == null ? e : grouping.overGroups(e);
  }

  private PlanNode having(PlanNode input, @Nullable SqlExpr having) {
    return having == null ? input : new PlanNode.Filter(input, grouped(having));
  }

  private PlanNode windows(PlanNode input) {
    Map<List<Object>, List<WindowCall>> byWindow = new java.util.LinkedHashMap<>();
    for (Scope.WindowUse use : scope.windows) {
      List<SqlExpr> partition = use.partitionBy().stream().map(this::grouped).toList();
      List<SortKey> order = use.orderBy().stream().map(this::grouped).toList();
      byWindow
          .computeIfAbsent(List.of(partition, order), window -> new ArrayList<>())
          .add(grouped(use.call()));
    }
    PlanNode plan = input;
    Map<Integer, Boolean> done = new HashMap<>();
    for (Scope.WindowUse use : scope.windows) {
      List<SqlExpr> partition = use.partitionBy().stream().map(this::grouped).toList();
      List<SortKey> order = use.orderBy().stream().map(this::grouped).toList();
      List<WindowCall> calls = byWindow.get(List.of(partition, order));
      if (calls != null && done.put(calls.getFirst().output().id(), true) == null) {
        List<Column> output = new ArrayList<>(plan.output());
        calls.forEach(call -> output.add(call.output()));
        plan = new PlanNode.Window(plan, output, partition, order, calls);
      }
    }
    return plan;
  }

  private SortKey grouped(SortKey key) {
    return new SortKey(grouped(key.expression()), key.descending(), key.nullsFirst());
  }

  private WindowCall grouped(WindowCall call) {
    SqlExpr filter = call.filter();
    return new WindowCall(
        call.output(),
        call.window(),
        call.aggregate(),
        call.arguments().stream().map(this::grouped).toList(),
        filter == null ? null : grouped(filter),
        call.frame());
  }

  /** Calls of set-returning functions; one whose arguments are sets is called above them. */
  private PlanNode sets(PlanNode input) {
    PlanNode plan = input;
    List<Scope.SetUse> waiting = new ArrayList<>(scope.sets);
    while (!waiting.isEmpty()) {
      BitSet unready = new BitSet();
      waiting.forEach(use -> unready.set(use.output().id()));
      List<Scope.SetUse> ready = new ArrayList<>();
      for (Scope.SetUse use : waiting) {
        BitSet needed = new BitSet();
        use.call().arguments().forEach(argument -> SqlExprs.addColumns(argument, needed));
        if (!needed.intersects(unready)) {
          ready.add(use);
        }
      }
      waiting.removeAll(ready);
      plan = projectSet(plan, ready);
    }
    return plan;
  }

  private PlanNode projectSet(PlanNode input, List<Scope.SetUse> uses) {
    List<Column> output = new ArrayList<>(input.output());
    List<PlanNode.SetItem> items = new ArrayList<>();
    for (SqlExpr reference : Outputs.references(input)) {
      items.add(new PlanNode.SetItem(reference, null));
    }
    for (Scope.SetUse use : uses) {
      output.add(use.output());
      List<SqlExpr> arguments = use.call().arguments().stream().map(this::grouped).toList();
      items.add(
          new PlanNode.SetItem(null, new PlanNode.TableCall(use.call().function(), arguments)));
    }
    return new PlanNode.ProjectSet(input, output, items);
  }

  private PlanNode finish(PlanNode input, QueryBody.Select select, Query query, Lists lists) {
    QueryBody.Distinct distinct = select.distinct();
    ProjectionBuilder projection = new ProjectionBuilder(binding, input);
    for (SelectItems.Item item : lists.items()) {
      projection.addVisible(item.name(), grouped(item.value()));
    }
    boolean plainDistinct = distinct != null && distinct.on().isEmpty();
    List<SortKey> keys = new ArrayList<>();
    for (Order order : lists.order()) {
      SqlExpr value = grouped(order.value());
      if (plainDistinct && !projection.isVisible(value)) {
        throw new SqlException(
                SqlState.INVALID_COLUMN_REFERENCE,
                "for SELECT DISTINCT, ORDER BY expressions must appear in select list")
            .at(order.position());
      }
      keys.add(new SortKey(projection.columnFor(value), order.descending(), order.nullsFirst()));
    }
    List<SqlExpr> on = new ArrayList<>();
    for (SqlExpr e : lists.distinctOn()) {
      on.add(projection.columnFor(grouped(e)));
    }
    List<PlanNode.Locked> locked = new ArrayList<>();
    for (PlanNode.Locked table : lists.locked()) {
      List<SqlExpr> key = table.key().stream().map(projection::columnFor).toList();
      locked.add(new PlanNode.Locked(table.table(), key, table.lock()));
    }
    PlanNode plan = projection.over(input);
    plan = distinct(plan, plainDistinct, projection, on, keys);
    if (!locked.isEmpty()) {
      plan = new PlanNode.LockRows(plan, locked);
    }
    plan = new LimitBinder(binding, outer, ctes).limit(plan, query.limit(), keys);
    return projection.withoutHidden(plan);
  }

  private static PlanNode distinct(
      PlanNode input,
      boolean plain,
      ProjectionBuilder projection,
      List<SqlExpr> on,
      List<SortKey> keys) {
    PlanNode plan = input;
    if (plain) {
      plan = new PlanNode.Distinct(plan, projection.visibleReferences(), false);
    }
    if (!on.isEmpty()) {
      requireOrderedByDistinct(on, keys);
    }
    if (!keys.isEmpty()) {
      plan = new PlanNode.Sort(plan, keys, 0);
    }
    return on.isEmpty() ? plan : new PlanNode.Distinct(plan, on, false);
  }

  private static void requireOrderedByDistinct(List<SqlExpr> on, List<SortKey> keys) {
    for (int i = 0; i < Math.min(on.size(), keys.size()); i++) {
      if (!on.contains(keys.get(i).expression())) {
        throw new SqlException(
            SqlState.INVALID_COLUMN_REFERENCE,
            "SELECT DISTINCT ON expressions must match initial ORDER BY expressions");
      }
    }
  }
}
