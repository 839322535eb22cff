package dev.troupe.sql.type.codec;

import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.type.Bytes;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TimeTz;
import dev.troupe.sql.type.TypeId;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.UUID;

/** The ordered encodings of the simple types. */
final class KeyValueCodecs {
  static final int FALSE = 0x08;
  static final int TRUE = 0x09;
  static final int INTEGER = 0x10;
  static final int DATE = 0x12;
  static final int MICROS = 0x13;
  static final int TIME_WITH_ZONE = 0x14;
  static final int UUID_TAG = 0x15;
  static final int FLOAT = 0x20;
  static final int TEXT = 0x40;
  static final int BYTES = 0x41;

  private static final KeyValueCodec BOOLS =
      new KeyValueCodec() {
        @Override
        public boolean exact() {
          return true;
        }

        @Override
        void write(Object value, ByteWriter out) {
          out.putByte((Boolean) value ? TRUE : FALSE);
        }

        @Override
        Object read(int tag, KeyInput in) {
          if (tag != FALSE) {
            requireTag(TRUE, tag);
          }
          return tag == TRUE;
        }
      };

  /** Integers of all sizes are comparable with each other. */
  private static final class Integers extends KeyValueCodec {
    private final boolean isLong;

    Integers(boolean isLong) {
      this.isLong = isLong;
    }

    @Override
    public boolean exact() {
      return true;
    }

    @Override
    void write(Object value, ByteWriter out) {
      long number = isLong ? (Long) value : (Integer) value;
      out.putByte(INTEGER).putLong(number ^ Long.MIN_VALUE);
    }

    @Override
    Object read(int tag, KeyInput in) {
      requireTag(INTEGER, tag);
      long number = in.readLong() ^ Long.MIN_VALUE;
      if (isLong) {
        return number;
      }
      return (int) number;
    }
  }

  private static final KeyValueCodec DATES =
      new KeyValueCodec() {
        @Override
        public boolean exact() {
          return true;
        }

        @Override
        void write(Object value, ByteWriter out) {
          out.putByte(DATE).putInt((Integer) value ^ Integer.MIN_VALUE);
        }

        @Override
        Object read(int tag, KeyInput in) {
          requireTag(DATE, tag);
          return in.readInt() ^ Integer.MIN_VALUE;
        }
      };

  private static final KeyValueCodec TIMES =
      new KeyValueCodec() {
        @Override
        public boolean exact() {
          return true;
        }

        @Override
        void write(Object value, ByteWriter out) {
          out.putByte(MICROS).putLong((Long) value ^ Long.MIN_VALUE);
        }

        @Override
        Object read(int tag, KeyInput in) {
          requireTag(MICROS, tag);
          return in.readLong() ^ Long.MIN_VALUE;
        }
      };

  private static final KeyValueCodec TIMES_WITH_ZONE =
      new KeyValueCodec() {
        @Override
        public boolean exact() {
          return true;
        }

        @Override
        void write(Object value, ByteWriter out) {
          TimeTz time = (TimeTz) value;
          out.putByte(TIME_WITH_ZONE)
              .putLong(time.utcMicros() ^ Long.MIN_VALUE)
              .putInt(time.secondsWest() ^ Integer.MIN_VALUE);
        }

        @Override
        Object read(int tag, KeyInput in) {
          requireTag(TIME_WITH_ZONE, tag);
          long utc = in.readLong() ^ Long.MIN_VALUE;
          int west = in.readInt() ^ Integer.MIN_VALUE;
          return new TimeTz(utc - west * 1_000_000L, west);
        }
      };

  private static final KeyValueCodec UUIDS =
      new KeyValueCodec() {
        @Override
        public boolean exact() {
          return true;
        }

        @Override
        void write(Object value, ByteWriter out) {
          UUID uuid = (UUID) value;
          out.putByte(UUID_TAG)
              .putLong(uuid.getMostSignificantBits())
              .putLong(uuid.getLeastSignificantBits());
        }

        @Override
        Object read(int tag, KeyInput in) {
          requireTag(UUID_TAG, tag);
          return new UUID(in.readLong(), in.readLong());
        }
      };

  /** As doubles. Negative numbers have all bits inverted, others the sign bit. */
  private static final class Floats extends KeyValueCodec {
    private final boolean isDouble;

