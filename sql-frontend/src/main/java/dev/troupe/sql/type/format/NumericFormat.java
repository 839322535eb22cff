package dev.troupe.sql.type.format;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.type.Numeric;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeSession;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/** Numbers; in binary as groups of four decimal digits. */
final class NumericFormat extends Format {
  private static final int POSITIVE = 0x0000;
  private static final int NEGATIVE = 0x4000;
  private static final int NAN = 0xC000;
  private static final int POSITIVE_INFINITY = 0xD000;
  private static final int NEGATIVE_INFINITY = 0xF000;

  /** What PostgreSQL sends there; it has no meaning. */
  private static final int SCALE_OF_INFINITY = 0x20;

  private static final int GROUP_DIGITS = 4;
  private static final int GROUP_MAX = 9999;

  private final SqlType type;

  NumericFormat(SqlType type) {
    this.type = type;
  }

  @Override
  public void writeText(Object value, TypeSession session, StringBuilder out) {
    out.append(value);
  }

  @Override
  public Object readText(String text, TypeSession session) {
    return ModifierCoercion.assign(type, Numeric.parse(text));
  }

  @Override
  public void writeBinary(Object value, ByteWriter out) {
    Numeric number = (Numeric) value;
    if (!number.isFinite()) {
      int infinity = number.signum() > 0 ? POSITIVE_INFINITY : NEGATIVE_INFINITY;
      if (number.isNaN()) {
        putHeader(0, 0, NAN, 0, out);
      } else {
        putHeader(0, 0, infinity, SCALE_OF_INFINITY, out);
      }
      return;
    }
    BigDecimal decimal = number.decimal();
    String digits = decimal.unscaledValue().abs().toString();
    int scale = decimal.scale();
    // Zeros are added on both sides so that groups begin at the point.
    int behind = (GROUP_DIGITS - scale % GROUP_DIGITS) % GROUP_DIGITS;
    int before = digits.length() + behind;
    String padded =
        "0".repeat((GROUP_DIGITS - before % GROUP_DIGITS) % GROUP_DIGITS)
            + digits
            + "0".repeat(behind);
    int first = 0;
    int end = padded.length() / GROUP_DIGITS;
    int weight = end - (scale + behind) / GROUP_DIGITS - 1;
    while (first < end && group(padded, first) == 0) {
      first++;
      weight--;
    }
    while (end > first && group(padded, end - 1) == 0) {
      end--;
    }
    int sign = decimal.signum() < 0 ? NEGATIVE : POSITIVE;
    putHeader(end - first, first == end ? 0 : weight, sign, scale, out);
    for (int i = first; i < end; i++) {
      putShort(group(padded, i), out);
    }
  }

  private static int group(String digits, int index) {
    int at = index * GROUP_DIGITS;
    return Integer.parseInt(digits, at, at + GROUP_DIGITS, 10);
  }

  private static void putHeader(int groups, int weight, int sign, int scale, ByteWriter out) {
    putShort(groups, out);
    putShort(weight, out);
    putShort(sign, out);
    putShort(scale, out);
  }

  private static void putShort(int value, ByteWriter out) {
    out.putByte(value >> 8).putByte(value);
  }

  private static int readShort(ByteReader in) {
    return in.readByte() << 8 | in.readByte();
  }

  @Override
  Object parseBinary(ByteReader in) {
    int groups = readShort(in);
    int weight = (short) readShort(in);
    int sign = readShort(in);
    int scale = readShort(in);
    if (in.remaining() != groups * 2 || scale > Numeric.VALUE_SCALE_MAX) {
      throw malformed();
    }
    StringBuilder digits = new StringBuilder("0");
    for (int i = 0; i < groups; i++) {
      int group = readShort(in);
      if (group > GROUP_MAX) {
        throw malformed();
      }
      String text = Integer.toString(group);
      digits.append("0".repeat(GROUP_DIGITS - text.length())).append(text);
    }
    Numeric value =
        switch (sign) {
          case POSITIVE -> finite(digits, groups, weight, scale);
          case NEGATIVE -> finite(digits, groups, weight, scale).negate();
          case NAN -> Numeric.NAN;
          case POSITIVE_INFINITY -> Numeric.POSITIVE_INFINITY;
          case NEGATIVE_INFINITY -> Numeric.NEGATIVE_INFINITY;
          default -> throw malformed();
        };
    return ModifierCoercion.assign(type, value);
  }

  private static Numeric finite(StringBuilder digits, int groups, int weight, int scale) {
    int exponent = GROUP_DIGITS * (weight + 1 - groups);
    BigDecimal value = new BigDecimal(new BigInteger(digits.toString()), -exponent);
    return Numeric.of(value.setScale(scale, RoundingMode.DOWN));
  }
}
