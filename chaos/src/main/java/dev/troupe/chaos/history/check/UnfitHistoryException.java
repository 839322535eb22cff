package dev.troupe.chaos.history.check;

import java.io.Serial;

/** A history that this checker cannot judge: of another workload, or with values used twice. */
public final class UnfitHistoryException extends IllegalArgumentException {
  @Serial private static final long serialVersionUID = 1L;

  public UnfitHistoryException(String message) {
    super(message);
  }
}
