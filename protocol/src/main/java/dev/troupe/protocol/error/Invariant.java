package dev.troupe.protocol.error;

import java.io.Serial;

/** Checks that stay on in production. A broken one ends the actor that found it. */
public final class Invariant {
  private Invariant() {}

  /** The program contradicts itself. */
  public static final class Violation extends IllegalStateException {
    @Serial private static final long serialVersionUID = 1L;

    public Violation(String message) {
      super(message);
    }
  }

  /**
   * @param format as of {@link String#format}; only evaluated on failure
   * @throws Violation when the condition does not hold
   */
  public static void check(boolean condition, String format, Object... arguments) {
    if (!condition) {
      throw new Violation(String.format(format, arguments));
    }
  }
}
