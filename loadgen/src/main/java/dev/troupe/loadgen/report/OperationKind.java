package dev.troupe.loadgen.report;

import java.util.Locale;

/** What a step of a workload is called in reports. */
public enum OperationKind {
  READ,
  UPDATE,
  INSERT,
  SCAN,
  READ_MODIFY_WRITE,
  LOAD,
  /** A transaction that moves something from one key to another. */
  TRANSFER,
  /** A transaction that reads and writes. */
  TRANSACTION,
  /** Reading back at the end of a verified run. */
  VERIFY;

  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public boolean writes() {
    return switch (this) {
      case UPDATE, INSERT, READ_MODIFY_WRITE, LOAD, TRANSFER, TRANSACTION -> true;
      case READ, SCAN, VERIFY -> false;
    };
  }
}
