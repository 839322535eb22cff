package dev.troupe.rocksdb.engine;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import java.io.IOException;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Turns errors of the database and the file system into answers of the catalogue. */
public final class StorageErrors {
  private StorageErrors() {}

  /**
   * @param what the operation and the object it worked on
   * @return CORRUPTION when a checksum failed, else STORAGE_FAILED
   */
  public static TroupeException of(RocksDBException cause, String what) {
    Status status = cause.getStatus();
    return status != null && status.getCode() == Status.Code.Corruption
        ? corruption(what + ": " + cause.getMessage())
        : new TroupeException(ErrorCode.STORAGE_FAILED, what + " failed: " + cause.getMessage());
  }

  /** Whether this is the answer to a read or write that must not wait, and would have had to. */
  public static boolean isWaitRefused(RocksDBException cause) {
    Status status = cause.getStatus();
    return status != null && status.getCode() == Status.Code.Incomplete;
  }

  public static TroupeException of(IOException cause, String what) {
    return new TroupeException(ErrorCode.STORAGE_FAILED, what + " failed: " + cause);
  }

  public static TroupeException corruption(String what) {
    return new TroupeException(
        ErrorCode.CORRUPTION,
        "stored bytes are damaged: "
            + what
            + ". Remove the replica from its range so that it is copied anew, and check the disk");
  }
}
