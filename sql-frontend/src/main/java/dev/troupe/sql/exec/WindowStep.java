package dev.troupe.sql.exec;

import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.SortKey;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.plan.WindowCall;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sorts rows into partitions and computes functions over each.
 *
 * @param order of rows: by partition, then as the window says
 * @param partitions tells whether two rows are of one partition
 * @param peers tells whether two rows of a partition are peers
 */
record WindowStep(
    Step input, RowOrder order, RowOrder partitions, RowOrder peers, WindowFunctionCall[] calls)
    implements Step {
  static WindowStep of(PlanNode.Window node, Step input, ExprCompiler expressions, Layout layout) {
    List<SortKey> partitionBy = new ArrayList<>();
    for (SqlExpr expression : node.partitionBy()) {
      partitionBy.add(new SortKey(expression, false, false));
    }
    List<SortKey> all = new ArrayList<>(partitionBy);
    all.addAll(node.orderBy());
    int width = layout.width();
    RowOrder order = RowOrder.of(all, expressions, layout, width);
    var calls = new ArrayList<WindowFunctionCall>();
    for (WindowCall call : node.calls()) {
      calls.add(WindowFunctionCall.of(call, node.orderBy(), expressions, layout));
    }
    return new WindowStep(
        input,
        order,
        order.first(partitionBy.size()),
        order,
        calls.toArray(WindowFunctionCall[]::new));
  }

  @Override
  public Operator open(Execution run) {
    Operator rows = input.open(run);
    return new DeferredOperator(rows, () -> compute(rows, run));
  }

  private Operator compute(Operator input, Execution run) {
    var rows = new ArrayList<@Nullable Object[]>();
    long bytes = Rows.drain(input, run, rows);
    List<@Nullable Object[]> sorted = rows;
    if (order.isExtended()) {
      rows.replaceAll(row -> order.extend(row, run));
    }
    sorted.sort(order);
    var result = new ArrayList<@Nullable Object[]>(sorted.size());
    for (int start = 0; start < sorted.size(); ) {
      int end = start + 1;
      while (end < sorted.size() && partitions.compare(sorted.get(start), sorted.get(end)) == 0) {
        end++;
      }
      partition(sorted.subList(start, end), result, run);
      start = end;
    }
    long grown = (long) result.size() * calls.length * Long.BYTES * 2;
    run.memory.take(grown);
    return new ListOperator(result, run.memory, bytes + grown);
  }

  private void partition(
      List<@Nullable Object[]> rows, List<@Nullable Object[]> result, Execution run) {
    WindowPartition partition = new WindowPartition(rows, peers);
    int first = result.size();
    for (@Nullable Object[] row : rows) {
      result.add(Rows.widen(order.strip(row), 0, calls.length));
    }
    for (int c = 0; c < calls.length; c++) {
      run.eval.checkCancelled();
      @Nullable Object[] values = calls[c].compute(partition, run);
      for (int i = 0; i < values.length; i++) {
        @Nullable Object[] row = result.get(first + i);
        row[row.length - calls.length + c] = values[i];
      }
    }
  }
}
