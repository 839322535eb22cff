package dev.troupe.chaos.check;

import java.io.Serial;

/** A property that must always hold did not. */
public final class Violation extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final String check;

  public Violation(String check, String what) {
    super(check + ": " + what);
    this.check = check;
  }

  /** Name of the check that found it. */
  public String check() {
    return check;
  }
}
