package dev.troupe.sql.optimize;

import dev.troupe.sql.catalog.TableStatistics;
import dev.troupe.sql.catalog.ValueDistribution;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.ValueOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a table's rows has certain values in a column, by what was counted: common values
 * as often as they came, others evenly, and ranges by the parts of the histogram that they touch,
 * as in PostgreSQL's {@code eqsel} and {@code scalarineqsel}.
 *
 * @param nulls part of the rows without a value
 */
record ColumnValues(ValueDistribution values, ValueOrder order, double nulls, double distinct) {
  /** Counts are never so exact that a value can be ruled out. */
  private static final double PART_MIN = 1e-7;

  static @Nullable ColumnValues of(TableStatistics statistics, int column, SqlType type) {
    ValueDistribution values = statistics.distributions().get(column);
    if (values == null || (values.common().isEmpty() && values.bounds().isEmpty())) {
      return null;
    }
    return new ColumnValues(
        values,
        ValueOrder.of(type),
        statistics.nullFraction().getOrDefault(column, 0.0),
        statistics.distinct().getOrDefault(column, 1L));
  }

  /** Whether a value is of the column's own kind, and not one that is only compared with it. */
  boolean canCompare(Object value) {
    List<Object> any = values.common().isEmpty() ? values.bounds() : values.common();
    return any.getFirst().getClass() == value.getClass();
  }

  double equal(Object value) {
    for (int i = 0; i < values.common().size(); i++) {
      if (order.equal(values.common().get(i), value)) {
        return values.fractions().get(i);
      }
    }
    double others = Math.max(1, distinct - values.common().size());
    return clamp(uncommon() / others);
  }

  double different(Object value) {
    return clamp(1 - nulls - equal(value));
  }

  double below(Object bound) {
    double part = 0;
    for (int i = 0; i < values.common().size(); i++) {
      part += order.compare(values.common().get(i), bound) < 0 ? values.fractions().get(i) : 0;
    }
    return clamp(part + uncommon() * histogramBelow(bound));
  }

  double above(Object bound) {
    return clamp(1 - nulls - below(bound));
  }

  /**
   * Part between two bounds.
   *
   * @param low null: none
   * @param high null: none
   */
  double between(@Nullable Object low, @Nullable Object high) {
    double upTo = high == null ? 1 - nulls : below(high) + equal(high);
    return clamp(upTo - (low == null ? 0 : below(low)));
  }

  private double uncommon() {
    return Math.max(0, 1 - nulls - values.commonPart());
  }

  private double histogramBelow(Object bound) {
    List<Object> bounds = values.bounds();
    int parts = bounds.size() - 1;
    int passed = 0;
    while (passed < bounds.size() && order.compare(bounds.get(passed), bound) < 0) {
      passed++;
    }
    if (passed == 0 || parts < 1) {
      return 0;
    }
    // Within the part that the bound is in: the middle, or by numbers where they are some.
    return passed > parts ? 1 : (passed - 1 + within(bounds, passed, bound)) / parts;
  }

  private static double within(List<Object> bounds, int upper, Object bound) {
    if (bounds.get(upper - 1) instanceof Number low
        && bounds.get(upper) instanceof Number high
        && bound instanceof Number at) {
      double width = high.doubleValue() - low.doubleValue();
      return width > 0 ? (at.doubleValue() - low.doubleValue()) / width : 0.5;
    }
    return 0.5;
  }

  private static double clamp(double part) {
    return Math.max(PART_MIN, Math.min(1, part));
  }
}
