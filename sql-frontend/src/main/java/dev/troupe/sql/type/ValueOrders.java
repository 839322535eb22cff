package dev.troupe.sql.type;

import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The orders of all types, one object for each kind of Java value. */
final class ValueOrders {
  private static final class Natural<T extends Comparable<T>> extends ValueOrder {
    private final Class<T> values;

    Natural(Class<T> values) {
      this.values = values;
    }

    @Override
    public int compare(Object left, Object right) {
      return values.cast(left).compareTo(values.cast(right));
    }

    @Override
    public boolean equal(Object left, Object right) {
      return left.equals(right);
    }

    @Override
    public int hash(Object value) {
      return value.hashCode();
    }
  }

  private static final class Ints extends ValueOrder {
    @Override
    public int compare(Object left, Object right) {
      return Integer.compare((Integer) left, (Integer) right);
    }

    @Override
    public boolean equal(Object left, Object right) {
      return ((Integer) left).intValue() == ((Integer) right).intValue();
    }

    @Override
    public int hash(Object value) {
      return (Integer) value;
    }
  }

  private static final class Longs extends ValueOrder {
    @Override
    public int compare(Object left, Object right) {
      return Long.compare((Long) left, (Long) right);
    }

    @Override
    public boolean equal(Object left, Object right) {
      return ((Long) left).longValue() == ((Long) right).longValue();
    }

    @Override
    public int hash(Object value) {
      return Long.hashCode((Long) value);
    }
  }

  /** NaN equals NaN and is the greatest; both zeros are equal. */
  private static final class Floats extends ValueOrder {
    @Override
    public int compare(Object left, Object right) {
      // Adding a positive zero turns a negative zero into it.
      return Float.compare((Float) left + 0.0f, (Float) right + 0.0f);
    }

    @Override
    public int hash(Object value) {
      return Float.hashCode((Float) value + 0.0f);
    }
  }

  /** NaN equals NaN and is the greatest; both zeros are equal. */
  private static final class Doubles extends ValueOrder {
    @Override
    public int compare(Object left, Object right) {
      return Double.compare((Double) left + 0.0, (Double) right + 0.0);
    }

    @Override
    public int hash(Object value) {
      return Double.hashCode((Double) value + 0.0);
    }
  }

  private static final class Texts extends ValueOrder {
    @Override
    public int compare(Object left, Object right) {
      return CodePoints.compare((String) left, (String) right);
    }

    @Override
    public boolean equal(Object left, Object right) {
      return left.equals(right);
    }

    @Override
    public int hash(Object value) {
      return value.hashCode();
    }
  }

  /** Blanks at the end do not count. */
  private static final class PaddedTexts extends ValueOrder {
    @Override
    public int compare(Object left, Object right) {
      return CodePoints.compare(
          CodePoints.withoutTrailingBlanks((String) left),
          CodePoints.withoutTrailingBlanks((String) right));
    }

    @Override
    public int hash(Object value) {
      return CodePoints.withoutTrailingBlanks((String) value).hashCode();
    }
  }

  /** As sixteen unsigned bytes; Java's own order is that of two signed longs. */
  private static final class Uuids extends ValueOrder {
    @Override
    public int compare(Object left, Object right) {
      UUID a = (UUID) left;
      UUID b = (UUID) right;
      int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
      return high != 0
          ? high
          : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
    }

    @Override
    public boolean equal(Object left, Object right) {
      return left.equals(right);
    }

    @Override
    public int hash(Object value) {
      return value.hashCode();
    }
  }

  /** By estimated length, which is not the equality of the record. */
  private static final class Intervals extends ValueOrder {
    @Override
    public int compare(Object left, Object right) {
      return ((Interval) left).compareTo((Interval) right);
    }

    @Override
    public int hash(Object value) {
      return ((Interval) value).lengthHash();
    }
  }

  private static final class Arrays extends ValueOrder {
    private final ValueOrder elements;

    Arrays(ValueOrder elements) {
      this.elements = elements;
    }

    @Override
    public int compare(Object left, Object right) {
      return SqlArray.compare((SqlArray) left, (SqlArray) right, elements);
    }

    @Override
    public int hash(Object value) {
      return ((SqlArray) value).hash(elements);
    }
  }

  private static final ValueOrder BOOLS = new Natural<>(Boolean.class);
  private static final ValueOrder INTS = new Ints();
  private static final ValueOrder LONGS = new Longs();
  private static final ValueOrder FLOATS = new Floats();
  private static final ValueOrder DOUBLES = new Doubles();
  private static final ValueOrder NUMERICS = new Natural<>(Numeric.class);
  private static final ValueOrder TEXTS = new Texts();
  private static final ValueOrder PADDED_TEXTS = new PaddedTexts();
  private static final ValueOrder BYTES = new Natural<>(Bytes.class);
  private static final ValueOrder TIMES_WITH_ZONE = new Natural<>(TimeTz.class);
  private static final ValueOrder INTERVALS = new Intervals();
  private static final ValueOrder UUIDS = new Uuids();
  private static final ValueOrder JSONS = new Natural<>(JsonValue.class);
  private static final ValueOrder RECORDS = new Natural<>(SqlRecord.class);
  private static final ValueOrder INT_ARRAYS = new Arrays(INTS);
  private static final ValueOrder LONG_ARRAYS = new Arrays(LONGS);

  private ValueOrders() {}

  static ValueOrder of(SqlType type) {
    return switch (type.id()) {
      case BOOL -> BOOLS;
      case INT2, INT4, DATE -> INTS;
      case INT8, OID, REGPROC, REGCLASS, REGTYPE, REGNAMESPACE, REGROLE -> LONGS;
      case TIME, TIMESTAMP, TIMESTAMPTZ -> LONGS;
      case FLOAT4 -> FLOATS;
      case FLOAT8 -> DOUBLES;
      case NUMERIC -> NUMERICS;
      case TEXT, VARCHAR, NAME, CHAR, JSON, UNKNOWN, VOID -> TEXTS;
      case BPCHAR -> PADDED_TEXTS;
      case BYTEA -> BYTES;
      case TIMETZ -> TIMES_WITH_ZONE;
      case INTERVAL -> INTERVALS;
      case UUID -> UUIDS;
      case JSONB -> JSONS;
      case INT2VECTOR -> INT_ARRAYS;
      case OIDVECTOR -> LONG_ARRAYS;
      case RECORD -> RECORDS;
      case ARRAY -> arrays(type.element());
    };
  }

  private static ValueOrder arrays(@Nullable SqlType element) {
    return new Arrays(of(Objects.requireNonNull(element)));
  }
}
