package dev.troupe.chaos.history;

import java.io.IOException;
import java.io.Serial;

/** A history that cannot be judged, because it is not one. The message names file and line. */
public final class MalformedHistoryException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  public MalformedHistoryException(String source, long line, String what) {
    super("%s:%d: %s".formatted(source, line, what));
  }
}
