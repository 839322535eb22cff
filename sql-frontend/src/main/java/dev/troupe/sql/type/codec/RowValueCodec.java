package dev.troupe.sql.type.codec;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.type.SqlType;

/**
 * Encodes the values of one type compactly and exactly, in no particular order. NULL is the affair
 * of whoever keeps the row. Stored: the bytes must never change. Immutable.
 */
public abstract class RowValueCodec {
  RowValueCodec() {}

  public static RowValueCodec of(SqlType type) {
    return RowValueCodecs.of(type);
  }

  public abstract void encode(Object value, ByteWriter out);

  /**
   * @throws ByteReader.MalformedBytes when the bytes are not of this type
   */
  public abstract Object decode(ByteReader in);

  static void putSigned(long value, ByteWriter out) {
    out.putVarLong((value << 1) ^ (value >> 63));
  }

  static long readSigned(ByteReader in) {
    long zigzag = in.readVarLong();
    return (zigzag >>> 1) ^ -(zigzag & 1);
  }
}
