package dev.troupe.sql.exec;

import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.plan.AtRanges;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.IndexAccess;
import dev.troupe.sql.plan.ModifyNode;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.PlanNode.JoinKind;
import dev.troupe.sql.plan.RowLock;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.storage.IndexLayout;
import dev.troupe.sql.storage.RowReader;
import dev.troupe.sql.storage.TableLayout;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.ValueOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes steps of a plan. For one plan. */
final class PlanCompiler {
  private final Places places = new Places();
  private final ExprCompiler expressions = new ExprCompiler(places, this);
  private final ModifyCompiler modifications = new ModifyCompiler(this, expressions);
  private final AggregateCompiler aggregates = new AggregateCompiler(expressions);
  private final CteCompiler tables = new CteCompiler(this, places);

  /** What scans do below a step that would lock the same rows after them. */
  private RowLock lock = RowLock.NONE;

  /** Table whose rows will be changed: those found by their key are locked as they are read. */
  private @Nullable TableDescriptor changed;

  int states() {
    return places.states();
  }

  ExprCompiler expressions() {
    return expressions;
  }

  Step compile(PlanNode node) {
    Step step =
        switch (node) {
          case PlanNode.Query query -> query(query);
          case ModifyNode change -> {
            places.markVolatile();
            yield modifications.compile(change);
          }
        };
    return new MeasuredStep(node, step);
  }

  private Step query(PlanNode.Query node) {
    return switch (node) {
      case PlanNode.Values n ->
          new SimpleSteps.Values(
              n.rows().stream()
                  .map(row -> expressions.compileAll(row, Layout.EMPTY))
                  .toArray(RowExpr[][]::new));
      case PlanNode.Scan n -> scan(n);
      case PlanNode.VirtualScan n -> virtualScan(n);
      case PlanNode.FunctionScan n -> functionScan(n);
      case PlanNode.Filter n ->
          new SimpleSteps.Filter(
              compile(n.input()), expressions.compile(n.condition(), layout(n.input())));
      case PlanNode.Project n ->
          new SimpleSteps.Project(
              compile(n.input()), expressions.compileAll(n.expressions(), layout(n.input())));
      case PlanNode.Join n ->
          new NestedLoopStep(
              shape(n.kind(), n.left(), n.right(), n.condition()),
              compile(n.left()),
              compile(n.right()));
      case PlanNode.Apply n -> apply(n);
      case PlanNode.HashJoin n -> hashJoin(n);
      case PlanNode.MergeJoin n -> mergeJoin(n);
      case PlanNode.LookupJoin n -> lookupJoin(n);
      case PlanNode.Aggregate n -> aggregate(n);
      case PlanNode.Window n ->
          WindowStep.of(n, compile(n.input()), expressions, layout(n.input()));
      case PlanNode.Sort n -> sort(n);
      case PlanNode.Limit n -> limit(n);
      case PlanNode.Distinct n -> distinct(n.input(), n.on(), n.sorted());
      case PlanNode.SetOperation n -> setOperation(n);
      case PlanNode.With n -> tables.with(n);
      case PlanNode.CteScan n -> tables.scan(n);
      case PlanNode.LockRows n -> lockRows(n);
      case PlanNode.ProjectSet n -> projectSet(n);
    };
  }

  static Layout layout(PlanNode node) {
    return Layout.of(node.output());
  }

  static List<SqlType> types(List<Column> columns) {
    return columns.stream().map(Column::type).toList();
  }

  // --- tables ----------------------------------------------------------------------------------

  private ScanStep scan(PlanNode.Scan node) {
    IndexAccess way = node.access();
    boolean reverse = way != null && way.reverse();
    TableAccess access = access(node, Layout.EMPTY);
    SqlExpr filter = AtRanges.filter(node).there();
    RangeWork work =
        filter == null
            ? null
            : RangeWork.of(
                new RowWork(
                    node.table(),
                    access.ranges().index().index(),
                    node.columns(),
                    node.output(),
                    filter,
                    access.entries().leavesOut(),
                    null),
                expressions);
    boolean anyOrder = way != null && way.anyOrder() && node.lock() == RowLock.NONE;
    return new ScanStep(access, reverse, anyOrder, node.limit(), work);
  }

