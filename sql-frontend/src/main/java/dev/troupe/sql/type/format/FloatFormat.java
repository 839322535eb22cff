package dev.troupe.sql.type.format;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.type.TypeSession;
import java.util.Locale;
import java.util.regex.Pattern;

/** Floating-point numbers. */
final class FloatFormat extends Format {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?");

  static final FloatFormat FLOAT4 = new FloatFormat(false);
  static final FloatFormat FLOAT8 = new FloatFormat(true);

  private final boolean isDouble;

  private FloatFormat(boolean isDouble) {
    this.isDouble = isDouble;
  }

  private String typeName() {
    return isDouble ? "double precision" : "real";
  }

  @Override
  public void writeText(Object value, TypeSession session, StringBuilder out) {
    int extra = session.extraFloatDigits();
    if (isDouble) {
      FloatText.append((Double) value, extra, out);
    } else {
      FloatText.append((Float) value, extra, out);
    }
  }

  @Override
  public Object readText(String text, TypeSession session) {
    String number = trim(text);
    switch (number.toLowerCase(Locale.ROOT)) {
      case "nan" -> {
        return boxed(Double.NaN);
      }
      case "infinity", "+infinity", "inf", "+inf" -> {
        return boxed(Double.POSITIVE_INFINITY);
      }
      case "-infinity", "-inf" -> {
        return boxed(Double.NEGATIVE_INFINITY);
      }
      default -> {
        if (!NUMBER.matcher(number).matches()) {
          throw invalid(typeName(), text);
        }
        return isDouble ? (Object) readDouble(number) : (Object) readFloat(number);
      }
    }
  }

  private Object boxed(double special) {
    if (isDouble) {
      return special;
    }
    return (float) special;
  }

  private Double readDouble(String number) {
    double value = Double.parseDouble(number);
    if (Double.isInfinite(value) || (value == 0 && !isZero(number))) {
      throw outOfRange(number);
    }
    return value;
  }

  private Float readFloat(String number) {
    float value = Float.parseFloat(number);
    if (Float.isInfinite(value) || (value == 0 && !isZero(number))) {
      throw outOfRange(number);
    }
    return value;
  }

  private static boolean isZero(String number) {
    for (int i = 0; i < number.length(); i++) {
      char c = number.charAt(i);
      if (c == 'e' || c == 'E') {
        return true;
      }
      if (c >= '1' && c <= '9') {
        return false;
      }
    }
    return true;
  }

  private SqlException outOfRange(String number) {
    return new SqlException(
        SqlState.NUMERIC_VALUE_OUT_OF_RANGE,
        "\"" + number + "\" is out of range for type " + typeName());
  }

  @Override
  public void writeBinary(Object value, ByteWriter out) {
    if (isDouble) {
      out.putLong(Double.doubleToLongBits((Double) value));
    } else {
      out.putInt(Float.floatToIntBits((Float) value));
    }
  }

  @Override
  Object parseBinary(ByteReader in) {
    if (isDouble) {
      return Double.longBitsToDouble(in.readLong());
    }
    return Float.intBitsToFloat(in.readInt());
  }
}
