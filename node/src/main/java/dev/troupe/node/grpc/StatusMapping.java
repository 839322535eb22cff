package dev.troupe.node.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.v1.Failure;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import org.jspecify.annotations.Nullable;

/** How the error catalogue looks through gRPC, and how a client reads it back. */
public final class StatusMapping {
  public static final String DOMAIN = "troupe.dev";
  public static final String RETRY = "retry";

  private StatusMapping() {}

  /** The table. */
  public static Status.Code statusCode(ErrorCode code) {
    return switch (code) {
      case INVALID_ARGUMENT,
          KEY_TOO_LARGE,
          VALUE_TOO_LARGE,
          BATCH_TOO_LARGE,
          TXN_TOO_LARGE,
          UNKNOWN_SAVEPOINT ->
          Status.Code.INVALID_ARGUMENT;
      case UNKNOWN_RANGE, UNKNOWN_NODE -> Status.Code.NOT_FOUND;
      case CROSS_RANGE_BATCH, WRONG_CLUSTER, PRECONDITION_FAILED, TXN_ENDED, LOCK_NOT_AVAILABLE ->
          Status.Code.FAILED_PRECONDITION;
      case ALREADY_INITIALIZED -> Status.Code.ALREADY_EXISTS;
      case NOT_INITIALIZED, NOT_LEADER, RANGE_MOVED, RANGE_UNAVAILABLE, SHUTTING_DOWN ->
          Status.Code.UNAVAILABLE;
      case TXN_CONFLICT, DEADLOCK, TXN_EXPIRED -> Status.Code.ABORTED;
      case TIMESTAMP_TOO_OLD, TIMESTAMP_IN_FUTURE -> Status.Code.OUT_OF_RANGE;
      case OVERLOADED -> Status.Code.RESOURCE_EXHAUSTED;
      case DEADLINE_EXCEEDED -> Status.Code.DEADLINE_EXCEEDED;
      case AMBIGUOUS -> Status.Code.UNKNOWN;
      case CORRUPTION -> Status.Code.DATA_LOSS;
      case STORAGE_FAILED, INTERNAL -> Status.Code.INTERNAL;
    };
  }

  public static StatusRuntimeException toStatus(KvResponse.Failed failed) {
    return toStatus(failed.code(), failed.message());
  }

  public static StatusRuntimeException toStatus(ErrorCode code, String message) {
    ErrorInfo info =
        ErrorInfo.newBuilder()
            .setReason(code.name())
            .setDomain(DOMAIN)
            .putMetadata(RETRY, code.retry().name())
            .build();
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(statusCode(code).value())
            .setMessage(message)
            .addDetails(Any.pack(info))
            .build());
  }

  /** A failure of any kind; what is not in the catalogue is INTERNAL. */
  public static StatusRuntimeException toStatus(Throwable failure) {
    return toStatus(toFailed(failure));
  }

  /** The reason in a status that came over the wire; null when it was not ours. */
  public static @Nullable ErrorCode codeOf(Throwable failure) {
    com.google.rpc.Status status = StatusProto.fromThrowable(failure);
    if (status == null) {
      return null;
    }
    for (Any detail : status.getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        return codeOf(detail);
      }
    }
    return null;
  }

  private static @Nullable ErrorCode codeOf(Any detail) {
    try {
      ErrorInfo info = detail.unpack(ErrorInfo.class);
      return info.getDomain().equals(DOMAIN) ? ErrorCode.valueOf(info.getReason()) : null;
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      // A newer server may know reasons that this client does not.
      return null;
    }
  }

  static KvResponse.Failed toFailed(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof java.util.concurrent.CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof TroupeException known
        ? new KvResponse.Failed(known.code(), known.getMessage())
        : new KvResponse.Failed(ErrorCode.INTERNAL, "internal error: " + cause);
  }

  static Failure toFailure(KvResponse.Failed failed) {
    return Failure.newBuilder()
        .setCode(statusCode(failed.code()).value())
        .setReason(failed.code().name())
        .setMessage(failed.message())
        .setRetry(failed.code().retry().name())
        .build();
  }
}