    Floats(boolean isDouble) {
      this.isDouble = isDouble;
    }

    /** The sign of zero is lost. */
    @Override
    public boolean exact() {
      return false;
    }

    @Override
    void write(Object value, ByteWriter out) {
      double number = isDouble ? (Double) value : (Float) value;
      // Adding zero unites both zeros, doubleToLongBits unites all NaNs.
      long bits = Double.doubleToLongBits(number + 0.0);
      out.putByte(FLOAT).putLong(bits < 0 ? ~bits : bits ^ Long.MIN_VALUE);
    }

    @Override
    Object read(int tag, KeyInput in) {
      requireTag(FLOAT, tag);
      long bits = in.readLong();
      double number = Double.longBitsToDouble(bits < 0 ? bits ^ Long.MIN_VALUE : ~bits);
      if (isDouble) {
        return number;
      }
      return (float) number;
    }
  }

  private static final KeyValueCodec TEXTS =
      new KeyValueCodec() {
        @Override
        public boolean exact() {
          return true;
        }

        @Override
        void write(Object value, ByteWriter out) {
          out.putByte(TEXT);
          KeyOutput.putTerminated(((String) value).getBytes(StandardCharsets.UTF_8), out);
        }

        @Override
        Object read(int tag, KeyInput in) {
          requireTag(TEXT, tag);
          return new String(in.readTerminated(), StandardCharsets.UTF_8);
        }
      };

  private static final KeyValueCodec BYTE_STRINGS =
      new KeyValueCodec() {
        @Override
        public boolean exact() {
          return true;
        }

        @Override
        void write(Object value, ByteWriter out) {
          out.putByte(BYTES);
          KeyOutput.putTerminated(((Bytes) value).shared(), out);
        }

        @Override
        Object read(int tag, KeyInput in) {
          requireTag(BYTES, tag);
          return Bytes.owning(in.readTerminated());
        }
      };

  private static final KeyValueCodec INTS = new Integers(false);
  private static final KeyValueCodec LONGS = new Integers(true);
  private static final KeyValueCodec FLOATS = new Floats(false);
  private static final KeyValueCodec DOUBLES = new Floats(true);
  private static final KeyValueCodec NUMERICS = new NumericKeyCodec();
  private static final KeyValueCodec INTERVALS = new IntervalKeyCodec();
  private static final KeyValueCodec JSONS = new JsonKeyCodec();

  private KeyValueCodecs() {}

  static boolean supports(SqlType type) {
    return switch (type.id()) {
      case JSON, RECORD, UNKNOWN, VOID -> false;
      case ARRAY -> supports(Objects.requireNonNull(type.element()));
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
          FLOAT4,
          FLOAT8,
          BPCHAR,
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
          UUID,
          JSONB ->
          true;
    };
  }

  static KeyValueCodec of(SqlType type) {
    return switch (type.id()) {
      case BOOL -> BOOLS;
      case INT2, INT4 -> INTS;
      case INT8, OID, REGPROC, REGCLASS, REGTYPE, REGNAMESPACE, REGROLE -> LONGS;
      case FLOAT4 -> FLOATS;
      case FLOAT8 -> DOUBLES;
      case NUMERIC -> NUMERICS;
      case TEXT, VARCHAR, BPCHAR, NAME, CHAR -> TEXTS;
      case BYTEA -> BYTE_STRINGS;
      case DATE -> DATES;
      case TIME, TIMESTAMP, TIMESTAMPTZ -> TIMES;
      case TIMETZ -> TIMES_WITH_ZONE;
      case INTERVAL -> INTERVALS;
      case UUID -> UUIDS;
      case JSONB -> JSONS;
      case INT2VECTOR -> new ArrayKeyCodec(SqlType.INT2);
      case OIDVECTOR -> new ArrayKeyCodec(SqlType.OID);
      case ARRAY -> new ArrayKeyCodec(Objects.requireNonNull(type.element()));
      case JSON, RECORD, UNKNOWN, VOID -> throw withoutOrder(type.id());
    };
  }

  private static SqlException withoutOrder(TypeId id) {
    return new SqlException(
            SqlState.UNDEFINED_OBJECT,
            "data type "
                + id.sqlName()
                + " has no default operator class for access method \"btree\"")
        .withHint(
            "You must specify an operator class for the index or define a default operator class"
                + " for the data type.");
  }
}
