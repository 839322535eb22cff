package dev.troupe.loadgen.workload;

import dev.troupe.loadgen.report.OperationKind;

/** Shares of the kinds of operation, in percent; they sum up to 100. */
public record OperationMix(int read, int update, int insert, int scan, int readModifyWrite) {
  private static final int ALL = 100;

  public OperationMix {
    int sum = read + update + insert + scan + readModifyWrite;
    int least = Math.min(Math.min(Math.min(read, update), Math.min(insert, scan)), readModifyWrite);
    if (sum != ALL || least < 0) {
      throw new IllegalArgumentException(
          "the shares of the operations must be 0 to 100 % and sum up to 100 %");
    }
  }

  public static OperationMix readsAndUpdates(int readPercent) {
    return new OperationMix(readPercent, ALL - readPercent, 0, 0, 0);
  }

  /**
   * @param percentile from 0 to 99
   */
  public OperationKind kind(int percentile) {
    int rest = percentile;
    if ((rest -= read) < 0) {
      return OperationKind.READ;
    }
    if ((rest -= update) < 0) {
      return OperationKind.UPDATE;
    }
    if ((rest -= insert) < 0) {
      return OperationKind.INSERT;
    }
    return rest - scan < 0 ? OperationKind.SCAN : OperationKind.READ_MODIFY_WRITE;
  }
}
