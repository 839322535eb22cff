package dev.troupe.chaos.sqlload;

import java.util.Locale;

/** The workloads of SQL, by name. */
public enum SqlKind {
  LIST_APPEND(10),
  BANK(16);

  private final int keysDefault;

  SqlKind(int keysDefault) {
    this.keysDefault = keysDefault;
  }

  /** How many accounts there are, or lists that grow at a time. */
  public int keysDefault() {
    return keysDefault;
  }

  /** As on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
