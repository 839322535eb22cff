package dev.troupe.sql.type.format;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.type.TypeSession;

/** Integers of all sizes, and OIDs. */
final class IntegerFormat extends Format {
  private static final int DIGITS_MAX = 20;

  private final String typeName;
  private final int size;
  private final long min;
  private final long max;
  private final boolean isLong;

  private IntegerFormat(String typeName, int size, long min, long max, boolean isLong) {
    this.typeName = typeName;
    this.size = size;
    this.min = min;
    this.max = max;
    this.isLong = isLong;
  }

  static final IntegerFormat INT2 =
      new IntegerFormat("smallint", 2, Short.MIN_VALUE, Short.MAX_VALUE, false);
  static final IntegerFormat INT4 =
      new IntegerFormat("integer", 4, Integer.MIN_VALUE, Integer.MAX_VALUE, false);
  static final IntegerFormat INT8 =
      new IntegerFormat("bigint", 8, Long.MIN_VALUE, Long.MAX_VALUE, true);

  /** Unsigned; a negative number is taken for its two's complement. */
  static final IntegerFormat OID =
      new IntegerFormat("oid", 4, Integer.MIN_VALUE, 0xFFFF_FFFFL, true);

  private boolean isOid() {
    return max == 0xFFFF_FFFFL;
  }

  @Override
  public void writeText(Object value, TypeSession session, StringBuilder out) {
    if (isLong) {
      out.append(((Long) value).longValue());
    } else {
      out.append(((Integer) value).intValue());
    }
  }

  @Override
  public void writeUtf8(Object value, TypeSession session, ByteWriter out) {
    putDecimal(isLong ? (Long) value : (Integer) value, out);
  }

  private static void putDecimal(long value, ByteWriter out) {
    if (value == Long.MIN_VALUE) {
      out.putByte('-').putByte('9');
      putDecimal(223_372_036_854_775_808L, out);
      return;
    }
    long rest = value;
    if (rest < 0) {
      out.putByte('-');
      rest = -rest;
    }
    long unit = 1;
    while (rest / unit >= 10) {
      unit *= 10;
    }
    for (; unit > 0; unit /= 10) {
      out.putByte('0' + (int) (rest / unit % 10));
    }
  }

  @Override
  public Object readText(String text, TypeSession session) {
    int end = text.length();
    int i = 0;
    while (i < end && isSpace(text.charAt(i))) {
      i++;
    }
    while (end > i && isSpace(text.charAt(end - 1))) {
      end--;
    }
    boolean negative = i < end && text.charAt(i) == '-';
    if (negative || (i < end && text.charAt(i) == '+')) {
      i++;
    }
    if (i == end) {
      throw invalid(typeName, text);
    }
    while (i < end - 1 && text.charAt(i) == '0') {
      i++;
    }
    boolean overflow = end - i > DIGITS_MAX;
    long value = 0;
    for (; i < end; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        throw invalid(typeName, text);
      }
      // Counted below zero, where there is one number more.
      overflow |= value < (Long.MIN_VALUE + digit) / 10;
      value = value * 10 - digit;
    }
    return boxed(text, negative, overflow, value);
  }

  private Object boxed(String text, boolean negative, boolean overflow, long negated) {
    if (overflow || (!negative && negated == Long.MIN_VALUE)) {
      throw outOfRange(text);
    }
    long value = negative ? negated : -negated;
    if (value < min || value > max) {
      throw outOfRange(text);
    }
    if (isLong) {
      return isOid() ? value & 0xFFFF_FFFFL : value;
    }
    return (int) value;
  }

  private SqlException outOfRange(String text) {
    return new SqlException(
        SqlState.NUMERIC_VALUE_OUT_OF_RANGE,
        "value \"" + text + "\" is out of range for type " + typeName);
  }

  @Override
  public void writeBinary(Object value, ByteWriter out) {
    switch (size) {
      case 2 -> {
        int number = (Integer) value;
        out.putByte(number >> 8).putByte(number);
      }
      case 4 -> out.putInt(isLong ? ((Long) value).intValue() : (Integer) value);
      default -> out.putLong((Long) value);
    }
  }

  @Override
  Object parseBinary(ByteReader in) {
    return switch (size) {
      case 2 -> (int) (short) (in.readByte() << 8 | in.readByte());
      case 4 -> {
        if (isLong) {
          yield in.readInt() & 0xFFFF_FFFFL;
        }
        yield in.readInt();
      }
      default -> in.readLong();
    };
  }
}
