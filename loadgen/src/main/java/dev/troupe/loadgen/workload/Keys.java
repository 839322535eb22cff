package dev.troupe.loadgen.workload;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.util.concurrent.atomic.AtomicLong;

/** The keys of a run: a prefix and twelve digits, so that their order is that of the indices. */
public final class Keys {
  private static final int DIGITS = 12;
  private static final int PREFIX_DEFAULT_BYTES = 4;

  /** Prefix of the keys that {@code workload init} writes; with it keys have 16 bytes. */
  public static final String LOADED_PREFIX = "user";

  private final byte[] prefix;
  private final AtomicLong existing;

  public Keys(String prefix, long existing) {
    if (prefix.length() < PREFIX_DEFAULT_BYTES) {
      throw new IllegalArgumentException("prefix too short: " + prefix);
    }
    this.prefix = prefix.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    this.existing = new AtomicLong(existing);
  }

  public long existing() {
    return existing.get();
  }

  /** The index of a key that does not exist yet; it counts as existing from now on. */
  public long insert() {
    return existing.getAndIncrement();
  }

  public ByteString key(long index) {
    byte[] key = new byte[prefix.length + DIGITS];
    System.arraycopy(prefix, 0, key, 0, prefix.length);
    long rest = index;
    for (int i = key.length - 1; i >= prefix.length; i--) {
      key[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return UnsafeByteOperations.unsafeWrap(key);
  }
}
