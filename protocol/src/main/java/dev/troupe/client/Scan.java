package dev.troupe.client;

/**
 * Which rows to read.
 *
 * @param start inclusive; empty for the beginning of the namespace
 * @param end exclusive; empty for the end of the namespace
 * @param limit at most so many rows; 0 for all, which have to fit into memory
 */
public record Scan(
    byte[] start, byte[] end, long limit, boolean reverse, boolean keysOnly, Lock lock) {
  public Scan {
    if (limit < 0) {
      throw new IllegalArgumentException("a scan cannot have " + limit + " rows");
    }
  }

  /** All rows from start (inclusive) to end (exclusive), in order, without locks. */
  public static Scan of(byte[] start, byte[] end) {
    return new Scan(start, end, 0, false, false, Lock.NONE);
  }

  /** All rows whose key begins with the prefix. */
  public static Scan prefix(byte[] prefix) {
    return of(prefix, endOfPrefix(prefix));
  }

  public Scan withLimit(long rows) {
    return new Scan(start, end, rows, reverse, keysOnly, lock);
  }

  public Scan reversed() {
    return new Scan(start, end, limit, !reverse, keysOnly, lock);
  }

  public Scan withKeysOnly() {
    return new Scan(start, end, limit, reverse, true, lock);
  }

  public Scan withLock(Lock wanted) {
    return new Scan(start, end, limit, reverse, keysOnly, wanted);
  }

  private static byte[] endOfPrefix(byte[] prefix) {
    int length = prefix.length;
    while (length > 0 && prefix[length - 1] == (byte) 0xff) {
      length--;
    }
    byte[] end = java.util.Arrays.copyOf(prefix, length);
    if (length > 0) {
      end[length - 1]++;
    }
    return end;
  }
}
