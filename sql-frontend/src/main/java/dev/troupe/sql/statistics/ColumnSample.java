package dev.troupe.sql.statistics;

import dev.troupe.sql.catalog.ValueDistribution;
import dev.troupe.sql.type.ValueOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The values of one column in a sample of rows, sorted. */
final class ColumnSample {
  private static final int COMMON_MAX = 50;
  private static final int PARTS_MAX = 50;

  /** A value is common when it comes so much more often than the average one. */
  private static final double COMMON_FACTOR = 1.25;

  private final List<Object> values;
  private final List<Run> runs = new ArrayList<>();
  private final int rows;

  /** Equal values, from a place in the sorted list on. */
  private record Run(int start, int length) {}

  /**
   * Sorts the values.
   *
   * @param rows in the sample, with those that have no value or one that is too long
   */
  ColumnSample(ValueOrder order, List<Object> values, int rows) {
    this.values = values;
    this.rows = rows;
    values.sort(order);
    int start = 0;
    for (int i = 1; i <= values.size(); i++) {
      if (i == values.size() || !order.equal(values.get(i), values.get(start))) {
        runs.add(new Run(start, i - start));
        start = i;
      }
    }
  }

  int size() {
    return values.size();
  }

  long distinct() {
    return runs.size();
  }

  ValueDistribution distribution() {
    List<Run> common = common();
    var rest = new ArrayList<Object>();
    for (Run run : runs) {
      if (!common.contains(run)) {
        rest.addAll(values.subList(run.start(), run.start() + run.length()));
      }
    }
    return new ValueDistribution(
        common.stream().map(run -> values.get(run.start())).toList(),
        common.stream().map(run -> (double) run.length() / rows).toList(),
        bounds(rest));
  }

  private List<Run> common() {
    double average = runs.isEmpty() ? 0 : (double) values.size() / runs.size();
    boolean all = runs.size() <= COMMON_MAX;
    return runs.stream()
        .filter(run -> run.length() > 1)
        .filter(run -> all || run.length() > COMMON_FACTOR * average)
        .sorted(Comparator.comparingInt(Run::length).reversed())
        .limit(COMMON_MAX)
        .toList();
  }

  private static List<Object> bounds(List<Object> sorted) {
    int parts = Math.min(PARTS_MAX, sorted.size() - 1);
    var bounds = new ArrayList<Object>();
    for (int i = 0; parts > 0 && i <= parts; i++) {
      bounds.add(sorted.get((int) ((long) i * (sorted.size() - 1) / parts)));
    }
    return bounds;
  }
}
