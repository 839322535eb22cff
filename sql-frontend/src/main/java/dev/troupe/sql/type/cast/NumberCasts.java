package dev.troupe.sql.type.cast;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.type.Numeric;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.cast.Casts.Conversion;
import org.jspecify.annotations.Nullable;

/** Casts between numbers, and of OIDs. */
public final class NumberCasts {
  private static final long OID_MASK = 0xFFFF_FFFFL;
  private static final double LONG_END = 0x1p63;

  private NumberCasts() {}

  static @Nullable Conversion find(TypeId from, TypeId to) {
    return switch (from) {
      case INT2, INT4 -> ofInt(from, to);
      case INT8 -> ofLong(to);
      case FLOAT4 -> ofFloat(to);
      case FLOAT8 -> ofDouble(to);
      case NUMERIC -> ofNumeric(to);
      case OID, REGPROC, REGCLASS, REGTYPE, REGNAMESPACE, REGROLE -> ofOid(to);
      case BOOL -> to == TypeId.INT4 ? (value, session) -> (Boolean) value ? 1 : 0 : null;
      case CHAR -> to == TypeId.INT4 ? (value, session) -> charCode((String) value) : null;
      case BYTEA,
          NAME,
          INT2VECTOR,
          TEXT,
          OIDVECTOR,
          JSON,
          UNKNOWN,
          BPCHAR,
          VARCHAR,
          DATE,
          TIME,
          TIMESTAMP,
          TIMESTAMPTZ,
          INTERVAL,
          TIMETZ,
          RECORD,
          VOID,
          UUID,
          JSONB,
          ARRAY ->
          null;
    };
  }

  private static boolean isOid(TypeId id) {
    return switch (id) {
      case OID, REGPROC, REGCLASS, REGTYPE, REGNAMESPACE, REGROLE -> true;
      case BOOL,
          BYTEA,
          CHAR,
          NAME,
          INT8,
          INT2,
          INT2VECTOR,
          INT4,
          TEXT,
          OIDVECTOR,
          JSON,
          FLOAT4,
          FLOAT8,
          UNKNOWN,
          BPCHAR,
          VARCHAR,
          DATE,
          TIME,
          TIMESTAMP,
          TIMESTAMPTZ,
          INTERVAL,
          TIMETZ,
          NUMERIC,
          RECORD,
          VOID,
          UUID,
          JSONB,
          ARRAY ->
          false;
    };
  }

  private static @Nullable Conversion ofInt(TypeId from, TypeId to) {
    if (isOid(to)) {
      return (value, session) -> (Integer) value & OID_MASK;
    }
    if (from == TypeId.INT2 && to == TypeId.INT4) {
      return Conversion.IDENTITY;
    }
    if (from == TypeId.INT4 && to == TypeId.BOOL) {
      return (value, session) -> (Integer) value != 0;
    }
    if (from == TypeId.INT4 && to == TypeId.CHAR) {
      return (value, session) -> charOf((Integer) value);
    }
    if (to == TypeId.INT8) {
      return (value, session) -> ((Integer) value).longValue();
    }
    Conversion ofLong = ofLong(to);
    return ofLong == null
        ? null
        : (value, session) -> ofLong.convert(((Integer) value).longValue(), session);
  }

  private static @Nullable Conversion ofLong(TypeId to) {
    if (isOid(to)) {
      return (value, session) -> oid((Long) value);
    }
    return switch (to) {
      case INT2 -> (value, session) -> toInt2((Long) value);
      case INT4 -> (value, session) -> toInt4((Long) value);
      case FLOAT4 -> (value, session) -> ((Long) value).floatValue();
      case FLOAT8 -> (value, session) -> ((Long) value).doubleValue();
      case NUMERIC -> (value, session) -> Numeric.of((Long) value);
      default -> null;
    };
  }

  private static @Nullable Conversion ofFloat(TypeId to) {
    return switch (to) {
      case INT2 -> (value, session) -> toInt2((Float) value);
      case INT4 -> (value, session) -> toInt4((Float) value);
      case INT8 -> (value, session) -> toInt8((Float) value);
      case FLOAT8 -> (value, session) -> ((Float) value).doubleValue();
      case NUMERIC -> (value, session) -> Numeric.of(((Float) value).floatValue());
      default -> null;
    };
  }

