package dev.troupe.sql.type.format;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.type.CodePoints;
import dev.troupe.sql.type.Interval;
import dev.troupe.sql.type.Numeric;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TimeTz;
import dev.troupe.sql.type.TypeModifiers;
import dev.troupe.sql.type.time.IntervalPrecision;
import dev.troupe.sql.type.time.TimeUnits;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Fits values to the modifier of their type: lengths, precisions, scales. */
public final class ModifierCoercion {
  /** PostgreSQL's identifiers have 63 bytes at most. */
  public static final int NAME_BYTES_MAX = 63;

  private ModifierCoercion() {}

  /**
   * As an assignment does: strings that are too long are refused unless blanks are all that goes.
   */
  public static Object assign(SqlType type, Object value) {
    return apply(type, value, false);
  }

  /** As an explicit cast does: strings that are too long are cut. */
  public static Object cast(SqlType type, Object value) {
    return apply(type, value, true);
  }

  /** Whether {@link #apply} can change or refuse a value of the type. */
  public static boolean matters(SqlType type) {
    return switch (type.id()) {
      case BPCHAR, NAME, CHAR -> true;
      case ARRAY -> matters(Objects.requireNonNull(type.element()));
      case BOOL,
          BYTEA,
          INT8,
          INT2,
          INT2VECTOR,
          INT4,
          REGPROC,
          TEXT,
          OID,
          OIDVECTOR,
          JSON,
          FLOAT4,
          FLOAT8,
          UNKNOWN,
          VARCHAR,
          DATE,
          TIME,
          TIMESTAMP,
          TIMESTAMPTZ,
          INTERVAL,
          TIMETZ,
          NUMERIC,
          REGCLASS,
          REGTYPE,
          REGNAMESPACE,
          REGROLE,
          RECORD,
          VOID,
          UUID,
          JSONB ->
          type.modifier() >= 0;
    };
  }

  /**
   * @param explicit whether strings that are too long are cut instead of refused
   */
  public static Object apply(SqlType type, Object value, boolean explicit) {
    int modifier = type.modifier();
    return switch (type.id()) {
      case VARCHAR -> varchar((String) value, modifier, explicit);
      case BPCHAR -> bpchar((String) value, modifier, explicit);
      case NAME -> name((String) value);
      case CHAR -> CodePoints.prefix((String) value, 1);
      case NUMERIC -> modifier < 0 ? value : numeric((Numeric) value, modifier);
      case TIME -> TimeUnits.roundToDigits((Long) value, modifier);
      case TIMESTAMP, TIMESTAMPTZ -> timestamp((Long) value, modifier);
      case TIMETZ -> {
        TimeTz time = (TimeTz) value;
        yield new TimeTz(TimeUnits.roundToDigits(time.micros(), modifier), time.secondsWest());
      }
      case INTERVAL -> IntervalPrecision.apply((Interval) value, modifier);
      case ARRAY -> array((SqlArray) value, Objects.requireNonNull(type.element()), explicit);
      case BOOL,
          BYTEA,
          INT8,
          INT2,
          INT2VECTOR,
          INT4,
          REGPROC,
          TEXT,
          OID,
          OIDVECTOR,
          JSON,
          FLOAT4,
          FLOAT8,
          UNKNOWN,
          DATE,
          REGCLASS,
          REGTYPE,
          REGNAMESPACE,
          REGROLE,
          RECORD,
          VOID,
          UUID,
          JSONB ->
          value;
    };
  }

  private static String varchar(String value, int modifier, boolean explicit) {
    int length = TypeModifiers.length(modifier);
    if (length < 0 || value.length() <= length) {
      return value;
    }
    String fitting = CodePoints.prefix(value, length);
    if (!explicit) {
      requireBlanks(value, fitting.length(), "character varying(" + length + ")");
    }
    return fitting;
  }

  private static String bpchar(String value, int modifier, boolean explicit) {
    int length = TypeModifiers.length(modifier);
    String fitting = value;
    if (length >= 0 && value.length() > length) {
      fitting = CodePoints.prefix(value, length);
      if (!explicit) {
        requireBlanks(value, fitting.length(), "character(" + length + ")");
      }
    }
    return CodePoints.withoutTrailingBlanks(fitting);
  }

  private static void requireBlanks(String value, int from, String typeName) {
    for (int i = from; i < value.length(); i++) {
      if (value.charAt(i) != ' ') {
        throw new SqlException(
            SqlState.STRING_DATA_RIGHT_TRUNCATION, "value too long for type " + typeName);
      }
    }
  }

  /** Cut to 63 bytes without breaking a character. */
  public static String name(String value) {
    if (value.length() <= NAME_BYTES_MAX / 3 || CodePoints.utf8Length(value) <= NAME_BYTES_MAX) {
      return value;
    }
    int end = Math.min(value.length(), NAME_BYTES_MAX);
    while (CodePoints.utf8Length(value.substring(0, end)) > NAME_BYTES_MAX) {
      end--;
    }
    return Character.isHighSurrogate(value.charAt(end - 1))
        ? value.substring(0, end - 1)
        : value.substring(0, end);
  }

  private static Numeric numeric(Numeric value, int modifier) {
    int precision = TypeModifiers.numericPrecision(modifier);
    int scale = TypeModifiers.numericScale(modifier);
    if (value.isNaN()) {
      return value;
    }
    if (value.isInfinite()) {
      throw overflow(
          "A field with precision %d, scale %d cannot hold an infinite value.", precision, scale);
    }
    BigDecimal rounded = value.decimal().setScale(scale, RoundingMode.HALF_UP);
    if (rounded.signum() != 0 && rounded.precision() > precision) {
      int digits = precision - scale;
      throw overflow(
          "A field with precision %d, scale %d must round to an absolute value less than %s%s.",
          precision, scale, digits == 0 ? "1" : "10^", digits == 0 ? "" : digits);
    }
    return Numeric.of(rounded);
  }

  private static SqlException overflow(String detail, Object... arguments) {
    return new SqlException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "numeric field overflow")
        .withDetail(String.format(detail, arguments));
  }

  private static Long timestamp(long value, int modifier) {
    return TimeUnits.isInfinite(value) ? value : TimeUnits.roundToDigits(value, modifier);
  }

  private static SqlArray array(SqlArray value, SqlType element, boolean explicit) {
    if (!matters(element)) {
      return value.elementType().equals(element) ? value : value.as(element);
    }
    @Nullable Object[] elements = value.toArray();
    for (int i = 0; i < elements.length; i++) {
      Object each = elements[i];
      elements[i] = each == null ? null : apply(element, each, explicit);
    }
    return value.with(element, elements);
  }
}
