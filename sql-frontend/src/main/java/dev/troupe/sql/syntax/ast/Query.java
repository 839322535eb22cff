package dev.troupe.sql.syntax.ast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A query with the clauses that apply to its result as a whole.
 *
 * @param limit null when neither LIMIT nor OFFSET was said
 * @param asOf what stands behind AS OF SYSTEM TIME; null when it was not said
 */
public record Query(
    @Nullable With with,
    QueryBody body,
    List<OrderItem> orderBy,
    @Nullable Limit limit,
    List<Locking> locking,
    @Nullable Expression asOf,
    int position) {
  public Query {
    orderBy = List.copyOf(orderBy);
    locking = List.copyOf(locking);
  }

  /** A query without any clauses around. */
  public static Query of(QueryBody body) {
    return new Query(null, body, List.of(), null, List.of(), null, body.position());
  }

  /**
   * LIMIT and OFFSET.
   *
   * @param count null when all rows are wanted
   * @param offset null when it was not said
   */
  public record Limit(@Nullable Expression count, @Nullable Expression offset, boolean withTies) {}

  /**
   * FOR UPDATE and its like.
   *
   * @param tables to lock; all when empty
   */
  public record Locking(
      Strength strength, List<QualifiedName> tables, WaitPolicy waiting, int position) {
    public Locking {
      tables = List.copyOf(tables);
    }
  }

  /** How strongly rows are locked, weakest first. */
  public enum Strength {
    KEY_SHARE,
    SHARE,
    NO_KEY_UPDATE,
    UPDATE
  }

  /** What to do about rows that somebody else has locked. */
  public enum WaitPolicy {
    WAIT,
    NOWAIT,
    SKIP_LOCKED
  }

  /** WITH: queries that have a name in this one. */
  public record With(boolean recursive, List<CommonTable> tables, int position) {
    public With {
      tables = List.copyOf(tables);
    }
  }

  /**
   * {@code name (columns) AS [NOT] MATERIALIZED (statement)}.
   *
   * @param materialized null when it was not said
   * @param statement a query, or INSERT, UPDATE, DELETE with RETURNING
   */
  public record CommonTable(
      String name,
      List<Name> columns,
      @Nullable Boolean materialized,
      Statement statement,
      int position) {
    public CommonTable {
      columns = List.copyOf(columns);
    }
  }
}
