package dev.troupe.sql.exec;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.sql.plan.IndexAccess;
import dev.troupe.sql.storage.IndexLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The parts of an index that are read, ready to be computed. */
record AccessRanges(IndexLayout index, Range[] ranges) {
  /**
   * Compiled {@link IndexAccess.KeyRange}.
   *
   * @param exact whether it can hold one key at most, of which all columns are known
   */
  private record Range(
      RowExpr[] prefix, @Nullable Bound lower, @Nullable Bound upper, boolean exact) {}

  private record Bound(RowExpr value, boolean inclusive) {}

  /** Single keys and spans, without overlaps, in the order of the index. */
  record Wanted(List<Key> keys, List<KeySpan> spans) {}

  static AccessRanges of(
      IndexAccess access, IndexLayout index, ExprCompiler expressions, Layout layout) {
    boolean unique = access.index().primary() || access.index().unique();
    var ranges = new ArrayList<Range>();
    for (IndexAccess.KeyRange range : access.ranges()) {
      RowExpr[] prefix = expressions.compileAll(range.prefix(), layout);
      boolean exact = unique && prefix.length == index.keyColumns();
      ranges.add(
          new Range(
              prefix,
              bound(range.lower(), expressions, layout),
              bound(range.upper(), expressions, layout),
              exact));
    }
    return new AccessRanges(index, ranges.toArray(Range[]::new));
  }

  private static @Nullable Bound bound(
      IndexAccess.@Nullable Bound bound, ExprCompiler expressions, Layout layout) {
    return bound == null
        ? null
        : new Bound(expressions.compile(bound.value(), layout), bound.inclusive());
  }

  /** Whether it is a single key, if anything. */
  boolean isOneKey() {
    return ranges.length == 1 && ranges[0].exact;
  }

  /** The key of {@link #isOneKey}; null when a NULL is among its columns. */
  @Nullable Key oneKey(@Nullable Object[] row, Execution run) {
    Object[] values = values(ranges[0].prefix, row, run);
    return values == null ? null : index.exactKey(values);
  }

  Wanted compute(@Nullable Object[] row, Execution run) {
    if (ranges.length == 0) {
      return new Wanted(List.of(), List.of(index.span()));
    }
    var keys = new TreeSet<Key>();
    var spans = new ArrayList<KeySpan>();
    for (Range range : ranges) {
      Object[] values = values(range.prefix, row, run);
      if (values == null) {
        continue;
      }
      if (range.exact) {
        keys.add(index.exactKey(values));
      } else {
        KeySpan span = span(range, values, row, run);
        if (span != null) {
          spans.add(span);
        }
      }
    }
    if (!spans.isEmpty()) {
      keys.forEach(key -> spans.add(KeySpan.of(key)));
      keys.clear();
    }
    return new Wanted(List.copyOf(keys), merge(spans));
  }

  /** Null when one of them is NULL, which no row is equal to. */
  private static Object @Nullable [] values(
      RowExpr[] expressions, @Nullable Object[] row, Execution run) {
    var values = new Object[expressions.length];
    for (int i = 0; i < values.length; i++) {
      Object value = expressions[i].eval(row, run);
      if (value == null) {
        return null;
      }
      values[i] = value;
    }
    return values;
  }

  private @Nullable KeySpan span(
      Range range, Object[] values, @Nullable Object[] row, Execution run) {
    if (range.lower == null && range.upper == null) {
      return index.spanOf(values);
    }
    Object lower = range.lower == null ? null : range.lower.value.eval(row, run);
    Object upper = range.upper == null ? null : range.upper.value.eval(row, run);
    if ((range.lower != null && lower == null) || (range.upper != null && upper == null)) {
      return null;
    }
    return index.spanBetween(values, known(range.lower, lower), known(range.upper, upper));
  }

  private static IndexLayout.@Nullable Bound known(@Nullable Bound bound, @Nullable Object value) {
    return bound == null
        ? null
        : new IndexLayout.Bound(Objects.requireNonNull(value), bound.inclusive);
  }

  /** Parameters can make ranges that overlap: no row may come twice. */
  private static List<KeySpan> merge(List<KeySpan> spans) {
    if (spans.size() < 2) {
      return spans;
    }
    spans.sort((a, b) -> a.start().compareTo(b.start()));
    var merged = new ArrayList<KeySpan>();
    for (KeySpan span : spans) {
      KeySpan last = merged.isEmpty() ? null : merged.getLast();
      if (last != null && span.start().compareTo(last.end()) <= 0) {
        merged.set(merged.size() - 1, new KeySpan(last.start(), Key.max(last.end(), span.end())));
      } else {
        merged.add(span);
      }
    }
    return merged;
  }
}
