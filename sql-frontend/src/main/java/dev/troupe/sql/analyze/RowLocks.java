package dev.troupe.sql.analyze;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.plan.RowLock;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.Query;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which tables of a FROM clause are locked, and how. All strengths lock alike: rows have one kind
 * of lock.
 */
final class RowLocks {
  static final RowLocks NONE = new RowLocks(List.of());

  private final List<Query.Locking> clauses;
  private final Set<String> found = new HashSet<>();

  private RowLocks(List<Query.Locking> clauses) {
    this.clauses = clauses;
  }

  static RowLocks of(List<Query.Locking> clauses) {
    return clauses.isEmpty() ? NONE : new RowLocks(clauses);
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
