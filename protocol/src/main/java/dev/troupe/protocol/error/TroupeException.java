package dev.troupe.protocol.error;

import java.io.Serial;
import java.util.Objects;

/**
 * A refusal or failure with its place in the catalogue. The message says what happened, to which
 * object, and what to do. Carries no stack trace: it is an answer, not a fault of the program.
 */
public final class TroupeException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  public TroupeException(ErrorCode code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  public ErrorCode code() {
    return code;
  }

  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
