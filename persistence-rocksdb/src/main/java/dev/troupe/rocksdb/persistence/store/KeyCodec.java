package dev.troupe.rocksdb.persistence.store;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Keys whose unsigned byte order is the order of their parts.
 *
 * <p>Text is UTF-8 with each zero byte written as {@code 00 FF}, ended by {@code 00 01}: no text is
 * a prefix of another, and a shorter one sorts before its extensions. Numbers are big-endian and
 * never negative here.
 */
public final class KeyCodec {
  private static final int ESCAPE = 0x00;
  private static final int ESCAPED_ZERO = 0xFF;
  private static final int TERMINATOR = 0x01;

  private KeyCodec() {}

  /** The common prefix of all keys that begin with this text. */
  public static byte[] text(String text) {
    return putText(new ByteWriter(text.length() + 2), text).toBytes();
  }

  public static byte[] text(int kind, String text) {
    return putText(new ByteWriter(text.length() + 3).putByte(kind), text).toBytes();
  }

  public static byte[] textAndNumber(String text, long number) {
    return putText(new ByteWriter(text.length() + 10), text).putLong(number).toBytes();
  }

  public static byte[] textAndNumber(int kind, String text, long number) {
    ByteWriter key = new ByteWriter(text.length() + 11).putByte(kind);
    return putText(key, text).putLong(number).toBytes();
  }

  public static byte[] number(int kind, long number) {
    return new ByteWriter(9).putByte(kind).putLong(number).toBytes();
  }

  /** The number that ends the key. */
  public static long lastNumber(byte[] key) {
    return new ByteReader(key, key.length - Long.BYTES, Long.BYTES).readLong();
  }

  /** The text that begins at a position of the key. */
  public static String textAt(byte[] key, int position) {
    ByteArrayOutputStream text = new ByteArrayOutputStream(key.length - position);
    for (int i = position; i < key.length; i++) {
      int b = key[i] & 0xFF;
      if (b != ESCAPE) {
        text.write(b);
        continue;
      }
      i++;
      if (i < key.length && (key[i] & 0xFF) == TERMINATOR) {
        return text.toString(StandardCharsets.UTF_8);
      }
      if (i >= key.length || (key[i] & 0xFF) != ESCAPED_ZERO) {
        break;
      }
      text.write(0);
    }
    throw new ByteReader.MalformedBytes("key without a terminated text at " + position);
  }

  /** The first key behind all those that begin with this prefix. */
  public static byte[] after(byte[] prefix) {
    for (int i = prefix.length - 1; i >= 0; i--) {
      if (prefix[i] != (byte) 0xFF) {
        byte[] end = Arrays.copyOf(prefix, i + 1);
        end[i]++;
        return end;
      }
    }
    throw new IllegalArgumentException("no key lies behind a prefix of only FF bytes");
  }

  private static ByteWriter putText(ByteWriter key, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (byte b : bytes) {
      key.putByte(b);
      if (b == ESCAPE) {
        key.putByte(ESCAPED_ZERO);
      }
    }
    return key.putByte(ESCAPE).putByte(TERMINATOR);
  }
}
