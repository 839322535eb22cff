package dev.troupe.node.grpc;

import com.google.protobuf.ByteString;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.v1.BatchOperation;
import dev.troupe.v1.BatchRequest;
import dev.troupe.v1.CompareAndSetRequest;
import dev.troupe.v1.DeleteRangeRequest;
import dev.troupe.v1.DeleteRequest;
import dev.troupe.v1.GetRequest;
import dev.troupe.v1.PutRequest;
import dev.troupe.v1.ScanRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Translates what a client sent into requests on whole keys, and refuses what is outside of the
 * limits. Every method throws {@link TroupeException} with INVALID_ARGUMENT, KEY_TOO_LARGE,
 * VALUE_TOO_LARGE or BATCH_TOO_LARGE.
 */
final class KvDecoder {
  private KvDecoder() {}

  static KvRequest.Get get(GetRequest request) {
    return new KvRequest.Get(key(Namespace.of(request.getNamespace()), request.getKey()));
  }

  static KvRequest.Put put(PutRequest request) {
    return put(Namespace.of(request.getNamespace()), request);
  }

  static KvRequest.Delete delete(DeleteRequest request) {
    return delete(Namespace.of(request.getNamespace()), request);
  }

  static KvRequest.CompareAndSet compareAndSet(CompareAndSetRequest request) {
    return compareAndSet(Namespace.of(request.getNamespace()), request);
  }

  static KvRequest.DeleteRange deleteRange(DeleteRangeRequest request) {
    Namespace namespace = Namespace.of(request.getNamespace());
    return new KvRequest.DeleteRange(
        span(namespace, request.getStart(), request.getEnd()), RequestLimits.DELETE_PAGE_KEYS);
  }

  /** The first page; its limits are those of the whole scan or of one page, whichever is less. */
  static KvRequest.Scan scan(Namespace namespace, ScanRequest request) {
    long limit = rowLimit(request);
    return new KvRequest.Scan(
        span(namespace, request.getStart(), request.getEnd()),
        (int) Math.min(limit, RequestLimits.SCAN_PAGE_ROWS),
        RequestLimits.SCAN_PAGE_BYTES,
        request.getReverse(),
        request.getKeysOnly(),
        null);
  }

  /** Rows wanted; the field is unsigned and zero means all. */
  static long rowLimit(ScanRequest request) {
    long limit = request.getLimit();
    return limit <= 0 ? Long.MAX_VALUE : limit;
  }

  static KvRequest.Batch batch(BatchRequest request) {
    requireBatchSize(request);
    Namespace namespace = Namespace.of(request.getNamespace());
    List<KvRequest.Write> writes = new ArrayList<>(request.getOperationsCount());
    for (BatchOperation operation : request.getOperationsList()) {
      writes.add(operation(namespace, operation, writes.size()));
    }
    return new KvRequest.Batch(writes);
  }

  private static KvRequest.Write operation(
      Namespace namespace, BatchOperation operation, int position) {
    return switch (operation.getOperationCase()) {
      case PUT -> {
        requireBatchNamespace(namespace, operation.getPut().getNamespace(), position);
        yield put(namespace, operation.getPut());
      }
      case DELETE -> {
        requireBatchNamespace(namespace, operation.getDelete().getNamespace(), position);
        yield delete(namespace, operation.getDelete());
      }
      case COMPARE_AND_SET -> {
        requireBatchNamespace(namespace, operation.getCompareAndSet().getNamespace(), position);
        yield compareAndSet(namespace, operation.getCompareAndSet());
      }
      case OPERATION_NOT_SET ->
          throw invalid(
              "operation " + position + " of the batch is empty or not known to this version");
    };
  }

  private static KvRequest.Put put(Namespace namespace, PutRequest request) {
    return new KvRequest.Put(key(namespace, request.getKey()), value(request.getValue()));
  }

  private static KvRequest.Delete delete(Namespace namespace, DeleteRequest request) {
    return new KvRequest.Delete(key(namespace, request.getKey()));
  }

  private static KvRequest.CompareAndSet compareAndSet(
      Namespace namespace, CompareAndSetRequest request) {
    byte @Nullable [] expected = request.hasExpected() ? value(request.getExpected()) : null;
    byte @Nullable [] value = request.hasValue() ? value(request.getValue()) : null;
    return new KvRequest.CompareAndSet(key(namespace, request.getKey()), expected, value);
  }

  static Key key(Namespace namespace, ByteString key) {
    if (key.isEmpty()) {
      throw invalid("the key is empty; a key has 1 to " + RequestLimits.KEY_BYTES_MAX + " bytes");
    }
    requireKeySize("the key", key);
    return namespace.key(key);
  }

  static KeySpan span(Namespace namespace, ByteString start, ByteString end) {
    requireKeySize("the start of the span", start);
    requireKeySize("the end of the span", end);
    Key from = start.isEmpty() ? namespace.span().start() : namespace.key(start);
    Key to = end.isEmpty() ? namespace.span().end() : namespace.key(end);
    if (from.compareTo(to) >= 0) {
      throw invalid(
          "the span is empty or reversed: its start \"%s\" is not below its end \"%s\" (for a descending scan keep start < end and set reverse)"
              .formatted(printable(start), printable(end)));
    }
    return new KeySpan(from, to);
  }

  static byte[] value(ByteString value) {
    if (value.size() > RequestLimits.VALUE_BYTES_MAX) {
      throw new TroupeException(
          ErrorCode.VALUE_TOO_LARGE,
          "the value has "
              + value.size()
              + " bytes; at most "
              + RequestLimits.VALUE_BYTES_MAX
              + " are allowed");
    }
    return Bytes.adopt(value);
  }

  private static void requireKeySize(String what, ByteString key) {
    if (key.size() > RequestLimits.KEY_BYTES_MAX) {
      throw new TroupeException(
          ErrorCode.KEY_TOO_LARGE,
          what
              + " has "
              + key.size()
              + " bytes; at most "
              + RequestLimits.KEY_BYTES_MAX
              + " are allowed");
    }
  }

  private static void requireBatchSize(BatchRequest request) {
    int operations = request.getOperationsCount();
    if (operations == 0) {
      throw invalid("the batch has no operation");
    }
    if (operations > RequestLimits.BATCH_OPERATIONS_MAX) {
      throw new TroupeException(
          ErrorCode.BATCH_TOO_LARGE,
          "the batch has "
              + operations
              + " operations; at most "
              + RequestLimits.BATCH_OPERATIONS_MAX
              + " are allowed");
    }
    if (request.getSerializedSize() > RequestLimits.BATCH_BYTES_MAX + RequestLimits.KEY_BYTES_MAX) {
      throw new TroupeException(
          ErrorCode.BATCH_TOO_LARGE,
          "the batch has "
              + request.getSerializedSize()
              + " bytes; at most "
              + RequestLimits.BATCH_BYTES_MAX
              + " are allowed");
    }
  }

  private static void requireBatchNamespace(Namespace batch, String given, int position) {
    if (!given.isEmpty() && !given.equals(batch.name())) {
      throw invalid(
          "operation %d names the namespace \"%s\", its batch \"%s\"; a batch has one namespace"
              .formatted(position, given, batch.name()));
    }
  }

  private static String printable(ByteString bytes) {
    return Key.wrap(bytes.toByteArray()).toString();
  }

  private static TroupeException invalid(String message) {
    return new TroupeException(ErrorCode.INVALID_ARGUMENT, message);
  }
}
