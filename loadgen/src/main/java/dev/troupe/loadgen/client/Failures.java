package dev.troupe.loadgen.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.troupe.protocol.error.ErrorCode.Retry;
import dev.troupe.v1.Failure;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Objects;
import java.util.Optional;

/** Translates what servers and gRPC say about a failure. When in doubt, the outcome is unknown. */
public final class Failures {
  private static final String RETRY_METADATA = "retry";

  private Failures() {}

  static Outcome.Failed of(Failure failure) {
    Retry retry = retry(failure.getRetry(), Status.fromCodeValue(failure.getCode()).getCode());
    String reason =
        failure.getReason().isEmpty()
            ? Status.fromCodeValue(failure.getCode()).getCode().name()
            : failure.getReason();
    return new Outcome.Failed(reason, failure.getMessage(), retry);
  }

  /** From the error of a unary call. */
  public static Outcome.Failed of(Throwable error) {
    Status status = Status.fromThrowable(error);
    Optional<ErrorInfo> info = errorInfo(error);
    String message = Objects.requireNonNullElse(status.getDescription(), error.toString());
    String reason = info.map(ErrorInfo::getReason).orElse("GRPC_" + status.getCode().name());
    String retry = info.map(i -> i.getMetadataOrDefault(RETRY_METADATA, "")).orElse("");
    return new Outcome.Failed(reason, message, retry(retry, status.getCode()));
  }

  /** Whether a unary call failed in the transport and not by an answer of the server. */
  public static boolean isTransport(Throwable error) {
    return Status.fromThrowable(error).getCode() == Status.Code.UNAVAILABLE && !hasReason(error);
  }

  /** Whether the server has said why. */
  static boolean hasReason(Throwable error) {
    return errorInfo(error).isPresent();
  }

  static Outcome.Failed connectionLost(String why) {
    return new Outcome.Failed("CONNECTION_LOST", why, Retry.UNKNOWN_OUTCOME);
  }

  static Outcome.Failed timeout(Object where) {
    return new Outcome.Failed(
        "CLIENT_TIMEOUT", "no answer from " + where + " in time", Retry.UNKNOWN_OUTCOME);
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

  private static Optional<ErrorInfo> errorInfo(Throwable error) {
    com.google.rpc.Status details =
        switch (error) {
          case StatusRuntimeException e -> StatusProto.fromThrowable(e);
          case StatusException e -> StatusProto.fromThrowable(e);
          default -> null;
        };
    if (details == null) {
      return Optional.empty();
    }
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
