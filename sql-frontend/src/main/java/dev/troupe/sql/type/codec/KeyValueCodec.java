package dev.troupe.sql.type.codec;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.type.SqlType;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the values of one type so that their bytes compare, unsigned, as the values do, and so
 * that equal values have equal bytes. A key of several columns is the concatenation of its columns:
 * no value's bytes are a prefix of another's. Stored: the bytes must never change. Immutable.
 *
 * <p>A value begins with a tag from 0x02 to 0xFD; NULL is the single byte 0x00 or 0xFF. Integers of
 * all sizes share their encoding, as do both floats and all texts.
 */
public abstract class KeyValueCodec {
  KeyValueCodec() {}

  /**
   * @throws dev.troupe.sql.error.SqlException when values of the type have no order
   */
  public static KeyValueCodec of(SqlType type) {
    return KeyValueCodecs.of(type);
  }

  /** Whether values of the type have an order, so that they can be part of a key. */
  public static boolean supports(SqlType type) {
    return KeyValueCodecs.supports(type);
  }

  public final void encode(@Nullable Object value, KeyOrder order, ByteWriter out) {
    if (value == null) {
      out.putByte(order.nullByte());
      return;
    }
    int start = out.size();
    write(value, out);
    if (order.descending()) {
      KeyOutput.invert(out, start);
    }
  }

  /**
   * Reads a value back.
   *
   * @return the value if {@link #exact()}, otherwise one that is equal to it in SQL
   * @throws MalformedBytes when the bytes are not of this type
   */
  public final @Nullable Object decode(ByteReader in, KeyOrder order) {
    int first = in.readByte();
    if (first == order.nullByte()) {
      return null;
    }
    return read(first ^ order.mask(), new KeyInput(in, order.mask()));
  }

  /** Moves behind a value. */
  public final void skip(ByteReader in, KeyOrder order) {
    decode(in, order);
  }

  /**
   * Whether decoding gives back the very value. It does not where different values are equal: then
   * whoever needs the value must keep it elsewhere.
   */
  public abstract boolean exact();

  abstract void write(Object value, ByteWriter out);

  abstract Object read(int tag, KeyInput in);

  static void requireTag(int expected, int found) {
    if (expected != found) {
      throw new MalformedBytes(
          String.format("a value with tag 0x%02x where 0x%02x is expected", found, expected));
    }
  }
}