  private static @Nullable Conversion ofDouble(TypeId to) {
    return switch (to) {
      case INT2 -> (value, session) -> toInt2((Double) value);
      case INT4 -> (value, session) -> toInt4((Double) value);
      case INT8 -> (value, session) -> toInt8((Double) value);
      case FLOAT4 -> (value, session) -> toFloat4((Double) value);
      case NUMERIC -> (value, session) -> Numeric.of(((Double) value).doubleValue());
      default -> null;
    };
  }

  private static @Nullable Conversion ofNumeric(TypeId to) {
    return switch (to) {
      case INT2 -> (value, session) -> toInt2(toLong((Numeric) value, "smallint"));
      case INT4 -> (value, session) -> toInt4(toLong((Numeric) value, "integer"));
      case INT8 -> (value, session) -> toLong((Numeric) value, "bigint");
      case FLOAT4 -> (value, session) -> toFloat4((Numeric) value);
      case FLOAT8 -> (value, session) -> toFloat8((Numeric) value);
      default -> null;
    };
  }

  private static @Nullable Conversion ofOid(TypeId to) {
    if (isOid(to) || to == TypeId.INT8) {
      return Conversion.IDENTITY;
    }
    return to == TypeId.INT4 ? (value, session) -> ((Long) value).intValue() : null;
  }

  static SqlException outOfRange(String typeName) {
    return new SqlException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, typeName + " out of range");
  }

  public static Integer toInt2(long value) {
    if (value != (short) value) {
      throw outOfRange("smallint");
    }
    return (int) value;
  }

  public static Integer toInt4(long value) {
    if (value != (int) value) {
      throw outOfRange("integer");
    }
    return (int) value;
  }

  /** Rounds half to even, as C's rint. */
  public static Integer toInt2(double value) {
    return toInt2(rounded(value, "smallint"));
  }

  /** Rounds half to even, as C's rint. */
  public static Integer toInt4(double value) {
    return toInt4(rounded(value, "integer"));
  }

  /** Rounds half to even, as C's rint. */
  public static Long toInt8(double value) {
    return rounded(value, "bigint");
  }

  private static long rounded(double value, String typeName) {
    double whole = Math.rint(value);
    if (!(whole >= -LONG_END && whole < LONG_END)) {
      throw outOfRange(typeName);
    }
    return (long) whole;
  }

  public static Float toFloat4(double value) {
    float narrow = (float) value;
    if (Float.isInfinite(narrow) && !Double.isInfinite(value)) {
      throw new SqlException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "value out of range: overflow");
    }
    if (narrow == 0 && value != 0) {
      throw new SqlException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "value out of range: underflow");
    }
    return narrow;
  }

  /** Rounds half away from zero. */
  public static long toLong(Numeric value, String typeName) {
    if (!value.isFinite()) {
      throw new SqlException(
          SqlState.FEATURE_NOT_SUPPORTED,
          "cannot convert " + (value.isNaN() ? "NaN" : "infinity") + " to " + typeName);
    }
    Long rounded = value.toLong();
    if (rounded == null) {
      throw outOfRange(typeName);
    }
    return rounded;
  }

  public static Double toFloat8(Numeric value) {
    double number = value.toDouble();
    boolean overflow = Double.isInfinite(number) && value.isFinite();
    if (overflow || (number == 0 && value.signum() != 0)) {
      throw textOutOfRange(value, "double precision");
    }
    return number;
  }

  private static Float toFloat4(Numeric value) {
    float number = value.isFinite() ? value.decimal().floatValue() : (float) value.toDouble();
    boolean overflow = Float.isInfinite(number) && value.isFinite();
    if (overflow || (number == 0 && value.signum() != 0)) {
      throw textOutOfRange(value, "real");
    }
    return number;
  }

  private static SqlException textOutOfRange(Numeric value, String typeName) {
    return new SqlException(
        SqlState.NUMERIC_VALUE_OUT_OF_RANGE,
        "\"" + value + "\" is out of range for type " + typeName);
  }

  private static Long oid(long value) {
    if (value < 0 || value > OID_MASK) {
      throw outOfRange("OID");
    }
    return value;
  }

  private static String charOf(int code) {
    if (code < Byte.MIN_VALUE || code > Byte.MAX_VALUE) {
      throw outOfRange("\"char\"");
    }
    return code == 0 ? "" : String.valueOf((char) (code & 0xFF));
  }

  private static Integer charCode(String value) {
    return value.isEmpty() ? 0 : (int) (byte) value.charAt(0);
  }
}
