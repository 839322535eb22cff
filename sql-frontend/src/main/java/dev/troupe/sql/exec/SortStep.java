package dev.troupe.sql.exec;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Sorts. When only the first rows are wanted, keeps no others.
 *
 * @param limit rows that will be wanted at most; 0: all
 */
record SortStep(Step input, RowOrder order, long limit, RowSpill spill) implements Step {
  /** Beyond so many wanted rows sorting all is as good. */
  private static final long TOP_MAX = 100_000;

  @Override
  public Operator open(Execution run) {
    return open(run, limit);
  }

  @Override
  public Operator open(Execution run, long wanted) {
    Operator rows = input.open(run);
    return new DeferredOperator(
        rows,
        () -> wanted > 0 && wanted <= TOP_MAX ? top((int) wanted, rows, run) : sorted(rows, run));
  }

  private Operator sorted(Operator rows, Execution run) {
    return sorted(List.of(), null, 0, rows, run);
  }

  /**
   * Sorts rows at hand together with those still to come.
   *
   * @param first with computed keys, in the order in which they came
   * @param begun the batch that comes next, from a row on; null: none
   */
  private Operator sorted(
      List<@Nullable Object[]> first,
      @Nullable RowBatch begun,
      int from,
      Operator rows,
      Execution run) {
    var sorter = new ExternalSort(order, spill, run);
    try (rows) {
      first.forEach(sorter::add);
      int next = from;
      RowBatch batch = begun == null ? rows.next() : begun;
      while (batch != null) {
        run.eval.checkCancelled();
        for (int i = next; i < batch.size(); i++) {
          sorter.add(order.extend(batch.row(i), run));
        }
        next = 0;
        batch = rows.next();
      }
      return sorter.finish();
    } catch (RuntimeException | Error failure) {
      sorter.close();
      throw failure;
    }
  }

  /**
   * Keeps the least rows in a heap, the greatest of them on top; the first of equals stay. When not
   * even these fit into the memory, all that may be wanted is sorted by way of the disk.
   */
  private Operator top(int wanted, Operator rows, Execution run) {
    var heap =
        new PriorityQueue<Numbered>(
            (a, b) -> {
              int difference = order.compare(b.row, a.row);
              return difference != 0 ? difference : Long.compare(b.number, a.number);
            });
    long bytes = 0;
    long number = 0;
    try (rows) {
      for (RowBatch batch = rows.next(); batch != null; batch = rows.next()) {
        run.eval.checkCancelled();
        for (int i = 0; i < batch.size(); i++) {
          @Nullable Object[] row = order.extend(batch.row(i), run);
          Numbered greatest = heap.peek();
          if (heap.size() == wanted && greatest != null && order.compare(row, greatest.row) >= 0) {
            continue;
          }
          heap.add(new Numbered(row, number++));
          long grown = ValueSizes.of(row);
          if (heap.size() > wanted) {
            grown -= ValueSizes.of(heap.remove().row);
          }
          if (!run.memory.tryTake(grown)) {
            run.memory.give(bytes);
            return sorted(inOrder(heap), batch, i + 1, rows, run);
          }
          bytes += grown;
        }
      }
    }
    var sorted = new ArrayList<@Nullable Object[]>(heap.size());
    while (!heap.isEmpty()) {
      sorted.add(order.strip(heap.remove().row));
    }
    List<@Nullable Object[]> ascending = sorted.reversed();
    return new ListOperator(ascending, run.memory, bytes);
  }

  private static List<@Nullable Object[]> inOrder(PriorityQueue<Numbered> heap) {
    return heap.stream()
        .sorted(Comparator.comparingLong(Numbered::number))
        .<@Nullable Object[]>map(Numbered::row)
        .toList();
  }

  private record Numbered(@Nullable Object[] row, long number) {}
}
