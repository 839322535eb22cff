package dev.troupe.sql.session;

import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a statement gave that has no plan of its own.
 *
 * @param columns null: it gives no rows
 * @param tag of the command, given the number of rows that were sent
 */
record UtilityResult(
    @Nullable List<ResultColumn> columns, RowCursor rows, LongFunction<String> tag) {
  static UtilityResult done(String tag) {
    return new UtilityResult(null, new RowCursor(List.of()), rows -> tag);
  }

  static UtilityResult of(String tag, List<ResultColumn> columns, List<@Nullable Object[]> rows) {
    return new UtilityResult(columns, new RowCursor(rows), count -> tag);
  }
}
