package dev.troupe.sql.exec;

import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.plan.AggregateCall;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.SqlExpr;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What ranges are to do with the rows of a scan: the meaning of a program's bytes.
 *
 * @param index of the table, or its primary index
 * @param columns ids of the columns that are read
 * @param row what the expressions call these columns
 * @param filter rows that do not fulfil it are left out; null: none
 * @param shorten whether to leave other columns out of the rows sent
 * @param gathered what to send instead of rows; null: rows
 */
record RowWork(
    TableDescriptor table,
    IndexDescriptor index,
    List<Integer> columns,
    List<Column> row,
    @Nullable SqlExpr filter,
    boolean shorten,
    @Nullable Gathered gathered) {
  /** Groups of rows and what is gathered of them. */
  record Gathered(List<SqlExpr> groupBy, List<AggregateCall> calls) {}
}
