package dev.troupe.protocol.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * An immutable byte string, ordered by unsigned bytes. The key space of a cluster reaches from
 * {@link #MIN} (inclusive) to {@link #MAX} (exclusive).
 */
public final class Key implements Comparable<Key> {
  /** Below or equal to every key. */
  public static final Key MIN = new Key(new byte[0]);

  /** Above every key that may be stored: no stored key begins with {@code 0xFF}. */
  public static final Key MAX = new Key(new byte[] {(byte) 0xFF});

  private final byte[] bytes;

  private Key(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Takes ownership of the array: the caller must not change it afterwards. */
  public static Key wrap(byte[] bytes) {
    return bytes.length == 0 ? MIN : new Key(bytes);
  }

  public static Key copyOf(byte[] bytes) {
    return wrap(bytes.clone());
  }

  /** UTF-8 bytes of the text. */
  public static Key of(String text) {
    return wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The backing array, shared: read only. */
  public byte[] bytes() {
    return bytes;
  }

  public int length() {
    return bytes.length;
  }

  public boolean isEmpty() {
    return bytes.length == 0;
  }

  public Key append(byte[] suffix) {
    byte[] joined = Arrays.copyOf(bytes, bytes.length + suffix.length);
    System.arraycopy(suffix, 0, joined, bytes.length, suffix.length);
    return wrap(joined);
  }

  public boolean startsWith(Key prefix) {
    return bytes.length >= prefix.bytes.length
        && Arrays.equals(bytes, 0, prefix.bytes.length, prefix.bytes, 0, prefix.bytes.length);
  }

  /** The smallest key above this one. */
  public Key next() {
    return wrap(Arrays.copyOf(bytes, bytes.length + 1));
  }

  /** The smallest key above every key that has this one as its prefix. */
  public Key prefixEnd() {
    for (int i = bytes.length - 1; i >= 0; i--) {
      if (bytes[i] != (byte) 0xFF) {
        byte[] end = Arrays.copyOf(bytes, i + 1);
        end[i]++;
        return wrap(end);
      }
    }
    return MAX;
  }

  public static Key min(Key a, Key b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  public static Key max(Key a, Key b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  @Override
  public int compareTo(Key other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Key key && Arrays.equals(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Printable ASCII as it is, everything else as {@code \xNN}; long keys are cut. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(bytes.length + 8);
    int shown = Math.min(bytes.length, 64);
    for (int i = 0; i < shown; i++) {
      int b = bytes[i] & 0xFF;
      if (b >= 0x20 && b < 0x7F && b != '\\') {
        text.append((char) b);
      } else {
        text.append("\\x").append(HexFormat.of().toHexDigits((byte) b));
      }
    }
    return shown < bytes.length
        ? text.append("… (").append(bytes.length).append(" bytes)").toString()
        : text.toString();
  }
}
