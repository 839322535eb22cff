package dev.troupe.node;

/** What the process's exit status means. Numbers are part of the contract with scripts. */
public enum ExitCode {
  OK(0, "done"),
  FAILED(1, "the operation was refused or failed; the message says why"),
  USAGE(2, "the command line is wrong"),
  /** Chosen by the JVM ({@code -XX:+ExitOnOutOfMemoryError}). */
  OUT_OF_MEMORY(3, "the heap was exhausted"),
  NOT_FOUND(4, "the key that was asked for does not exist"),
  UNREACHABLE(5, "no node answered at the address given"),
  UNKNOWN_OUTCOME(6, "the request was sent and may or may not have taken effect"),
  CONFIGURATION(10, "a setting is wrong or unknown"),
  PORT(11, "a port is taken or its address is not this machine's"),
  DATA_DIRECTORY(12, "the data directory is in use, foreign, or cannot be written"),
  CORRUPTION(13, "the data directory is damaged"),
  WRONG_CLUSTER(14, "the data directory or a peer belongs to another cluster"),
  STORAGE(15, "the disk refused to write or sync while the node was running"),
  DECOMMISSIONED(16, "the node was taken out of its cluster for good"),
  INTERNAL(70, "a defect of this program");

  private final int status;
  private final String meaning;

  ExitCode(int status, String meaning) {
    this.status = status;
    this.meaning = meaning;
  }

  public int status() {
    return status;
  }

  public String meaning() {
    return meaning;
  }
}
