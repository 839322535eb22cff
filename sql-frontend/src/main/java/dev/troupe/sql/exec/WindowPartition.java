package dev.troupe.sql.exec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sorted rows of a partition, and which of them are peers. */
final class WindowPartition {
  private final List<@Nullable Object[]> rows;
  private final int[] groupOfRow;
  private final int[] groupStarts;
  private final int groups;

  WindowPartition(List<@Nullable Object[]> rows, RowOrder peers) {
    this.rows = rows;
    this.groupOfRow = new int[rows.size()];
    this.groupStarts = new int[rows.size() + 1];
    int group = 0;
    for (int i = 1; i < rows.size(); i++) {
      if (peers.compare(rows.get(i - 1), rows.get(i)) != 0) {
        groupStarts[++group] = i;
      }
      groupOfRow[i] = group;
    }
    this.groups = group + 1;
    groupStarts[groups] = rows.size();
  }

  int size() {
    return rows.size();
  }

  @Nullable Object[] row(int index) {
    return rows.get(index);
  }

  int groupOf(int row) {
    return groupOfRow[row];
  }

  /** First row of a group; of those behind the last one, the end; of those before, the start. */
  int groupStart(long group) {
    return group < 0 ? 0 : group >= groups ? rows.size() : groupStarts[(int) group];
  }

  int peersStart(int row) {
    return groupStarts[groupOfRow[row]];
  }

  int peersEnd(int row) {
    return groupStarts[groupOfRow[row] + 1];
  }
}
