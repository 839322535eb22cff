package dev.troupe.sql.exec;

import dev.troupe.sql.plan.Column;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where the columns of a plan's rows are. */
final class Layout {
  static final Layout EMPTY = new Layout(Map.of(), 0);

  private final Map<Integer, Integer> slots;
  private final int width;

  private Layout(Map<Integer, Integer> slots, int width) {
    this.slots = slots;
    this.width = width;
  }

  static Layout of(List<Column> columns) {
    var slots = new HashMap<Integer, Integer>();
    for (int i = 0; i < columns.size(); i++) {
      slots.put(columns.get(i).id(), i);
    }
    return new Layout(slots, columns.size());
  }

  /** Rows of both, one after the other. */
  static Layout of(List<Column> left, List<Column> right) {
    var slots = new HashMap<>(of(left).slots);
    for (int i = 0; i < right.size(); i++) {
      slots.put(right.get(i).id(), left.size() + i);
    }
    return new Layout(slots, left.size() + right.size());
  }

  /**
   * A changed row and behind it the row that led to it, whose columns of the same ids count less.
   */
  static Layout changed(List<Column> row, List<Column> input) {
    var slots = new HashMap<>(of(row, input).slots);
    slots.putAll(of(row).slots);
    return new Layout(slots, row.size() + input.size());
  }

  /** Index of a column in a row; -1 when the rows have no such column. */
  int slot(int column) {
    return slots.getOrDefault(column, -1);
  }

  int width() {
    return width;
  }
}
