package dev.troupe.client;

import com.google.protobuf.ByteString;
import dev.troupe.protocol.error.ErrorCode;
import java.util.HashSet;
import java.util.Set;

/**
 * What a transaction has learned from attempts that lost to others, so that the next one does not
 * lose in the same way: what it has written is locked as soon as it is read, and after more losses
 * everything that is read. For one thread at a time.
 */
final class Setbacks {
  /** So many attempts leave unlocked what they only read. */
  private static final int UNLOCKED_READS_MAX = 3;

  /** Beyond so many it is cheaper to lose once more than to remember them. */
  private static final int KEYS_MAX = 4_096;

  /** Each row of a scan is locked by itself: only small ones are worth it. */
  private static final int ROWS_MAX = 1_000;

  private final Set<ByteString> written = new HashSet<>();
  private int losses;
  private int rowsRead;
  private int rowsReadBefore;

  /** How often others have been in the way. */
  int losses() {
    return losses;
  }

  /** An attempt has ended, and there will be another one. */
  void after(TroupeClientException why) {
    if (why.reason().equals(ErrorCode.TXN_CONFLICT.name())
        || why.reason().equals(ErrorCode.DEADLOCK.name())) {
      losses++;
    }
    rowsReadBefore = rowsRead;
    rowsRead = 0;
  }

  void wrote(byte[] key) {
    if (written.size() < KEYS_MAX) {
      written.add(ByteString.copyFrom(key));
    }
  }

  void scanned(int rows) {
    rowsRead += rows;
  }

  /** How to read a key of which the body does not say that it is to be locked. */
  Lock forKey(byte[] key) {
    boolean inTheWay =
        losses >= UNLOCKED_READS_MAX || (losses > 0 && written.contains(ByteString.copyFrom(key)));
    return inTheWay ? Lock.WAIT : Lock.NONE;
  }

  /** How to read rows of which the body does not say that they are to be locked. */
  Lock forScan() {
    return losses >= UNLOCKED_READS_MAX && rowsReadBefore <= ROWS_MAX ? Lock.WAIT : Lock.NONE;
  }
}
