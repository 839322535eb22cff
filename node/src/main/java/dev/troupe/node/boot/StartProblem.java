package dev.troupe.node.boot;

import dev.troupe.node.ExitCode;
import dev.troupe.protocol.error.TroupeException;
import java.io.Serial;
import java.util.Objects;

/** A node cannot start or go on; the message is for the operator, the code for scripts. */
public final class StartProblem extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;

  public StartProblem(ExitCode exitCode, String message) {
    super(message, null, false, false);
    this.exitCode = exitCode;
  }

  public ExitCode exitCode() {
    return exitCode;
  }

  /** What a refusal by store or cluster means for the process. */
  static StartProblem of(TroupeException refusal) {
    ExitCode code =
        switch (refusal.code()) {
          case WRONG_CLUSTER -> ExitCode.WRONG_CLUSTER;
          case CORRUPTION -> ExitCode.CORRUPTION;
          case PRECONDITION_FAILED, STORAGE_FAILED, INVALID_ARGUMENT -> ExitCode.DATA_DIRECTORY;
          default -> ExitCode.FAILED;
        };
    return new StartProblem(code, refusal.getMessage());
  }

  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
