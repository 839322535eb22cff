package dev.troupe.sql.kv;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import org.jspecify.annotations.Nullable;

/** What clients of SQL are told of failures below: the one table of codes. */
final class KvErrors {
  private static final String RETRY_HINT = "The transaction might succeed if retried.";

  private KvErrors() {}

  static SqlException of(ErrorCode code, String message) {
    SqlException error = new SqlException(state(code), headline(code, message));
    if (!error.getMessage().equals(message)) {
      error.withDetail(message);
    }
    String hint = hint(code);
    return hint == null ? error : error.withHint(hint);
  }

  /** Of a commit: what may have happened must not look as if it had not. */
  static SqlException ofCommit(ErrorCode code, String message) {
    return of(
        code.retry() == ErrorCode.Retry.UNKNOWN_OUTCOME ? ErrorCode.AMBIGUOUS : code, message);
  }

  static SqlState state(ErrorCode code) {
    return switch (code) {
      // An expired transaction did nothing: like a conflict, it can be run again.
      case TXN_CONFLICT, TXN_EXPIRED -> SqlState.SERIALIZATION_FAILURE;
      case DEADLOCK -> SqlState.DEADLOCK_DETECTED;
      case AMBIGUOUS -> SqlState.STATEMENT_COMPLETION_UNKNOWN;
      case LOCK_NOT_AVAILABLE -> SqlState.LOCK_NOT_AVAILABLE;
      case TXN_TOO_LARGE -> SqlState.CONFIGURATION_LIMIT_EXCEEDED;
      case TXN_ENDED -> SqlState.INVALID_TRANSACTION_STATE;
      // As PostgreSQL when there are too many at once: nothing was done, and it may be tried again.
      case OVERLOADED -> SqlState.TOO_MANY_CONNECTIONS;
      case RANGE_UNAVAILABLE, NOT_LEADER, RANGE_MOVED, NOT_INITIALIZED ->
          SqlState.CANNOT_CONNECT_NOW;
      case DEADLINE_EXCEEDED -> SqlState.QUERY_CANCELED;
      case SHUTTING_DOWN -> SqlState.ADMIN_SHUTDOWN;
      case UNKNOWN_SAVEPOINT -> SqlState.INVALID_SAVEPOINT_SPECIFICATION;
      case TIMESTAMP_TOO_OLD, TIMESTAMP_IN_FUTURE -> SqlState.INVALID_PARAMETER_VALUE;
      case KEY_TOO_LARGE, VALUE_TOO_LARGE, BATCH_TOO_LARGE -> SqlState.PROGRAM_LIMIT_EXCEEDED;
      case CORRUPTION -> SqlState.DATA_CORRUPTED;
      case STORAGE_FAILED -> SqlState.SYSTEM_ERROR;
      case INVALID_ARGUMENT,
          CROSS_RANGE_BATCH,
          UNKNOWN_RANGE,
          UNKNOWN_NODE,
          WRONG_CLUSTER,
          ALREADY_INITIALIZED,
          PRECONDITION_FAILED,
          INTERNAL ->
          SqlState.INTERNAL_ERROR;
    };
  }

  /** What clients know from PostgreSQL, where it has the case; otherwise the message itself. */
  private static String headline(ErrorCode code, String message) {
    if (code == ErrorCode.TXN_CONFLICT) {
      return "could not serialize access due to concurrent update";
    }
    if (code == ErrorCode.DEADLOCK) {
      return "deadlock detected";
    }
    if (code == ErrorCode.AMBIGUOUS) {
      return "it is not known whether the transaction was committed";
    }
    if (code == ErrorCode.LOCK_NOT_AVAILABLE) {
      return "could not obtain lock on row";
    }
    if (code == ErrorCode.DEADLINE_EXCEEDED) {
      return "canceling statement due to statement timeout";
    }
    return message;
  }

  private static @Nullable String hint(ErrorCode code) {
    if (code == ErrorCode.TXN_TOO_LARGE) {
      return "Do the work in several transactions.";
    }
    if (code == ErrorCode.AMBIGUOUS) {
      return "Read what it was to change before you repeat it.";
    }
    return code.retry() == ErrorCode.Retry.RESTART || code == ErrorCode.OVERLOADED
        ? RETRY_HINT
        : null;
  }
}
