package dev.troupe.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.ErrorCode.Retry;
import dev.troupe.v1.Failure;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what servers and gRPC say about a failure. When in doubt the outcome is unknown. */
final class Failures {
  private static final String RETRY_METADATA = "retry";

  private Failures() {}

  static TroupeClientException of(Failure failure) {
    Status.Code code = Status.fromCodeValue(failure.getCode()).getCode();
    String reason = failure.getReason().isEmpty() ? code.name() : failure.getReason();
    return new TroupeClientException(
        reason, failure.getMessage(), retry(failure.getRetry(), code), null);
  }

  /** From the end of a call. */
  static TroupeClientException of(Status status, @Nullable Metadata trailers) {
    Optional<ErrorInfo> info = errorInfo(status, trailers);
    String message =
        Objects.requireNonNullElse(status.getDescription(), status.getCode().toString());
    return info.map(
            known ->
                new TroupeClientException(
                    known.getReason(),
                    message,
                    retry(known.getMetadataOrDefault(RETRY_METADATA, ""), status.getCode()),
                    status.getCause()))
        .orElseGet(
            () ->
                new TroupeClientException(
                    transportReason(status), message, retry("", status.getCode()), null));
  }

  /** The same failure where nothing can have happened, whatever the server has said about it. */
  static TroupeClientException nothingHappened(TroupeClientException failure) {
    return failure.retry() == Retry.UNKNOWN_OUTCOME
        ? new TroupeClientException(failure.reason(), failure.detail(), Retry.RESTART, failure)
        : failure;
  }

  /** Whether the node, not the request, is what failed: another one may do better. */
  static boolean isNodeGone(TroupeClientException failure) {
    return switch (failure.reason()) {
      case TroupeClientException.CONNECTION_LOST,
          TroupeClientException.CLIENT_TIMEOUT,
          "SHUTTING_DOWN",
          "NOT_INITIALIZED",
          "STORAGE_FAILED" ->
          true;
      default -> false;
    };
  }

  /**
   * Whether all may be run again from the beginning. Who did not want to wait for a lock does not
   * want to wait for it in a loop either.
   */
  static boolean mayRunAgain(TroupeClientException failure) {
    return (failure.retry() == Retry.RESTART || failure.retry() == Retry.SAFE)
        && !failure.reason().equals(ErrorCode.LOCK_NOT_AVAILABLE.name())
        && !failure.reason().equals(TroupeClientException.INTERRUPTED)
        && !failure.reason().equals(TroupeClientException.CLIENT_CLOSED);
  }

  private static String transportReason(Status status) {
    return switch (status.getCode()) {
      case UNAVAILABLE -> TroupeClientException.CONNECTION_LOST;
      case DEADLINE_EXCEEDED -> TroupeClientException.CLIENT_TIMEOUT;
      default -> "GRPC_" + status.getCode().name();
    };
  }

  private static Retry retry(String text, Status.Code code) {
    for (Retry retry : Retry.values()) {
      if (retry.name().equals(text)) {
        return retry;
      }
    }
    return switch (code) {
      case INVALID_ARGUMENT,
          NOT_FOUND,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          FAILED_PRECONDITION,
          OUT_OF_RANGE,
          UNIMPLEMENTED,
          UNAUTHENTICATED ->
          Retry.NEVER;
      case RESOURCE_EXHAUSTED -> Retry.SAFE;
      case OK, CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, ABORTED, INTERNAL, UNAVAILABLE, DATA_LOSS ->
          Retry.UNKNOWN_OUTCOME;
    };
  }

  private static Optional<ErrorInfo> errorInfo(Status status, @Nullable Metadata trailers) {
    com.google.rpc.Status details = StatusProto.fromStatusAndTrailers(status, trailers);
    for (Any detail : details.getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        try {
          return Optional.of(detail.unpack(ErrorInfo.class));
        } catch (InvalidProtocolBufferException e) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }
}
