package dev.troupe.chaos.sqllogic;

import java.io.Serial;

/** A file is not a sqllogictest. */
public final class MalformedSqlLogicException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  MalformedSqlLogicException(String file, int line, String what) {
    super("%s:%d: %s".formatted(file, line, what));
  }
}
