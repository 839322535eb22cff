package dev.troupe.sql.session;

import dev.troupe.sql.analyze.Binder;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.TransactionStatement;
import dev.troupe.sql.syntax.ast.TransactionStatement.Modes;
import java.util.Locale;

/** BEGIN, COMMIT, SAVEPOINT and what belongs to them. */
final class TransactionStatements {
  private final SessionParts parts;
  private final PortalRows rows;
  private final AsOfTime asOf;

  TransactionStatements(SessionParts parts, PortalRows rows, AsOfTime asOf) {
    this.parts = parts;
    this.rows = rows;
    this.asOf = asOf;
  }

  /** Whether it can be run although the transaction has failed. */
  static boolean endsFailure(TransactionStatement statement) {
    return switch (statement) {
      case TransactionStatement.Commit s -> true;
      case TransactionStatement.Rollback s -> true;
      case TransactionStatement.RollbackTo s -> true;
      case TransactionStatement.Begin s -> false;
      case TransactionStatement.Savepoint s -> false;
      case TransactionStatement.Release s -> false;
      case TransactionStatement.PrepareTransaction s -> false;
      case TransactionStatement.EndPrepared s -> false;
      case TransactionStatement.SetTransaction s -> false;
      case TransactionStatement.SetSnapshot s -> false;
      case TransactionStatement.SetCharacteristics s -> false;
      case TransactionStatement.SetConstraints s -> false;
    };
  }

  /** Returns the command tag. */
  String run(TransactionStatement statement, ResultSink sink) {
    TransactionScope transaction = parts.transaction();
    if (!endsFailure(statement)) {
      transaction.requireUsable();
    }
    return switch (statement) {
      case TransactionStatement.Begin s -> begin(s, sink);
      case TransactionStatement.Commit s -> commit(s, sink);
      case TransactionStatement.Rollback s -> rollback(s, sink);
      case TransactionStatement.Savepoint s -> {
        requireBlock("SAVEPOINT");
        transaction.savepoint(s.name().text());
        yield "SAVEPOINT";
      }
      case TransactionStatement.Release s -> {
        requireBlock("RELEASE SAVEPOINT");
        transaction.release(s.savepoint().text());
        yield "RELEASE";
      }
      case TransactionStatement.RollbackTo s -> {
        requireBlock("ROLLBACK TO SAVEPOINT");
        transaction.rollbackTo(s.savepoint().text());
        yield "ROLLBACK";
      }
      case TransactionStatement.SetTransaction s -> {
        warnOutside("SET TRANSACTION", sink);
        apply(s.modes());
        yield "SET";
      }
      case TransactionStatement.SetCharacteristics s -> {
        setDefaults(s.modes());
        yield "SET";
      }
      case TransactionStatement.SetConstraints s -> "SET CONSTRAINTS";
      case TransactionStatement.PrepareTransaction s -> throw unsupported("PREPARE TRANSACTION");
      case TransactionStatement.EndPrepared s -> throw unsupported("two-phase commit by clients");
      case TransactionStatement.SetSnapshot s -> throw unsupported("SET TRANSACTION SNAPSHOT");
    };
  }

  private String begin(TransactionStatement.Begin statement, ResultSink sink) {
    TransactionScope transaction = parts.transaction();
    if (transaction.isOpen() && !transaction.isImplicit()) {
      sink.notice(
          Notice.warning(
              SqlState.ACTIVE_SQL_TRANSACTION, "there is already a transaction in progress"));
    } else {
      transaction.beginExplicit(parts.nowMicros());
      apply(statement.modes());
    }
    return statement.start() ? "START TRANSACTION" : "BEGIN";
  }

  private String commit(TransactionStatement.Commit statement, ResultSink sink) {
    TransactionScope transaction = parts.transaction();
    if (transaction.hasFailed()) {
      transaction.rollback();
      chain(statement.chain());
      return "ROLLBACK";
    }
    warnOutsideOfAny(sink);
    transaction.commit();
    chain(statement.chain());
    return "COMMIT";
  }

  private String rollback(TransactionStatement.Rollback statement, ResultSink sink) {
    TransactionScope transaction = parts.transaction();
    warnOutsideOfAny(sink);
    transaction.rollback();
    chain(statement.chain());
    return "ROLLBACK";
  }

  private void chain(boolean wanted) {
    if (wanted) {
      parts.transaction().beginExplicit(parts.nowMicros());
    }
  }

  private void warnOutsideOfAny(ResultSink sink) {
    if (!parts.transaction().isOpen() || parts.transaction().isImplicit()) {
      sink.notice(
          Notice.warning(
              SqlState.NO_ACTIVE_SQL_TRANSACTION, "there is no transaction in progress"));
    }
  }

  private void warnOutside(String what, ResultSink sink) {
    if (!parts.transaction().isOpen() || parts.transaction().isImplicit()) {
      sink.notice(
          Notice.warning(
              SqlState.NO_ACTIVE_SQL_TRANSACTION,
              what + " can only be used in transaction blocks"));
    }
  }

  private void requireBlock(String what) {
    if (!parts.transaction().isOpen() || parts.transaction().isImplicit()) {
      throw new SqlException(
          SqlState.NO_ACTIVE_SQL_TRANSACTION, what + " can only be used in transaction blocks");
    }
  }

  /** Every level is served as serializable, which is more than any of them promises. */
  private void apply(Modes modes) {
    if (modes.isolation() != null) {
      requireNothingDone();
      parts.settings().set("transaction_isolation", level(modes), true);
    }
    Boolean readOnly = modes.readOnly();
    if (readOnly != null) {
      parts.transaction().setReadOnly(readOnly);
    }
    Expression moment = modes.asOf();
    if (moment != null) {
      requireNothingDone();
      SqlExpr bound = Binder.bindAsOf(moment, parts.transaction().schema(false));
      parts.transaction().readFrom(asOf.begin(rows.constant(bound)));
    }
  }

  private void requireNothingDone() {
    if (parts.transaction().hasBegunToWork()) {
      throw new SqlException(
          SqlState.ACTIVE_SQL_TRANSACTION,
          "SET TRANSACTION ISOLATION LEVEL must be called before any query");
    }
  }

  private void setDefaults(Modes modes) {
    if (modes.isolation() != null) {
      parts.settings().set("default_transaction_isolation", level(modes), false);
    }
    Boolean readOnly = modes.readOnly();
    if (readOnly != null) {
      parts.settings().set("default_transaction_read_only", readOnly ? "on" : "off", false);
    }
    Boolean deferrable = modes.deferrable();
    if (deferrable != null) {
      parts.settings().set("default_transaction_deferrable", deferrable ? "on" : "off", false);
    }
  }

  private static String level(Modes modes) {
    return String.valueOf(modes.isolation()).toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static SqlException unsupported(String what) {
    return new SqlException(SqlState.FEATURE_NOT_SUPPORTED, what + " is not supported");
  }
}
