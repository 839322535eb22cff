package dev.troupe.sql.type;

import java.util.Arrays;
import java.util.HexFormat;

/** An immutable string of bytes: a value of type bytea. Ordered as unsigned bytes. */
public final class Bytes implements Comparable<Bytes> {
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] content;

  private Bytes(byte[] content) {
    this.content = content;
  }

  /** Copies the array. */
  public static Bytes copyOf(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new Bytes(bytes.clone());
  }

  /** Takes the array over: the caller must not change it any more. */
  public static Bytes owning(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new Bytes(bytes);
  }

  public int length() {
    return content.length;
  }

  public boolean isEmpty() {
    return content.length == 0;
  }

  /** From 0 to 255. */
  public int at(int index) {
    return content[index] & 0xFF;
  }

  public byte[] toArray() {
    return content.clone();
  }

  /** The array itself, for readers that do not change it. */
  public byte[] shared() {
    return content;
  }

  public Bytes concat(Bytes other) {
    byte[] both = Arrays.copyOf(content, Math.addExact(content.length, other.content.length));
    System.arraycopy(other.content, 0, both, content.length, other.content.length);
    return owning(both);
  }

  public Bytes slice(int from, int to) {
    return owning(Arrays.copyOfRange(content, from, to));
  }

  @Override
  public int compareTo(Bytes other) {
    return Arrays.compareUnsigned(content, other.content);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(content);
  }

  /** As bytea is shown by default: {@code \x} and hexadecimal digits. */
  @Override
  public String toString() {
    return "\\x" + HexFormat.of().formatHex(content);
  }
}
