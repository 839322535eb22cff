package dev.troupe.sql.analyze;

import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.RowLock;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.syntax.ast.FromItem;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.Query;
import dev.troupe.sql.syntax.ast.QueryBody;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which tables of a FROM clause are locked, and how. All strengths lock alike: rows have one kind
 * of lock.
 */
final class RowLocks {
  static final RowLocks NONE = new RowLocks(List.of(), false);

  private final List<Query.Locking> clauses;
  private final boolean apart;
  private final Set<String> found = new HashSet<>();
  private final List<PlanNode.Locked> tables = new ArrayList<>();

  private RowLocks(List<Query.Locking> clauses, boolean apart) {
    this.clauses = clauses;
    this.apart = apart;
  }

  /** The locks of a query: its scan takes them if each of its rows comes out, otherwise the end. */
  static RowLocks of(QueryBody.Select select, Query query) {
    if (query.locking().isEmpty()) {
      return NONE;
    }
    boolean oneTable =
        select.from().size() == 1 && select.from().getFirst() instanceof FromItem.Table;
    return new RowLocks(
        query.locking(), !oneTable || !query.orderBy().isEmpty() || query.limit() != null);
  }

  /**
   * How the scan of a table has to lock its rows.
   *
   * @param key the primary key's columns as the scan gives them
   */
  RowLock atScan(TableDescriptor table, List<SqlExpr> key, RowLock lock) {
    if (apart) {
      tables.add(new PlanNode.Locked(table, key, lock));
      return lock == RowLock.SKIP_LOCKED ? RowLock.CANDIDATES : RowLock.NONE;
    }
    return lock;
  }

  /** What is to be locked by the rows that come out. */
  List<PlanNode.Locked> apart() {
    return tables;
  }

  boolean isEmpty() {
    return clauses.isEmpty();
  }

  RowLock of(String alias) {
    RowLock lock = RowLock.NONE;
    for (Query.Locking clause : clauses) {
      boolean meant = clause.tables().isEmpty();
      for (QualifiedName table : clause.tables()) {
        meant |= table.last().equals(alias);
      }
      if (meant) {
        found.add(alias);
        lock =
            switch (clause.waiting()) {
              case WAIT -> RowLock.WAIT;
              case NOWAIT -> RowLock.NO_WAIT;
              case SKIP_LOCKED -> RowLock.SKIP_LOCKED;
            };
      }
    }
    return lock;
  }

  /** Complains about names behind OF that FROM does not have. */
  void requireAllFound() {
    for (Query.Locking clause : clauses) {
      for (QualifiedName table : clause.tables()) {
        if (!found.contains(table.last())) {
          throw SqlException.of(
                  SqlState.UNDEFINED_TABLE,
                  "relation \"%s\" in FOR %s clause not found in FROM clause",
                  table.last(),
                  clause.strength().name().replace('_', ' '))
              .at(table.position());
        }
      }
    }
  }
}