  private Step aggregate(PlanNode.Aggregate node) {
    Step input = compile(node.input());
    return AtRanges.gathers(node) && node.input() instanceof PlanNode.Scan from
        ? aggregates.compileAtRanges(node, from, scan(from), input)
        : aggregates.compile(node, input);
  }

  private TableAccess access(PlanNode.Scan node, Layout outer) {
    TableLayout table = TableLayout.of(node.table());
    IndexAccess access = node.access();
    if (access == null) {
      access = new IndexAccess(node.table().primary(), List.of(), false, true);
    }
    IndexLayout index = table.index(access.index());
    boolean covering = access.covering() || index == table.primary();
    return new TableAccess(
        AccessRanges.of(access, index, expressions, outer),
        RowReader.of(index, covering ? node.columns() : List.of()),
        RowReader.of(table.primary(), node.columns()),
        covering,
        expressions.compileIfAny(node.filter(), layout(node)),
        expressions.compileIfAny(AtRanges.filter(node).here(), layout(node)),
        lockOf(node, access));
  }

  private RowLock lockOf(PlanNode.Scan node, IndexAccess access) {
    if (lock != RowLock.NONE || node.lock() != RowLock.NONE) {
      return lock == RowLock.NONE ? node.lock() : lock;
    }
    boolean willChange = changed != null && changed.id() == node.table().id();
    return willChange && isByKey(access) ? RowLock.WAIT : RowLock.NONE;
  }

  /**
   * Compiles what finds the rows of a table that are to be changed. Who queues for a row before it
   * reads it need not fail because somebody else was quicker.
   */
  Step compileTarget(TableDescriptor table, PlanNode input) {
    TableDescriptor before = changed;
    changed = table;
    try {
      return compile(input);
    } finally {
      changed = before;
    }
  }

  private Step virtualScan(PlanNode.VirtualScan node) {
    return new FunctionSteps.VirtualScan(
        node.table(),
        node.ordinals().stream().mapToInt(Integer::intValue).toArray(),
        VirtualKeys.of(node, expressions),
        expressions.compileIfAny(node.filter(), layout(node)));
  }

  private Step functionScan(PlanNode.FunctionScan node) {
    // What a function gives is not known to be the same again.
    places.markVolatile();
    return new FunctionSteps.Scan(
        node.calls().stream().map(c -> call(c, Layout.EMPTY)).toArray(FunctionSteps.Call[]::new),
        node.ordinality());
  }

  private FunctionSteps.Call call(PlanNode.TableCall call, Layout layout) {
    return new FunctionSteps.Call(
        call.function(), expressions.compileAll(call.arguments(), layout));
  }

  private Step projectSet(PlanNode.ProjectSet node) {
    Layout layout = layout(node.input());
    var items = new ArrayList<FunctionSteps.Item>();
    for (PlanNode.SetItem item : node.items()) {
      PlanNode.TableCall call = item.call();
      items.add(
          new FunctionSteps.Item(
              expressions.compileIfAny(item.expression(), layout),
              call == null ? null : call(call, layout)));
    }
    places.markVolatile();
    return new FunctionSteps.ProjectSet(
        compile(node.input()), items.toArray(FunctionSteps.Item[]::new));
  }

  private Step lockRows(PlanNode.LockRows node) {
    if (node.tables().size() == 1 && isFoundByKey(node.input())) {
      // As for changes: who queues for a row before it reads it need not fail.
      RowLock before = lock;
      lock = node.tables().getFirst().lock();
      try {
        return compile(node.input());
      } finally {
        lock = before;
      }
    }
    Layout layout = layout(node.input());
    places.markVolatile();
    return new LockRowsStep(
        compile(node.input()),
        node.tables().stream()
            .map(
                table ->
                    new LockRowsStep.Table(
                        TableLayout.of(table.table()).primary(),
                        expressions.compileAll(table.key(), layout),
                        table.lock()))
            .toArray(LockRowsStep.Table[]::new));
  }

  private static boolean isFoundByKey(PlanNode node) {
    return switch (node) {
      case PlanNode.Project n -> isFoundByKey(n.input());
      case PlanNode.Sort n -> isFoundByKey(n.input());
      case PlanNode.Filter n -> isFoundByKey(n.input());
      case PlanNode.Scan n -> n.access() != null && isByKey(n.access());
      default -> false;
    };
  }

  private static boolean isByKey(IndexAccess access) {
    return access.index().primary()
        && !access.ranges().isEmpty()
        && access.ranges().stream()
            .allMatch(range -> range.prefix().size() == access.index().keys().size());
  }

