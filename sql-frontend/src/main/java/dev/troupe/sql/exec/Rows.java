package dev.troupe.sql.exec;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Small things that many operators do with rows. */
final class Rows {
  static final @Nullable Object[] NONE = new @Nullable Object[0];

  private Rows() {}

  static @Nullable Object[] join(@Nullable Object[] left, @Nullable Object[] right) {
    @Nullable Object[] both = Arrays.copyOf(left, left.length + right.length);
    System.arraycopy(right, 0, both, left.length, right.length);
    return both;
  }

  /** The row with NULLs before or behind it. */
  static @Nullable Object[] widen(@Nullable Object[] row, int before, int after) {
    var wide = new @Nullable Object[before + row.length + after];
    System.arraycopy(row, 0, wide, before, row.length);
    return wide;
  }

  /** Everything that an operator gives, taken note of in the budget; closes it. */
  static long drain(Operator input, Execution run, List<@Nullable Object[]> into) {
    long bytes = 0;
    try (input) {
      for (RowBatch batch = input.next(); batch != null; batch = input.next()) {
        run.eval.checkCancelled();
        long size = 0;
        for (int i = 0; i < batch.size(); i++) {
          into.add(batch.row(i));
          size += ValueSizes.of(batch.row(i));
        }
        run.memory.take(size);
        bytes += size;
      }
    }
    return bytes;
  }
}
