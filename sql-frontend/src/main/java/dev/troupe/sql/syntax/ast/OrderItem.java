package dev.troupe.sql.syntax.ast;

import org.jspecify.annotations.Nullable;

/**
 * One key of an ORDER BY.
 *
 * @param nulls where NULLs go; null when it was not said: last, or first when descending
 * @param using the operator that sorts ({@code USING >}); null in the usual forms
 */
public record OrderItem(
    Expression value,
    boolean descending,
    @Nullable NullsOrder nulls,
    @Nullable String using,
    int position) {

  /** Place of NULLs. */
  public enum NullsOrder {
    FIRST,
    LAST
  }

  public boolean nullsFirst() {
    return nulls == null ? descending : nulls == NullsOrder.FIRST;
  }
}
