package dev.troupe.protocol.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what {@link ByteWriter} wrote. Malformed bytes give {@link MalformedBytes}, never more. */
public final class ByteReader {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  /** The bytes are not what the reader was told to expect. */
  public static final class MalformedBytes extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public MalformedBytes(String message) {
      super(message);
    }
  }

  private final byte[] buffer;
  private final int end;
  private int position;

  public ByteReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  public ByteReader(byte[] bytes, int offset, int length) {
    buffer = bytes;
    position = offset;
    end = offset + length;
  }

  public int remaining() {
    return end - position;
  }

  public int position() {
    return position;
  }

  public int readByte() {
    require(1);
    return buffer[position++] & 0xFF;
  }

  public boolean readBoolean() {
    return switch (readByte()) {
      case 0 -> false;
      case 1 -> true;
      default -> throw new MalformedBytes("not a boolean at " + (position - 1));
    };
  }

  public int readInt() {
    require(4);
    int value = (int) INT.get(buffer, position);
    position += 4;
    return value;
  }

  public long readLong() {
    require(8);
    long value = (long) LONG.get(buffer, position);
    position += 8;
    return value;
  }

  public long readVarLong() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int b = readByte();
      value |= (long) (b & 0x7F) << shift;
      if ((b & 0x80) == 0) {
        return value;
      }
    }
    throw new MalformedBytes("number longer than 64 bits at " + position);
  }

  public int readVarInt() {
    long value = readVarLong();
    if (value >>> 32 != 0) {
      throw new MalformedBytes("number longer than 32 bits at " + position);
    }
    return (int) value;
  }

  /**
   * A count of things that take at least one byte each: never more than the bytes that are left.
   */
  public int readCount() {
    int count = readVarInt();
    if (count < 0 || count > remaining()) {
      throw new MalformedBytes(
          "count " + Integer.toUnsignedString(count) + " exceeds the bytes left");
    }
    return count;
  }

  public byte[] readRaw(int length) {
    if (length < 0) {
      throw new MalformedBytes("negative length at " + position);
    }
    require(length);
    byte[] bytes = Arrays.copyOfRange(buffer, position, position + length);
    position += length;
    return bytes;
  }

  /** Copies bytes into an array that the caller has. */
  public void readInto(byte[] target, int offset, int length) {
    if (length < 0) {
      throw new MalformedBytes("negative length at " + position);
    }
    require(length);
    System.arraycopy(buffer, position, target, offset, length);
    position += length;
  }

  public void skip(int length) {
    if (length < 0) {
      throw new MalformedBytes("negative length at " + position);
    }
    require(length);
    position += length;
  }

  public byte[] readBytes() {
    return readRaw(readVarInt());
  }

  public String readString() {
    return new String(readBytes(), StandardCharsets.UTF_8);
  }

  public void requireEnd() {
    if (position != end) {
      throw new MalformedBytes(remaining() + " bytes left over");
    }
  }

  private void require(int length) {
    if (length > end - position) {
      throw new MalformedBytes(
          "needs " + length + " bytes at " + position + ", has " + (end - position));
    }
  }
}
