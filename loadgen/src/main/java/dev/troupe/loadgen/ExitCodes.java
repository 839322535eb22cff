package dev.troupe.loadgen;

/** What the commands tell the shell, as all verbs of the launcher do; 2 stands for wrong usage. */
final class ExitCodes {
  static final int OK = 0;

  /** The verification failed, or there were more errors than allowed. */
  static final int CHECK_FAILED = 1;

  /** No node could be reached, or none answered. */
  static final int UNREACHABLE = 5;

  private ExitCodes() {}
}