  // --- joins -----------------------------------------------------------------------------------

  private JoinShape shape(
      JoinKind kind, PlanNode left, PlanNode right, @Nullable SqlExpr condition) {
    return new JoinShape(
        kind,
        left.output().size(),
        right.output().size(),
        expressions.compileIfAny(condition, Layout.of(left.output(), right.output())));
  }

  private Step apply(PlanNode.Apply node) {
    Layout left = layout(node.left());
    Step leftStep = compile(node.left());
    places.enter();
    Step right = compile(node.right());
    Map<Integer, SqlType> free = places.leave(left).free();
    int[] registers =
        free.keySet().stream().filter(c -> left.slot(c) >= 0).mapToInt(c -> c).toArray();
    int[] slots = Arrays.stream(registers).map(left::slot).toArray();
    return new ApplyStep(
        shape(node.kind(), node.left(), node.right(), node.condition()),
        leftStep,
        right,
        registers,
        slots);
  }

  private Step hashJoin(PlanNode.HashJoin node) {
    return new HashJoinStep(
        shape(node.kind(), node.left(), node.right(), node.residual()),
        compile(node.left()),
        compile(node.right()),
        expressions.compileAll(node.leftKeys(), layout(node.left())),
        expressions.compileAll(node.rightKeys(), layout(node.right())),
        KeyShape.of(node.leftKeys().stream().map(SqlExpr::type).toList()),
        node.nullAware());
  }

  private Step mergeJoin(PlanNode.MergeJoin node) {
    return new MergeJoinStep(
        shape(node.kind(), node.left(), node.right(), node.residual()),
        compile(node.left()),
        compile(node.right()),
        expressions.compileAll(node.leftKeys(), layout(node.left())),
        expressions.compileAll(node.rightKeys(), layout(node.right())),
        node.leftKeys().stream().map(k -> ValueOrder.of(k.type())).toArray(ValueOrder[]::new));
  }

  private Step lookupJoin(PlanNode.LookupJoin node) {
    return new LookupJoinStep(
        shape(node.kind(), node.left(), node.right(), node.residual()),
        compile(node.left()),
        access(node.right(), layout(node.left())));
  }

  // --- the rest --------------------------------------------------------------------------------

  private Step sort(PlanNode.Sort node) {
    List<Column> columns = node.output();
    RowOrder order = RowOrder.of(node.keys(), expressions, layout(node), columns.size());
    List<SqlType> types = new ArrayList<>(types(columns));
    node.keys().stream()
        .map(key -> key.expression())
        .filter(key -> !isColumnOf(node, key))
        .forEach(key -> types.add(key.type()));
    return new SortStep(compile(node.input()), order, node.limit(), new RowSpill(types));
  }

  private static boolean isColumnOf(PlanNode node, SqlExpr key) {
    return key instanceof SqlExpr.ColumnRef column && layout(node).slot(column.column()) >= 0;
  }

  private Step limit(PlanNode.Limit node) {
    return new LimitStep(
        compile(node.input()),
        expressions.compileIfAny(node.count(), Layout.EMPTY),
        expressions.compileIfAny(node.offset(), Layout.EMPTY),
        node.tiesBy().isEmpty()
            ? null
            : RowOrder.of(node.tiesBy(), expressions, layout(node.input()), node.output().size()));
  }

  private Step distinct(PlanNode input, List<SqlExpr> on, boolean sorted) {
    return new DistinctSteps.Distinct(
        compile(input),
        expressions.compileAll(on, layout(input)),
        KeyShape.of(on.stream().map(SqlExpr::type).toList()),
        sorted);
  }

  private Step setOperation(PlanNode.SetOperation node) {
    Step left = compile(node.left());
    Step right = compile(node.right());
    KeyShape shape = KeyShape.of(types(node.output()));
    if (node.kind() != PlanNode.SetKind.UNION) {
      return new DistinctSteps.SetDifference(node.kind(), node.all(), left, right, shape);
    }
    Step both = new SimpleSteps.Concat(left, right);
    if (node.all()) {
      return both;
    }
    var whole = new RowExpr[node.output().size()];
    for (int i = 0; i < whole.length; i++) {
      whole[i] = new RowExpr.Slot(i);
    }
    return new DistinctSteps.Distinct(both, whole, shape, false);
  }
}
