package dev.troupe.sql.type.codec;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.type.Numeric;
import java.math.BigDecimal;
import java.math.BigInteger;

/** Numbers as scale and unscaled integer, which is a varint up to 64 bits. */
final class NumericRowCodec extends RowValueCodec {
  private static final int NAN = 0;
  private static final int NEGATIVE_INFINITY = 1;
  private static final int POSITIVE_INFINITY = 2;
  private static final int SMALL = 3;
  private static final int LARGE = 4;

  /** In 64 bits with a sign. */
  private static final int SMALL_BITS_MAX = 63;

  @Override
  public void encode(Object value, ByteWriter out) {
    Numeric number = (Numeric) value;
    if (number.isNaN()) {
      out.putByte(NAN);
    } else if (number.isInfinite()) {
      out.putByte(number.signum() > 0 ? POSITIVE_INFINITY : NEGATIVE_INFINITY);
    } else {
      BigInteger unscaled = number.decimal().unscaledValue();
      boolean small = unscaled.bitLength() <= SMALL_BITS_MAX;
      out.putByte(small ? SMALL : LARGE).putVarInt(number.scale());
      if (small) {
        putSigned(unscaled.longValue(), out);
      } else {
        out.putBytes(unscaled.toByteArray());
      }
    }
  }

  @Override
  public Object decode(ByteReader in) {
    return switch (in.readByte()) {
      case NAN -> Numeric.NAN;
      case NEGATIVE_INFINITY -> Numeric.NEGATIVE_INFINITY;
      case POSITIVE_INFINITY -> Numeric.POSITIVE_INFINITY;
      case SMALL -> {
        int scale = readScale(in);
        yield Numeric.of(BigDecimal.valueOf(readSigned(in), scale));
      }
      case LARGE -> {
        int scale = readScale(in);
        byte[] unscaled = in.readBytes();
        if (unscaled.length == 0) {
          throw new MalformedBytes("number without digits");
        }
        yield Numeric.of(new BigDecimal(new BigInteger(unscaled), scale));
      }
      default -> throw new MalformedBytes("unknown kind of number at " + in.position());
    };
  }

  private static int readScale(ByteReader in) {
    int scale = in.readVarInt();
    if (scale < 0 || scale > Numeric.VALUE_SCALE_MAX) {
      throw new MalformedBytes("scale " + scale);
    }
    return scale;
  }
}
