package dev.troupe.sql.exec;

import dev.troupe.sql.plan.SortKey;
import dev.troupe.sql.type.ValueOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An order of rows. Keys that are not columns of the row are computed once and put behind it, by
 * {@link #extend}.
 */
final class RowOrder implements Comparator<@Nullable Object[]> {
  private final int[] slots;
  private final ValueOrder[] orders;
  private final boolean[] descending;
  private final boolean[] nullsFirst;
  private final RowExpr[] computed;

  private RowOrder(
      int[] slots,
      ValueOrder[] orders,
      boolean[] descending,
      boolean[] nullsFirst,
      RowExpr[] computed) {
    this.slots = slots;
    this.orders = orders;
    this.descending = descending;
    this.nullsFirst = nullsFirst;
    this.computed = computed;
  }

  static RowOrder of(List<SortKey> keys, ExprCompiler expressions, Layout layout, int width) {
    int count = keys.size();
    var slots = new int[count];
    var orders = new ValueOrder[count];
    var descending = new boolean[count];
    var nullsFirst = new boolean[count];
    var computed = new ArrayList<RowExpr>();
    for (int i = 0; i < count; i++) {
      SortKey key = keys.get(i);
      orders[i] = ValueOrder.of(key.expression().type());
      descending[i] = key.descending();
      nullsFirst[i] = key.nullsFirst();
      RowExpr expression = expressions.compile(key.expression(), layout);
      if (expression instanceof RowExpr.Slot slot) {
        slots[i] = slot.index();
      } else {
        slots[i] = width + computed.size();
        computed.add(expression);
      }
    }
    return new RowOrder(slots, orders, descending, nullsFirst, computed.toArray(RowExpr[]::new));
  }

  /** The order by the first so many keys alone, of rows that this one has extended. */
  RowOrder first(int count) {
    return new RowOrder(
        Arrays.copyOf(slots, count),
        Arrays.copyOf(orders, count),
        Arrays.copyOf(descending, count),
        Arrays.copyOf(nullsFirst, count),
        computed);
  }

  boolean isExtended() {
    return computed.length > 0;
  }

  int extraColumns() {
    return computed.length;
  }

  /** The row with the keys that had to be computed behind it. */
  @Nullable Object[] extend(@Nullable Object[] row, Execution run) {
    if (computed.length == 0) {
      return row;
    }
    @Nullable Object[] wide = Arrays.copyOf(row, row.length + computed.length);
    for (int i = 0; i < computed.length; i++) {
      wide[row.length + i] = computed[i].eval(row, run);
    }
    return wide;
  }

  /** The row without them. */
  @Nullable Object[] strip(@Nullable Object[] extended) {
    return computed.length == 0
        ? extended
        : Arrays.copyOf(extended, extended.length - computed.length);
  }

  @Override
  public int compare(@Nullable Object[] left, @Nullable Object[] right) {
    for (int i = 0; i < slots.length; i++) {
      Object a = left[slots[i]];
      Object b = right[slots[i]];
      int difference;
      if (a == null || b == null) {
        difference = a == b ? 0 : (a == null) == nullsFirst[i] ? -1 : 1;
      } else {
        difference = orders[i].compare(a, b);
        difference = descending[i] ? -difference : difference;
      }
      if (difference != 0) {
        return difference;
      }
    }
    return 0;
  }
}
