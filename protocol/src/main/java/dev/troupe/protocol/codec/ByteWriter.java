package dev.troupe.protocol.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Grows a byte array. Numbers are big-endian. Not thread-safe. */
public final class ByteWriter {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private byte[] buffer;
  private int size;

  public ByteWriter(int capacity) {
    buffer = new byte[Math.max(16, capacity)];
  }

  public int size() {
    return size;
  }

  public ByteWriter putByte(int value) {
    reserve(1);
    buffer[size++] = (byte) value;
    return this;
  }

  public ByteWriter putBoolean(boolean value) {
    return putByte(value ? 1 : 0);
  }

  public ByteWriter putInt(int value) {
    reserve(4);
    INT.set(buffer, size, value);
    size += 4;
    return this;
  }

  public ByteWriter putLong(long value) {
    reserve(8);
    LONG.set(buffer, size, value);
    size += 8;
    return this;
  }

  /** 7 bits a byte, low bits first, the high bit set on all but the last; unsigned. */
  public ByteWriter putVarLong(long value) {
    reserve(10);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      buffer[size++] = (byte) ((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    buffer[size++] = (byte) rest;
    return this;
  }

  public ByteWriter putVarInt(int value) {
    return putVarLong(value & 0xFFFFFFFFL);
  }

  /** The bytes without a length. */
  public ByteWriter putRaw(byte[] bytes) {
    return putRaw(bytes, 0, bytes.length);
  }

  public ByteWriter putRaw(byte[] bytes, int offset, int length) {
    reserve(length);
    System.arraycopy(bytes, offset, buffer, size, length);
    size += length;
    return this;
  }

  /** Length as varint, then the bytes. */
  public ByteWriter putBytes(byte[] bytes) {
    putVarInt(bytes.length);
    return putRaw(bytes);
  }

  public ByteWriter putString(String text) {
    return putBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Overwrites four bytes written before, as a length that was not known yet. */
  public ByteWriter setInt(int position, int value) {
    if (position + 4 > size) {
      throw new IndexOutOfBoundsException(position);
    }
    INT.set(buffer, position, value);
    return this;
  }

  /** Takes back everything written after the position. */
  public ByteWriter truncate(int position) {
    if (position < 0 || position > size) {
      throw new IndexOutOfBoundsException(position);
    }
    size = position;
    return this;
  }

  public byte[] toBytes() {
    return Arrays.copyOf(buffer, size);
  }

  /** The backing array; valid up to {@link #size()} until the next put. */
  public byte[] array() {
    return buffer;
  }

  public void clear() {
    size = 0;
  }

  private void reserve(int more) {
    int needed = Math.addExact(size, more);
    if (needed > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(needed, buffer.length + (buffer.length >> 1)));
    }
  }
}
