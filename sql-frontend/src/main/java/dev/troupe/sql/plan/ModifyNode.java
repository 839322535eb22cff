package dev.troupe.sql.plan;

import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes rows of a table; its output is what RETURNING asks for, or nothing. The expressions see
 * columns of the plan by their ids: {@code target} columns stand for the table's row.
 */
public sealed interface ModifyNode extends PlanNode {
  TableDescriptor table();

  /**
   * What is computed of each changed row.
   *
   * @param row columns that stand for the row as it is after the change (before, of a DELETE), one
   *     for each column of the table in its order
   */
  record Returning(List<Column> row, List<SqlExpr> expressions) {}

  /**
   * A condition of the table on rows to be written.
   *
   * @param condition over {@link Checks#row}
   */
  record Check(String name, SqlExpr condition) {}

  /**
   * What is computed and demanded of each row before it is written.
   *
   * @param row columns that stand for the new row, one for each column of the table in its order
   * @param generated expressions of generated columns, by position in the row; null: ordinary
   * @param indexPredicates which rows each of {@link TableDescriptor#indexes} holds; null: all
   * @param defaults by position in the row, for ON DELETE SET DEFAULT; null: NULL
   */
  record Checks(
      List<Column> row,
      List<@Nullable SqlExpr> generated,
      List<Check> checks,
      List<@Nullable SqlExpr> indexPredicates,
      List<@Nullable SqlExpr> defaults) {}

  /**
   * @param input gives one value for each column of the table, in its order, defaults filled in
   * @param conflict null: a duplicate key is an error
   */
  record Insert(
      TableDescriptor table,
      PlanNode input,
      Checks checks,
      @Nullable OnConflict conflict,
      @Nullable Returning returning,
      List<Column> output)
      implements ModifyNode {}

  /**
   * ON CONFLICT.
   *
   * @param arbiters indexes whose duplicates are meant; empty: all unique ones
   * @param existing columns that stand for the row that is there
   * @param excluded columns that stand for the row that was to be inserted
   * @param assignments null: DO NOTHING; else for each column of the table its new value, or null
   * @param where null: always
   */
  record OnConflict(
      List<IndexDescriptor> arbiters,
      List<Column> existing,
      List<Column> excluded,
      @Nullable List<@Nullable SqlExpr> assignments,
      @Nullable SqlExpr where) {}

  /**
   * @param input its first columns are the row as it is, one for each column of the table in its
   *     order, then whatever else the expressions need
   * @param assignments for each column of the table its new value, over the input; null: unchanged
   */
  record Update(
      TableDescriptor table,
      PlanNode input,
      List<@Nullable SqlExpr> assignments,
      Checks checks,
      @Nullable Returning returning,
      List<Column> output)
      implements ModifyNode {}

  /**
   * @param input its first columns are the row as it is, one for each column of the table
   * @param checks of which the predicates of indexes are used
   */
  record Delete(
      TableDescriptor table,
      PlanNode input,
      Checks checks,
      @Nullable Returning returning,
      List<Column> output)
      implements ModifyNode {}
}
