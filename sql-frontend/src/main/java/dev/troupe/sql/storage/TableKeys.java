package dev.troupe.sql.storage;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;

/**
 * Where tables are in the key space: {@code /t}, the table's id, the index's id, then the columns
 * of the index's key. Stored: the bytes must never change.
 */
public final class TableKeys {
  private static final int ONE_BYTE_MAX = 0x7F;
  private static final int LENGTH_TAG = 0x80;

  private TableKeys() {}

  /** Begins every key of a table. */
  public static Key tablePrefix(long table) {
    return Key.wrap(writeTable(table).toBytes());
  }

  /** Begins every key of an index. */
  public static Key indexPrefix(long table, int index) {
    ByteWriter out = writeTable(table);
    putOrdered(out, index);
    return Key.wrap(out.toBytes());
  }

  public static KeySpan tableSpan(long table) {
    return under(tablePrefix(table));
  }

  public static KeySpan indexSpan(long table, int index) {
    return under(indexPrefix(table, index));
  }

  static KeySpan under(Key prefix) {
    return new KeySpan(prefix, prefix.prefixEnd());
  }

  private static ByteWriter writeTable(long table) {
    ByteWriter out = new ByteWriter(24).putRaw(Keyspace.TABLES.start().bytes());
    putOrdered(out, table);
    return out;
  }

  /**
   * Writes a number so that the bytes of numbers compare as they do: small ones as one byte, others
   * as their length and their bytes.
   */
  static void putOrdered(ByteWriter out, long number) {
    if (number < 0) {
      throw new IllegalArgumentException("ids are not negative: " + number);
    }
    if (number <= ONE_BYTE_MAX) {
      out.putByte((int) number);
      return;
    }
    int bytes = (Long.SIZE - Long.numberOfLeadingZeros(number) + 7) / Byte.SIZE;
    out.putByte(LENGTH_TAG + bytes);
    for (int i = bytes - 1; i >= 0; i--) {
      out.putByte((int) (number >>> (i * Byte.SIZE)));
    }
  }

  static long readOrdered(ByteReader in) {
    int first = in.readByte();
    if (first <= ONE_BYTE_MAX) {
      return first;
    }
    long number = 0;
    for (int i = first - LENGTH_TAG; i > 0; i--) {
      number = number << Byte.SIZE | in.readByte();
    }
    return number;
  }
}
