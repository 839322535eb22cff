package dev.troupe.sql.plan;

import dev.troupe.sql.catalog.IndexDescriptor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which part of an index is read. Expressions know parameters and registers, no columns of the
 * table; their types are those of the key's columns. A NULL among them makes the range empty.
 *
 * @param ranges none: the whole index
 * @param covering whether the entries hold all columns that are wanted
 * @param anyOrder whether rows may come in any order
 */
public record IndexAccess(
    IndexDescriptor index,
    List<KeyRange> ranges,
    boolean reverse,
    boolean covering,
    boolean anyOrder) {
  public IndexAccess {
    ranges = List.copyOf(ranges);
  }

  /** In the order of the index. */
  public IndexAccess(
      IndexDescriptor index, List<KeyRange> ranges, boolean reverse, boolean covering) {
    this(index, ranges, reverse, covering, false);
  }

  /** The same with its rows in any order. */
  public IndexAccess inAnyOrder() {
    return new IndexAccess(index, ranges, reverse, covering, true);
  }

  /**
   * Keys that begin with certain values, and maybe have the next column between two bounds.
   *
   * @param prefix equal values of the first columns
   */
  public record KeyRange(List<SqlExpr> prefix, @Nullable Bound lower, @Nullable Bound upper) {
    public KeyRange {
      prefix = List.copyOf(prefix);
    }
  }

  /** A bound of the column after the prefix, in the order of values whatever that of the index. */
  public record Bound(SqlExpr value, boolean inclusive) {}
}
