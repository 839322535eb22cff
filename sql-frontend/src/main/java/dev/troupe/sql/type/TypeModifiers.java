package dev.troupe.sql.type;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.util.List;
import java.util.Locale;

/** Type modifiers: from what stands in parentheses behind a type's name, and back. */
public final class TypeModifiers {
  /** Stands for an interval whose fields are not restricted. */
  public static final int ALL_FIELDS = 0x7FFF;

  /** Stands for times and intervals with all their digits. */
  public static final int FULL_PRECISION = 0xFFFF;

  /** The finest fraction of a second that is kept: microseconds. */
  public static final int SECOND_DIGITS_MAX = 6;

  /** PostgreSQL's limit for declared lengths. */
  public static final int CHARACTERS_MAX = 10_485_760;

  private static final int HEADER = 4;

  private TypeModifiers() {}

  /** Bits of the fields that an interval can be restricted to, as in PostgreSQL's typmod. */
  public enum IntervalField {
    MONTH(1 << 1),
    YEAR(1 << 2),
    DAY(1 << 3),
    HOUR(1 << 10),
    MINUTE(1 << 11),
    SECOND(1 << 12);

    private final int bit;

    IntervalField(int bit) {
      this.bit = bit;
    }

    public int bit() {
      return bit;
    }

    private String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The modifier of a type.
   *
   * @param given as written; of INTERVAL first the mask of the fields ({@link #ALL_FIELDS} when
   *     they are not restricted), then possibly the digits of a second
   */
  static int of(TypeId id, List<Integer> given) {
    if (given.isEmpty()) {
      return -1;
    }
    return switch (id) {
      case VARCHAR -> characters("varchar", given);
      case BPCHAR -> characters("char", given);
      case NUMERIC -> numeric(given);
      case TIME, TIMETZ -> secondDigits("TIME", id == TypeId.TIMETZ, given);
      case TIMESTAMP, TIMESTAMPTZ -> secondDigits("TIMESTAMP", id == TypeId.TIMESTAMPTZ, given);
      case INTERVAL -> interval(given);
      case BOOL,
          BYTEA,
          CHAR,
          NAME,
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
          JSONB,
          ARRAY ->
          throw new SqlException(
              SqlState.SYNTAX_ERROR,
              "type modifier is not allowed for type \"" + id.internalName() + "\"");
    };
  }

  /** {@code char} without a length means {@code char(1)}. */
  static int character(List<Integer> given) {
    return given.isEmpty() ? 1 + HEADER : characters("char", given);
  }

  static SqlType floatOf(List<Integer> given) {
    if (given.isEmpty()) {
      return SqlType.FLOAT8;
    }
    int bits = given.getFirst();
    if (bits < 1) {
      throw invalid("precision for type float must be at least 1 bit");
    }
    if (bits >= 54) {
      throw invalid("precision for type float must be less than 54 bits");
    }
    return bits <= 24 ? SqlType.FLOAT4 : SqlType.FLOAT8;
  }

  private static int characters(String name, List<Integer> given) {
    if (given.size() != 1) {
      throw invalid("invalid type modifier");
    }
    int length = given.getFirst();
    if (length < 1) {
      throw invalid("length for type " + name + " must be at least 1");
    }
    if (length > CHARACTERS_MAX) {
      throw invalid("length for type " + name + " cannot exceed " + CHARACTERS_MAX);
    }
    return length + HEADER;
  }

  private static int numeric(List<Integer> given) {
    if (given.size() > 2) {
      throw invalid("invalid NUMERIC type modifier");
    }
    int precision = given.getFirst();
    int scale = given.size() == 2 ? given.get(1) : 0;
    if (precision < 1 || precision > Numeric.SCALE_MAX) {
      throw invalid("NUMERIC precision " + precision + " must be between 1 and 1000");
    }
    if (scale < -Numeric.SCALE_MAX || scale > Numeric.SCALE_MAX) {
      throw invalid("NUMERIC scale " + scale + " must be between -1000 and 1000");
    }
    return numeric(precision, scale);
  }

  /** The modifier of {@code numeric(precision, scale)}. */
  public static int numeric(int precision, int scale) {
    return (precision << 16 | (scale & 0x7FF)) + HEADER;
  }

  private static int secondDigits(String name, boolean withZone, List<Integer> given) {
    if (given.size() != 1) {
      throw invalid("invalid type modifier");
    }
    int digits = given.getFirst();
    if (digits < 0) {
      throw invalid(
          name
              + "("
              + digits
              + ")"
              + (withZone ? " WITH TIME ZONE" : "")
              + " precision must not be negative");
    }
    return Math.min(digits, SECOND_DIGITS_MAX);
  }

  private static int interval(List<Integer> given) {
    if (given.size() > 2) {
      throw invalid("invalid INTERVAL type modifier");
    }
    int fields = given.getFirst();
    if (given.size() == 1) {
      return fields == ALL_FIELDS ? -1 : interval(fields, FULL_PRECISION);
    }
    int digits = given.get(1);
    if (digits < 0) {
      throw invalid("INTERVAL(" + digits + ") precision must not be negative");
    }
    return interval(fields, Math.min(digits, SECOND_DIGITS_MAX));
  }

  /**
   * The modifier of an interval.
   *
   * @param digits of a second, or {@link #FULL_PRECISION}
   */
  public static int interval(int fields, int digits) {
    return fields << 16 | digits;
  }

  /** Mask of the fields of an interval type. */
  public static int intervalFields(int modifier) {
    return modifier < 0 ? ALL_FIELDS : (modifier >>> 16) & 0x7FFF;
  }

  /** Digits of a second of an interval type; {@link #FULL_PRECISION} when not restricted. */
  public static int intervalDigits(int modifier) {
    return modifier < 0 ? FULL_PRECISION : modifier & 0xFFFF;
  }

  /** Declared length of VARCHAR and BPCHAR; -1 when there is none. */
  public static int length(int modifier) {
    return modifier < HEADER ? -1 : modifier - HEADER;
  }

  /** Of a NUMERIC with a modifier. */
  public static int numericPrecision(int modifier) {
    return ((modifier - HEADER) >>> 16) & 0xFFFF;
  }

  /** Of a NUMERIC with a modifier; from -1000 to 1000. */
  public static int numericScale(int modifier) {
    return (((modifier - HEADER) & 0x7FF) ^ 1024) - 1024;
  }

  static String format(TypeId id, int modifier) {
    if (modifier < 0) {
      return id == TypeId.BPCHAR ? "bpchar" : id.sqlName();
    }
    return switch (id) {
      case VARCHAR, BPCHAR -> id.sqlName() + "(" + length(modifier) + ")";
      case NUMERIC -> "numeric(" + numericPrecision(modifier) + "," + numericScale(modifier) + ")";
      case TIME -> "time(" + modifier + ") without time zone";
      case TIMETZ -> "time(" + modifier + ") with time zone";
      case TIMESTAMP -> "timestamp(" + modifier + ") without time zone";
      case TIMESTAMPTZ -> "timestamp(" + modifier + ") with time zone";
      case INTERVAL -> formatInterval(modifier);
      case BOOL,
          BYTEA,
          CHAR,
          NAME,
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
          JSONB,
          ARRAY ->
          id.sqlName();
    };
  }

  private static String formatInterval(int modifier) {
    int fields = intervalFields(modifier);
    int digits = intervalDigits(modifier);
    StringBuilder out = new StringBuilder("interval");
    if (fields != ALL_FIELDS) {
      IntervalField first = null;
      IntervalField last = null;
      for (IntervalField field : FROM_LARGEST) {
        if ((fields & field.bit()) != 0) {
          first = first == null ? field : first;
          last = field;
        }
      }
      if (first != null && last != null) {
        out.append(' ').append(first.word());
        out.append(first == last ? "" : " to " + last.word());
      }
    }
    return digits == FULL_PRECISION ? out.toString() : out.append("(" + digits + ")").toString();
  }

  private static final List<IntervalField> FROM_LARGEST =
      List.of(
          IntervalField.YEAR,
          IntervalField.MONTH,
          IntervalField.DAY,
          IntervalField.HOUR,
          IntervalField.MINUTE,
          IntervalField.SECOND);

  private static SqlException invalid(String message) {
    return new SqlException(SqlState.INVALID_PARAMETER_VALUE, message);
  }
}
