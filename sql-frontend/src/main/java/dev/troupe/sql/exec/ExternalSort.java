package dev.troupe.sql.exec;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Sorts rows, equal ones in the order in which they came. What does not fit into the memory budget
 * goes to a temporary file in sorted runs, which are merged.
 */
final class ExternalSort implements AutoCloseable {
  /** Fewer rows are not worth a run: then the budget is used up by others. */
  private static final int RUN_ROWS_MIN = 64;

  private final RowOrder order;
  private final Execution run;
  private final SpillFile file;
  private final List<SpillFile.Run> runs = new ArrayList<>();
  private List<@Nullable Object[]> buffer = new ArrayList<>();
  private long bytes;

  ExternalSort(RowOrder order, RowSpill spill, Execution run) {
    this.order = order;
    this.run = run;
    this.file = spill.newFile();
  }

  void add(@Nullable Object[] row) {
    long size = ValueSizes.of(row);
    if (bytes + size > run.memory.limit() / 2 || !run.memory.tryTake(size)) {
      if (buffer.size() >= RUN_ROWS_MIN) {
        spill();
      }
      run.memory.take(size);
    }
    bytes += size;
    buffer.add(row);
  }

  private void spill() {
    buffer.sort(order);
    runs.add(file.write(buffer));
    buffer = new ArrayList<>();
    run.memory.spilled(bytes);
    run.memory.give(bytes);
    bytes = 0;
  }

  /** The rows in order, without computed keys; takes over what this holds. */
  Operator finish() {
    buffer.sort(order);
    if (runs.isEmpty()) {
      if (order.isExtended()) {
        buffer.replaceAll(order::strip);
      }
      long taken = bytes;
      bytes = 0;
      return new ListOperator(buffer, run.memory, taken);
    }
    var sources = new PriorityQueue<Source>();
    for (SpillFile.Run spilled : runs) {
      add(sources, new Source(sources.size(), spilled::next));
    }
    var rest = buffer.iterator();
    add(sources, new Source(sources.size(), () -> rest.hasNext() ? rest.next() : null));
    return new Merge(sources);
  }

  private static void add(PriorityQueue<Source> sources, Source source) {
    if (source.advance()) {
      sources.add(source);
    }
  }

  @Override
  public void close() {
    buffer = new ArrayList<>();
    run.memory.give(bytes);
    bytes = 0;
    file.close();
  }

  /** Where rows come from in order. */
  @FunctionalInterface
  private interface Rest {
    @Nullable Object @Nullable [] next();
  }

  /** Earlier runs first among equals. */
  private final class Source implements Comparable<Source> {
    private final int number;
    private final Rest rest;
    private @Nullable Object[] row = Rows.NONE;

    Source(int number, Rest rest) {
      this.number = number;
      this.rest = rest;
    }

    boolean advance() {
      @Nullable Object[] next = rest.next();
      if (next == null) {
        return false;
      }
      row = next;
      return true;
    }

    @Override
    public int compareTo(Source other) {
      int difference = order.compare(row, other.row);
      return difference != 0 ? difference : Integer.compare(number, other.number);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return number;
    }
  }

  private final class Merge implements Operator {
    private final PriorityQueue<Source> sources;

    Merge(PriorityQueue<Source> sources) {
      this.sources = sources;
    }

    @Override
    public @Nullable RowBatch next() {
      run.eval.checkCancelled();
      RowBatch batch = new RowBatch();
      while (!batch.isFull() && !sources.isEmpty()) {
        Source least = sources.remove();
        batch.add(order.strip(least.row));
        if (least.advance()) {
          sources.add(least);
        }
      }
      if (batch.isEmpty()) {
        close();
        return null;
      }
      return batch;
    }

    @Override
    public void close() {
      sources.clear();
      ExternalSort.this.close();
    }
  }
}
