package dev.troupe.node.grpc;

import com.google.protobuf.ByteString;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.v1.BeginRequest;
import dev.troupe.v1.ExecuteRequest;
import dev.troupe.v1.GetTransactionOutcomeRequest;
import dev.troupe.v1.TxnCompare;
import dev.troupe.v1.TxnGetRequest;
import dev.troupe.v1.TxnLock;
import dev.troupe.v1.TxnOperation;
import dev.troupe.v1.TxnPutRequest;
import dev.troupe.v1.TxnScanRequest;
import dev.troupe.v1.TxnSessionRequest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Translates what clients of the transaction service sent, within the limits of the key-value
 * service. Every method throws {@link TroupeException} with INVALID_ARGUMENT, KEY_TOO_LARGE,
 * VALUE_TOO_LARGE or BATCH_TOO_LARGE.
 */
final class TxnDecoder {
  /** More losses count no more. */
  private static final int LOSSES_MAX = 255;

  private TxnDecoder() {}

  /** A request of a session that has begun. */
  static TxnRequest request(Namespace namespace, TxnSessionRequest message) {
    return switch (message.getRequestCase()) {
      case BEGIN -> throw invalid("the transaction has begun; a session has one transaction");
      case GET -> get(namespace, message.getGet());
      case SCAN -> scan(namespace, message.getScan(), RequestLimits.SCAN_PAGE_BYTES);
      case PUT -> put(namespace, message.getPut());
      case DELETE -> new TxnRequest.Delete(KvDecoder.key(namespace, message.getDelete().getKey()));
      case SAVEPOINT ->
          new TxnRequest.Savepoint(
              savepoint(message.getSavepoint().getName(), message.getSavepoint().getNameBytes()));
      case ROLLBACK_TO ->
          new TxnRequest.RollbackTo(
              savepoint(message.getRollbackTo().getName(), message.getRollbackTo().getNameBytes()));
      case RELEASE ->
          new TxnRequest.Release(
              savepoint(message.getRelease().getName(), message.getRelease().getNameBytes()));
      case COMMIT -> new TxnRequest.Commit();
      case ROLLBACK -> new TxnRequest.Rollback();
      case REQUEST_NOT_SET ->
          throw invalid("the message has no request, or one not known to this version");
    };
  }

  static TxnRequest.OneShot oneShot(TxnId id, Namespace namespace, ExecuteRequest request) {
    int operations = request.getThenCount() + request.getOrElseCount();
    requireCount(request.getCompareCount() + operations);
    List<TxnRequest.Compare> compares = new ArrayList<>(request.getCompareCount());
    for (TxnCompare compare : request.getCompareList()) {
      compares.add(compare(namespace, compare, compares.size()));
    }
    return new TxnRequest.OneShot(
        id,
        named(request.getTransactionId(), request.getChosenAfter()),
        compares,
        operations(namespace, request.getThenList()),
        operations(namespace, request.getOrElseList()));
  }

  /** Empty: drawn here. */
  static TxnId idOrDrawn(ByteString id, TxnIds ids) {
    return id.isEmpty() ? ids.next() : id(id);
  }

  /** Since when the name of a transaction may have been in use; clients are believed. */
  static Timestamp named(ByteString id, long chosenAfter) {
    return id.isEmpty() ? Transactions.JUST_NOW : new Timestamp(chosenAfter);
  }

  /** What a client says is believed, within bounds. */
  static int losses(BeginRequest begin) {
    return Integer.compareUnsigned(begin.getLosses(), LOSSES_MAX) > 0
        ? LOSSES_MAX
        : begin.getLosses();
  }

  static TxnId id(ByteString id) {
    if (id.size() != TxnId.BYTES) {
      throw invalid(
          "the transaction id has %d bytes; it must have %d".formatted(id.size(), TxnId.BYTES));
    }
    ByteBuffer bytes = id.asReadOnlyByteBuffer();
    return new TxnId(bytes.getLong(), bytes.getLong());
  }

  static Key firstKey(GetTransactionOutcomeRequest request) {
    return KvDecoder.key(Namespace.of(request.getNamespace()), request.getFirstKey());
  }

