package dev.troupe.sql.statistics;

import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.TableStatistics;
import dev.troupe.sql.catalog.ValueDistribution;
import dev.troupe.sql.type.Bytes;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.ValueOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Counts a table whose rows are shown to it one by one: how many there are, how many values each
 * column has, and by an even sample of the rows which ones. Used by one thread.
 */
public final class TableCount {
  /** As many as PostgreSQL looks at by default. */
  static final int SAMPLED_ROWS_MAX = 30_000;

  /** Longer values are counted, but not kept. */
  private static final int KEPT_BYTES_MAX = 128;

  private static final int OTHER_BYTES = 8;
  private static final long SEED = 20;

  /** Stands in the sample for a value that is too long to be kept. */
  private static final Object LONG_VALUE = new Object();

  private final TableDescriptor table;
  private final List<@Nullable Object[]> sample = new ArrayList<>();
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final @Nullable ValueOrder[] orders;
  private final DistinctCounter[] counters;
  private final long[] nulls;
  private long rows;
  private long bytes;

  public TableCount(TableDescriptor table) {
    this.table = table;
    int columns = table.columns().size();
    orders = new @Nullable ValueOrder[columns];
    counters = new DistinctCounter[columns];
    nulls = new long[columns];
    for (int i = 0; i < columns; i++) {
      ColumnDescriptor column = table.columns().get(i);
      counters[i] = new DistinctCounter();
      orders[i] = isOrdered(column) ? ValueOrder.of(column.type()) : null;
    }
  }

  private static boolean isOrdered(ColumnDescriptor column) {
    TypeId type = column.type().id();
    return !column.hidden()
        && column.type().element() == null
        && type != TypeId.JSON
        && type != TypeId.JSONB;
  }

  /**
   * Counts a row.
   *
   * @param row all columns of the table, in its order; not kept
   */
  public void add(@Nullable Object[] row) {
    rows++;
    for (int i = 0; i < row.length; i++) {
      Object value = row[i];
      ValueOrder order = orders[i];
      if (value == null) {
        nulls[i]++;
      } else {
        bytes += size(value);
        if (order != null) {
          counters[i].add(order.hash(value));
        }
      }
    }
    // Each row is in the sample with the same probability (Vitter's algorithm R).
    if (sample.size() < SAMPLED_ROWS_MAX) {
      sample.add(shortened(row));
    } else {
      long place = random.nextLong(rows);
      if (place < SAMPLED_ROWS_MAX) {
        sample.set((int) place, shortened(row));
      }
    }
  }

  private static int size(Object value) {
    return switch (value) {
      case String text -> text.length();
      case Bytes binary -> binary.length();
      case SqlArray array -> OTHER_BYTES * Math.max(1, array.size());
      default -> OTHER_BYTES;
    };
  }

  private @Nullable Object[] shortened(@Nullable Object[] row) {
    @Nullable Object[] kept = new @Nullable Object[row.length];
    for (int i = 0; i < row.length; i++) {
      Object value = row[i];
      if (value != null && orders[i] != null) {
        kept[i] = size(value) > KEPT_BYTES_MAX ? LONG_VALUE : value;
      }
    }
    return kept;
  }

  /** What has been found out. */
  public TableStatistics statistics() {
    Map<Integer, Long> distinct = new HashMap<>();
    Map<Integer, Double> nullFraction = new HashMap<>();
    Map<Integer, ValueDistribution> distributions = new HashMap<>();
    for (int i = 0; i < orders.length; i++) {
      int id = table.columns().get(i).id();
      ValueOrder order = orders[i];
      nullFraction.put(id, rows == 0 ? 0 : (double) nulls[i] / rows);
      if (order != null) {
        var column = new ColumnSample(order, valuesOf(i), sample.size());
        distinct.put(id, distinct(i, column));
        distributions.put(id, column.distribution());
      }
    }
    double average = rows == 0 ? 0 : (double) bytes / rows;
    return new TableStatistics(rows, average, distinct, nullFraction, distributions);
  }

  private List<Object> valuesOf(int column) {
    var values = new ArrayList<Object>(sample.size());
    for (@Nullable Object[] row : sample) {
      Object value = row[column];
      if (value != null && value != LONG_VALUE) {
        values.add(value);
      }
    }
    return values;
  }

  private long distinct(int column, ColumnSample sampled) {
    boolean whole = sample.size() == rows && sampled.size() == rows - nulls[column];
    return whole
        ? sampled.distinct()
        : Math.min(rows - nulls[column], Math.round(counters[column].estimate()));
  }
}
