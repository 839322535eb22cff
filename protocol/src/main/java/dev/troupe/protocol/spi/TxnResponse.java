package dev.troupe.protocol.spi;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answer to a {@link TxnRequest}. */
public sealed interface TxnResponse {
  /**
   * Answer to a Get.
   *
   * @param value null when the key does not exist, or was skipped
   * @param version when it was written; MIN for what this transaction wrote itself
   */
  record Value(byte @Nullable [] value, Timestamp version) implements TxnResponse {}

  /** Answer to a GetAll, in the order of its keys. */
  record Values(List<Value> values) implements TxnResponse {}

  /**
   * Answer to a Scan.
   *
   * @param resume where the next page begins (ends, when reversed); null when the span is done
   * @param evaluated as in {@link KvResponse.Page}
   */
  record Page(
      List<KvResponse.Row> rows, @Nullable Key resume, KvResponse.@Nullable Evaluated evaluated)
      implements TxnResponse {
    public Page(List<KvResponse.Row> rows, @Nullable Key resume) {
      this(rows, resume, null);
    }
  }

  /**
   * Answer to NotAfter.
   *
   * @param at the transaction sees what was committed up to then, and nothing else
   */
  record ReadsAt(Timestamp at) implements TxnResponse {}

  /** What was asked for has been done. */
  record Done() implements TxnResponse {}

  /**
   * The transaction is committed and durable.
   *
   * @param at its place in the order of all transactions; of one that wrote nothing, when it read
   */
  record Committed(Timestamp at) implements TxnResponse {}

  /** Answer to a OneShot; one answer per operation of the branch taken, in order. */
  record OneShotDone(boolean matched, List<TxnResponse> results, Timestamp at)
      implements TxnResponse {}

  /**
   * The request was refused or has failed. Unless the code is about the request alone
   * (INVALID_ARGUMENT, LOCK_NOT_AVAILABLE, UNKNOWN_SAVEPOINT, limits), the transaction has ended.
   */
  record Failed(ErrorCode code, String message) implements TxnResponse {
    public TroupeException toException() {
      return new TroupeException(code, message);
    }
  }
}