  private static List<TxnRequest.Operation> operations(
      Namespace namespace, List<TxnOperation> operations) {
    int scans = 0;
    for (TxnOperation operation : operations) {
      scans += operation.hasScan() ? 1 : 0;
    }
    // All pages of a branch leave in one message, so they share what a page may have.
    int pageBytes = RequestLimits.SCAN_PAGE_BYTES / Math.max(1, scans);
    List<TxnRequest.Operation> decoded = new ArrayList<>(operations.size());
    for (TxnOperation operation : operations) {
      decoded.add(
          switch (operation.getOperationCase()) {
            case GET -> get(namespace, operation.getGet());
            case SCAN -> scan(namespace, operation.getScan(), pageBytes);
            case PUT -> put(namespace, operation.getPut());
            case DELETE ->
                new TxnRequest.Delete(KvDecoder.key(namespace, operation.getDelete().getKey()));
            case OPERATION_NOT_SET ->
                throw invalid(
                    "operation %d of a branch is empty or not known to this version"
                        .formatted(decoded.size()));
          });
    }
    return decoded;
  }

  private static TxnRequest.Compare compare(Namespace namespace, TxnCompare compare, int position) {
    Key key = KvDecoder.key(namespace, compare.getKey());
    return switch (compare.getConditionCase()) {
      case VALUE -> new TxnRequest.Compare.ValueIs(key, KvDecoder.value(compare.getValue()));
      case EXISTS ->
          compare.getExists()
              ? new TxnRequest.Compare.Exists(key)
              : new TxnRequest.Compare.ValueIs(key, null);
      case CONDITION_NOT_SET ->
          throw invalid(
              "comparison %d has no condition, or one not known to this version"
                  .formatted(position));
    };
  }

  private static TxnRequest.Get get(Namespace namespace, TxnGetRequest get) {
    return new TxnRequest.Get(
        KvDecoder.key(namespace, get.getKey()), lock(get.getLock(), get.getLockValue()));
  }

  private static TxnRequest.Put put(Namespace namespace, TxnPutRequest put) {
    return new TxnRequest.Put(
        KvDecoder.key(namespace, put.getKey()), KvDecoder.value(put.getValue()));
  }

  private static TxnRequest.Scan scan(Namespace namespace, TxnScanRequest scan, int pageBytes) {
    long limit = scan.getLimit();
    // Unsigned, and 0 means as many as a page holds.
    boolean whole = limit <= 0 || limit > RequestLimits.SCAN_PAGE_ROWS;
    return new TxnRequest.Scan(
        KvDecoder.span(namespace, scan.getStart(), scan.getEnd()),
        whole ? RequestLimits.SCAN_PAGE_ROWS : (int) limit,
        pageBytes,
        scan.getReverse(),
        scan.getKeysOnly(),
        lock(scan.getLock(), scan.getLockValue()));
  }

  private static TxnRequest.Lock lock(TxnLock lock, int number) {
    return switch (lock) {
      case TXN_LOCK_NONE -> TxnRequest.Lock.NONE;
      case TXN_LOCK_WAIT -> TxnRequest.Lock.WAIT;
      case TXN_LOCK_NO_WAIT -> TxnRequest.Lock.NO_WAIT;
      case TXN_LOCK_SKIP_LOCKED -> TxnRequest.Lock.SKIP_LOCKED;
      case UNRECOGNIZED -> throw invalid("the lock " + number + " is not known to this version");
    };
  }

  private static String savepoint(String name, ByteString bytes) {
    if (bytes.isEmpty() || bytes.size() > RequestLimits.SAVEPOINT_NAME_BYTES_MAX) {
      throw invalid(
          "the name of a savepoint has 1 to %d bytes, this one %d"
              .formatted(RequestLimits.SAVEPOINT_NAME_BYTES_MAX, bytes.size()));
    }
    return name;
  }

  private static void requireCount(int count) {
    if (count == 0) {
      throw invalid("the transaction has neither comparisons nor operations");
    }
    if (count > RequestLimits.EXECUTE_OPERATIONS_MAX) {
      throw new TroupeException(
          ErrorCode.BATCH_TOO_LARGE,
          "the transaction has %d comparisons and operations; at most %d are allowed"
              .formatted(count, RequestLimits.EXECUTE_OPERATIONS_MAX));
    }
  }

  static TroupeException invalid(String message) {
    return new TroupeException(ErrorCode.INVALID_ARGUMENT, message);
  }
}
