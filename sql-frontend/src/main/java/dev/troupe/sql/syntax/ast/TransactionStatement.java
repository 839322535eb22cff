package dev.troupe.sql.syntax.ast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Statements that begin, end and shape transactions. */
public sealed interface TransactionStatement extends Statement {

  /** BEGIN; with start it was written START TRANSACTION. */
  record Begin(boolean start, Modes modes, int position) implements TransactionStatement {}

  /** COMMIT, END. */
  record Commit(boolean chain, int position) implements TransactionStatement {}

  /** ROLLBACK, ABORT. */
  record Rollback(boolean chain, int position) implements TransactionStatement {}

  record Savepoint(Name name, int position) implements TransactionStatement {}

  record Release(Name savepoint, int position) implements TransactionStatement {}

  record RollbackTo(Name savepoint, int position) implements TransactionStatement {}

  /** PREPARE TRANSACTION. */
  record PrepareTransaction(String id, int position) implements TransactionStatement {}

  /** COMMIT PREPARED, or ROLLBACK PREPARED. */
  record EndPrepared(boolean commit, String id, int position) implements TransactionStatement {}

  /** SET TRANSACTION. */
  record SetTransaction(Modes modes, int position) implements TransactionStatement {}

  /** SET TRANSACTION SNAPSHOT. */
  record SetSnapshot(String id, int position) implements TransactionStatement {}

  /** SET SESSION CHARACTERISTICS AS TRANSACTION. */
  record SetCharacteristics(Modes modes, int position) implements TransactionStatement {}

  /** SET CONSTRAINTS; all of them when names are empty. */
  record SetConstraints(List<QualifiedName> names, boolean deferred, int position)
      implements TransactionStatement {
    public SetConstraints {
      names = List.copyOf(names);
    }
  }

  /** Properties of a transaction; null what was not said. */
  record Modes(
      @Nullable Isolation isolation,
      @Nullable Boolean readOnly,
      @Nullable Boolean deferrable,
      @Nullable Expression asOf) {
    /** Nothing was said. */
    public static final Modes NONE = new Modes(null, null, null, null);
  }

  /** Isolation levels; names are as in SQL. */
  enum Isolation {
    READ_UNCOMMITTED,
    READ_COMMITTED,
    REPEATABLE_READ,
    SERIALIZABLE
  }
}
