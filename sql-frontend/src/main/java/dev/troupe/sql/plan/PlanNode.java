package dev.troupe.sql.plan;

import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.VirtualTable;
import dev.troupe.sql.eval.TableFunction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step of a plan. Immutable; a plan can be run by many sessions at once. The binder makes logical
 * plans of these nodes, the optimizer exchanges and rearranges them, the executor runs what is
 * left.
 */
public sealed interface PlanNode permits PlanNode.Query, ModifyNode {
  /** Columns of the rows that come out, in order. */
  List<Column> output();

  /** Reads and computes. */
  sealed interface Query extends PlanNode {}

  /** Rows of constants; {@code output} may be empty, for a SELECT without FROM. */
  record Values(List<Column> output, List<List<SqlExpr>> rows) implements Query {}

  /**
   * Reads a table.
   *
   * @param output some of the table's columns
   * @param columns their ids in the table
   * @param access how; null before the optimizer has chosen
   * @param filter over the output; null: none
   * @param limit rows wanted at most, as far as known; 0: all
   */
  record Scan(
      TableDescriptor table,
      String alias,
      List<Column> output,
      List<Integer> columns,
      @Nullable IndexAccess access,
      @Nullable SqlExpr filter,
      RowLock lock,
      long limit)
      implements Query {}

  /**
   * @param ordinals which columns of the virtual table the output is, from 0
   */
  record VirtualScan(
      VirtualTable table, List<Column> output, List<Integer> ordinals, @Nullable SqlExpr filter)
      implements Query {}

  /**
   * Calls functions side by side (ROWS FROM), shorter ones filled up with NULLs.
   *
   * @param ordinality last column of the output counts the rows
   */
  record FunctionScan(List<Column> output, List<TableCall> calls, boolean ordinality)
      implements Query {}

  /** A call of a function that gives rows. */
  record TableCall(TableFunction function, List<SqlExpr> arguments) {}

  record Filter(PlanNode input, SqlExpr condition) implements Query {
    @Override
    public List<Column> output() {
      return input.output();
    }
  }

  /**
   * @param expressions one for each column of the output
   */
  record Project(PlanNode input, List<Column> output, List<SqlExpr> expressions) implements Query {}

  /** Kinds of joins; SEMI and ANTI give rows of the left side alone. */
  enum JoinKind {
    INNER,
    LEFT,
    RIGHT,
    FULL,
    SEMI,
    ANTI
  }

  /**
   * A join before the optimizer has chosen how; runs as nested loops.
   *
   * @param condition null: all pairs
   */
  record Join(JoinKind kind, PlanNode left, PlanNode right, @Nullable SqlExpr condition)
      implements Query {
    @Override
    public List<Column> output() {
      return PlanNodes.joined(kind, left, right);
    }
  }

  /**
   * Runs the right side anew for each row of the left one, whose columns it finds in registers:
   * LATERAL, and what could not be decorrelated.
   *
   * @param kind INNER, LEFT, SEMI or ANTI
   * @param registers ids of the left side's columns that the right side uses
   */
  record Apply(
      JoinKind kind,
      PlanNode left,
      PlanNode right,
      @Nullable SqlExpr condition,
      List<Integer> registers)
      implements Query {
    @Override
    public List<Column> output() {
      return PlanNodes.joined(kind, left, right);
    }
  }

  /**
   * Builds a table of the right side.
   *
   * @param residual what else has to hold; null: nothing
   * @param nullAware an ANTI join for NOT IN: NULLs on either side can make it unknown
   */
  record HashJoin(
      JoinKind kind,
      PlanNode left,
      PlanNode right,
      List<SqlExpr> leftKeys,
      List<SqlExpr> rightKeys,
      @Nullable SqlExpr residual,
      boolean nullAware)
      implements Query {
    @Override
    public List<Column> output() {
      return PlanNodes.joined(kind, left, right);
    }
  }

  /** Both sides come in the order of the keys, ascending, NULLs last. */
  record MergeJoin(
      JoinKind kind,
      PlanNode left,
      PlanNode right,
      List<SqlExpr> leftKeys,
      List<SqlExpr> rightKeys,
      @Nullable SqlExpr residual)
      implements Query {
    @Override
    public List<Column> output() {
      return PlanNodes.joined(kind, left, right);
    }
  }

