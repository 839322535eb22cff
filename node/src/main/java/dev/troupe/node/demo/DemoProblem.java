package dev.troupe.node.demo;

import java.io.Serial;
import java.util.Objects;

/** The demo cannot run; the message is for the user. */
public final class DemoProblem extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final String hint;

  public DemoProblem(String message, String hint) {
    super(message, null, false, false);
    this.hint = hint;
  }

  /** Empty when there is none. */
  public String hint() {
    return hint;
  }

  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
