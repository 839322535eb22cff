package dev.troupe.sql.exec;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.error.Invariant;
import dev.troupe.sql.eval.AggregateFunction;
import dev.troupe.sql.type.ValueOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An aggregate ready to gather.
 *
 * @param filter null: all rows
 * @param distinct keys of the arguments; null when duplicates count
 * @param argumentOrders of the arguments
 * @param order of the rows it takes; null: as they come
 */
record CompiledAggregate(
    AggregateFunction function,
    RowExpr[] arguments,
    @Nullable RowExpr filter,
    @Nullable KeyShape distinct,
    ValueOrder[] argumentOrders,
    @Nullable RowOrder order) {
  /** Begins a group. */
  Gathering start() {
    return distinct == null && order == null ? new Direct(this) : new Collected(this);
  }

  /** The arguments for a row; null when it takes no part. */
  @Nullable Object @Nullable [] argumentsOf(@Nullable Object[] row, Execution run) {
    if (filter != null && !filter.isTrue(row, run)) {
      return null;
    }
    @Nullable Object[] values = Calls.all(arguments, row, run);
    if (function.strict()) {
      for (Object value : values) {
        if (value == null) {
          return null;
        }
      }
    }
    return values;
  }

  /** Whether what it gathers grows with each value, as arrays and joined texts do. */
  private boolean keepsValues() {
    return switch (function.result().id()) {
      case ARRAY, TEXT, BYTEA, JSON, JSONB -> !function.ignoresDuplicates();
      default -> function.orderedSet();
    };
  }

  /** What is gathered of one group. */
  interface Gathering {
    /** Takes a row; gives the bytes that are held longer because of it. */
    long add(@Nullable Object[] row, Execution run);

    @Nullable Object result(Execution run);

    /** Writes what is gathered; of a portable function whose rows come as they come. */
    void write(ByteWriter out);

    /** Takes in what was written of rows behind the own ones. */
    void mergeWritten(ByteReader in);
  }

  private static final class Direct implements Gathering {
    private final CompiledAggregate call;
    private final AggregateFunction.Accumulator accumulator;

    Direct(CompiledAggregate call) {
      this.call = call;
      this.accumulator = call.function.start();
    }

    @Override
    public long add(@Nullable Object[] row, Execution run) {
      @Nullable Object[] values = call.argumentsOf(row, run);
      if (values == null) {
        return 0;
      }
      accumulator.add(values, run.eval);
      return call.keepsValues() ? ValueSizes.of(values) : 0;
    }

    @Override
    public @Nullable Object result(Execution run) {
      return accumulator.result(run.eval);
    }

    @Override
    public void write(ByteWriter out) {
      portable().write(out);
    }

    @Override
    public void mergeWritten(ByteReader in) {
      portable().mergeWritten(in);
    }

    private AggregateFunction.Portable portable() {
      Invariant.check(
          accumulator instanceof AggregateFunction.Portable,
          "%s is not gathered in pieces",
          call.function);
      return (AggregateFunction.Portable) accumulator;
    }
  }

  /** Keeps the values until all are there, to sort them or tell the duplicates among them. */
  private static final class Collected implements Gathering {
    /**
     * Values for the function, and the row by which they are sorted.
     *
     * @param keys null: by the values themselves
     */
    private record Item(@Nullable Object[] values, @Nullable Object @Nullable [] keys) {}

    private final CompiledAggregate call;
    private final List<Item> items = new ArrayList<>();
    private final Set<Object> seen = new HashSet<>();

    Collected(CompiledAggregate call) {
      this.call = call;
    }

    @Override
    public long add(@Nullable Object[] row, Execution run) {
      @Nullable Object[] values = call.argumentsOf(row, run);
      if (values == null || (call.distinct != null && !seen.add(call.distinct.key(values)))) {
        return 0;
      }
      @Nullable Object[] keys = call.order == null ? null : call.order.extend(row, run);
      items.add(new Item(values, keys));
      return DistinctSteps.ENTRY_BYTES
          + ValueSizes.of(values)
          + (keys == null ? 0 : ValueSizes.of(keys));
    }

    @Override
    public @Nullable Object result(Execution run) {
      items.sort(itemOrder());
      AggregateFunction.Accumulator accumulator = call.function.start();
      for (Item item : items) {
        accumulator.add(item.values, run.eval);
      }
      return accumulator.result(run.eval);
    }

    @Override
    public void write(ByteWriter out) {
      throw notInPieces();
    }

    @Override
    public void mergeWritten(ByteReader in) {
      throw notInPieces();
    }

    private Invariant.Violation notInPieces() {
      return new Invariant.Violation(call.function + " is not gathered in pieces");
    }

    /** Distinct values without an order of their own come sorted, as PostgreSQL has them. */
    private Comparator<Item> itemOrder() {
      RowOrder order = call.order;
      return order == null
          ? (a, b) -> compare(a.values, b.values)
          : (a, b) -> order.compare(keys(a), keys(b));
    }

    private static @Nullable Object[] keys(Item item) {
      return item.keys == null ? Rows.NONE : item.keys;
    }

    private int compare(@Nullable Object[] a, @Nullable Object[] b) {
      if (Arrays.equals(a, b)) {
        return 0;
      }
      for (int i = 0; i < a.length; i++) {
        int difference = call.argumentOrders[i].compareNullsLast(a[i], b[i]);
        if (difference != 0) {
          return difference;
        }
      }
      return 0;
    }
  }
}
