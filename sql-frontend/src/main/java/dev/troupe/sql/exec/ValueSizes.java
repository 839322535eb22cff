package dev.troupe.sql.exec;

import dev.troupe.sql.type.Bytes;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlRecord;
import org.jspecify.annotations.Nullable;

/** Rough sizes of rows on the heap. */
final class ValueSizes {
  private static final long OBJECT = 16;
  private static final long REFERENCE = 8;
  private static final long LARGE_OBJECT = 64;

  private ValueSizes() {}

  static long of(@Nullable Object[] row) {
    long bytes = OBJECT + REFERENCE * row.length;
    for (Object value : row) {
      if (value != null) {
        bytes += of(value);
      }
    }
    return bytes;
  }

  private static long of(Object value) {
    if (value instanceof String text) {
      return 2 * OBJECT + REFERENCE + text.length();
    }
    if (value instanceof Bytes bytes) {
      return 2 * OBJECT + bytes.length();
    }
    if (value instanceof SqlArray array) {
      long sum = LARGE_OBJECT;
      for (int i = 0; i < array.size(); i++) {
        Object element = array.element(i);
        sum += REFERENCE + (element == null ? 0 : of(element));
      }
      return sum;
    }
    if (value instanceof SqlRecord row) {
      return OBJECT + of(row.toArray());
    }
    return value instanceof Number || value instanceof Boolean ? OBJECT : LARGE_OBJECT;
  }
}
