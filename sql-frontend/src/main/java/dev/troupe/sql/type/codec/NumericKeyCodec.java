package dev.troupe.sql.type.codec;

import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.type.Numeric;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Numbers as sign, exponent and digits: {@code 0.d1d2d3... * 10^exponent} without zeros at the end.
 * Two digits take a byte, from 1 to 100; a zero ends them. Of negative numbers exponent and digits
 * are inverted.
 */
final class NumericKeyCodec extends KeyValueCodec {
  private static final int NEGATIVE_INFINITY = 0x30;
  private static final int NEGATIVE = 0x31;
  private static final int ZERO = 0x32;
  private static final int POSITIVE = 0x33;
  private static final int POSITIVE_INFINITY = 0x34;
  private static final int NAN = 0x35;

  private static final int EXPONENT_OFFSET = 1 << 23;

  /** The display scale is lost. */
  @Override
  public boolean exact() {
    return false;
  }

  @Override
  void write(Object value, ByteWriter out) {
    Numeric number = (Numeric) value;
    if (!number.isFinite()) {
      out.putByte(tagOfSpecial(number));
      return;
    }
    int sign = number.signum();
    if (sign == 0) {
      out.putByte(ZERO);
      return;
    }
    out.putByte(sign > 0 ? POSITIVE : NEGATIVE);
    writeMagnitude(number.decimal(), sign > 0 ? 0x00 : 0xFF, out);
  }

  private static int tagOfSpecial(Numeric number) {
    if (number.isNaN()) {
      return NAN;
    }
    return number.signum() > 0 ? POSITIVE_INFINITY : NEGATIVE_INFINITY;
  }

  private static void writeMagnitude(BigDecimal value, int mask, ByteWriter out) {
    String digits = value.unscaledValue().abs().toString();
    int exponent = digits.length() - value.scale() + EXPONENT_OFFSET;
    out.putByte((exponent >> 16) ^ mask).putByte((exponent >> 8) ^ mask).putByte(exponent ^ mask);
    int end = digits.length();
    while (digits.charAt(end - 1) == '0') {
      end--;
    }
    for (int i = 0; i < end; i += 2) {
      int tens = digits.charAt(i) - '0';
      int ones = i + 1 < end ? digits.charAt(i + 1) - '0' : 0;
      out.putByte((tens * 10 + ones + 1) ^ mask);
    }
    out.putByte(mask);
  }

  @Override
  Object read(int tag, KeyInput in) {
    return switch (tag) {
      case NEGATIVE_INFINITY -> Numeric.NEGATIVE_INFINITY;
      case NEGATIVE -> readMagnitude(in, 0xFF).negate();
      case ZERO -> Numeric.ZERO;
      case POSITIVE -> readMagnitude(in, 0x00);
      case POSITIVE_INFINITY -> Numeric.POSITIVE_INFINITY;
      case NAN -> Numeric.NAN;
      default -> throw new MalformedBytes("not a numeric: tag " + tag);
    };
  }

  private static Numeric readMagnitude(KeyInput in, int mask) {
    int exponent = 0;
    for (int i = 0; i < 3; i++) {
      exponent = exponent << 8 | (in.readByte() ^ mask);
    }
    exponent -= EXPONENT_OFFSET;
    StringBuilder digits = new StringBuilder();
    for (int pair = in.readByte() ^ mask; pair != 0; pair = in.readByte() ^ mask) {
      if (pair > 100) {
        throw new MalformedBytes("not two digits: " + pair);
      }
      digits.append((char) ('0' + (pair - 1) / 10)).append((char) ('0' + (pair - 1) % 10));
    }
    if (digits.isEmpty() || exponent > Numeric.INTEGER_DIGITS_MAX) {
      throw new MalformedBytes("number without digits or out of range");
    }
    BigDecimal value =
        new BigDecimal(new BigInteger(digits.toString()), digits.length() - exponent);
    return Numeric.of(value.stripTrailingZeros());
  }
}