  /**
   * Looks up rows of a table for batches of rows of the left side.
   *
   * @param kind INNER, LEFT, SEMI or ANTI
   * @param right its access has one range whose expressions are over the left side's columns
   * @param residual over both sides; null: nothing
   */
  record LookupJoin(JoinKind kind, PlanNode left, Scan right, @Nullable SqlExpr residual)
      implements Query {
    @Override
    public List<Column> output() {
      return PlanNodes.joined(kind, left, right);
    }
  }

  /**
   * Groups rows.
   *
   * @param output the group columns, then those of the calls; if there are grouping sets, then an
   *     INT4 column with the position of the set that a row belongs to
   * @param groupBy expressions of the group columns
   * @param groupingSets which group columns count, by position; null: one set of all of them
   * @param sorted whether the input comes ordered by the group columns
   */
  record Aggregate(
      PlanNode input,
      List<Column> output,
      List<SqlExpr> groupBy,
      @Nullable List<List<Integer>> groupingSets,
      List<AggregateCall> calls,
      boolean sorted)
      implements Query {}

  /**
   * @param output the input's columns, then those of the calls
   */
  record Window(
      PlanNode input,
      List<Column> output,
      List<SqlExpr> partitionBy,
      List<SortKey> orderBy,
      List<WindowCall> calls)
      implements Query {}

  /**
   * @param limit rows wanted at most, as far as known when planning; 0: all
   */
  record Sort(PlanNode input, List<SortKey> keys, long limit) implements Query {
    @Override
    public List<Column> output() {
      return input.output();
    }
  }

  /**
   * @param count null: all
   * @param tiesBy WITH TIES: the order, else empty
   */
  record Limit(
      PlanNode input, @Nullable SqlExpr count, @Nullable SqlExpr offset, List<SortKey> tiesBy)
      implements Query {
    @Override
    public List<Column> output() {
      return input.output();
    }
  }

  /**
   * Keeps the first of equal rows.
   *
   * @param on what is compared; the input is ordered by it when {@code sorted}
   */
  record Distinct(PlanNode input, List<SqlExpr> on, boolean sorted) implements Query {
    @Override
    public List<Column> output() {
      return input.output();
    }
  }

  /** Kinds of set operations. */
  enum SetKind {
    UNION,
    INTERSECT,
    EXCEPT
  }

  /** Columns of the inputs are matched by position and have the same types. */
  record SetOperation(SetKind kind, boolean all, List<Column> output, PlanNode left, PlanNode right)
      implements Query {}

  /**
   * Makes the rows of common table expressions available to its input.
   *
   * @param definitions in order; later ones may read earlier ones
   */
  record With(List<Cte> definitions, PlanNode input) implements Query {
    @Override
    public List<Column> output() {
      return input.output();
    }
  }

  /**
   * @param id unique in the statement
   * @param recursive null when it does not refer to itself; else the recursive part, which reads
   *     the rows of the last round by a {@link CteScan} of the same id
   * @param query when it changes rows it is run to its end once, even if nobody reads it
   * @param distinct UNION rather than UNION ALL
   * @param materialized whether it has to be computed as a whole, once
   */
  record Cte(
      int id,
      String name,
      PlanNode query,
      @Nullable PlanNode recursive,
      boolean distinct,
      boolean materialized) {}

  record CteScan(int id, String name, List<Column> output) implements Query {}

  /**
   * Locks the rows of tables that the input's rows come from, and no others: those that a filter, a
   * join or a limit have left out stay free. Where each row of one table is wanted its scan locks
   * them itself.
   */
  record LockRows(PlanNode input, List<Locked> tables) implements Query {
    @Override
    public List<Column> output() {
      return input.output();
    }
  }

  /**
   * A table whose rows are locked.
   *
   * @param key values of the primary key's columns in the input's rows
   */
  record Locked(TableDescriptor table, List<SqlExpr> key, RowLock lock) {}

  /** Calls a function that gives rows for each row of the input, in its SELECT list. */
  record ProjectSet(PlanNode input, List<Column> output, List<SetItem> items) implements Query {}

  /** One column of a {@link ProjectSet}: a plain expression or a call. */
  record SetItem(@Nullable SqlExpr expression, @Nullable TableCall call) {}
}
