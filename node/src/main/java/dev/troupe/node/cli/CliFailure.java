package dev.troupe.node.cli;

import dev.troupe.node.ExitCode;
import dev.troupe.node.config.HostPort;
import dev.troupe.node.grpc.StatusMapping;
import dev.troupe.protocol.error.ErrorCode;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.Serial;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A verb failed: what is said on stderr, what could help, and the exit code. */
final class CliFailure extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;
  private final String hint;

  CliFailure(ExitCode exitCode, String message, String hint) {
    super(message, null, false, false);
    this.exitCode = exitCode;
    this.hint = hint;
  }

  ExitCode exitCode() {
    return exitCode;
  }

  /** Empty when there is none. */
  String hint() {
    return hint;
  }

  static CliFailure of(StatusRuntimeException failure, HostPort address) {
    Status status = failure.getStatus();
    String description = status.getDescription();
    String message = description == null ? status.getCode().toString() : description;
    ErrorCode code = StatusMapping.codeOf(failure);
    if (code != null) {
      return new CliFailure(exitCode(code), message + " [" + code + "]", hint(code));
    }
    return switch (status.getCode()) {
      case UNAVAILABLE ->
          new CliFailure(
              ExitCode.UNREACHABLE,
              "no node answers at " + address,
              "start one with `troupe start-single-node` or `troupe demo`, or say where it is with"
                  + " --host and --port (its gRPC port)");
      case DEADLINE_EXCEEDED ->
          new CliFailure(
              ExitCode.UNKNOWN_OUTCOME,
              address + " did not answer in time",
              "look at `troupe node status` and at the node's log; --timeout gives it longer");
      default -> new CliFailure(ExitCode.FAILED, status.getCode() + ": " + message, "");
    };
  }

  private static ExitCode exitCode(ErrorCode code) {
    return switch (code) {
      case WRONG_CLUSTER -> ExitCode.WRONG_CLUSTER;
      case AMBIGUOUS, INTERNAL, STORAGE_FAILED -> ExitCode.UNKNOWN_OUTCOME;
      default -> ExitCode.FAILED;
    };
  }

  private static String hint(@Nullable ErrorCode code) {
    return switch (code) {
      case NOT_INITIALIZED -> "form a cluster with `troupe init`, or start the join targets";
      case UNKNOWN_RANGE -> "`troupe range ls` shows the ranges";
      case UNKNOWN_NODE -> "`troupe node ls` shows the nodes";
      case RANGE_UNAVAILABLE, DEADLINE_EXCEEDED, OVERLOADED, NOT_LEADER, RANGE_MOVED ->
          "nothing was done; try again, and see `troupe node status`";
      case AMBIGUOUS -> "it may have been done: read before you repeat it";
      case null, default -> "";
    };
  }

  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
