package dev.troupe.sql.type.format;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.type.Interval;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TimeTz;
import dev.troupe.sql.type.TypeSession;
import dev.troupe.sql.type.time.DateTimeParser;
import dev.troupe.sql.type.time.DateTimePrinter;
import dev.troupe.sql.type.time.IntervalParser;
import dev.troupe.sql.type.time.IntervalPrinter;
import dev.troupe.sql.type.time.TimeUnits;

/** Dates, times and intervals. */
final class TimeFormats {
  static final Format DATE =
      new Format() {
        @Override
        public void writeText(Object value, TypeSession session, StringBuilder out) {
          DateTimePrinter.appendDate((Integer) value, out);
        }

        @Override
        public Object readText(String text, TypeSession session) {
          return DateTimeParser.parseDate(text, session);
        }

        @Override
        public void writeBinary(Object value, ByteWriter out) {
          out.putInt((Integer) value);
        }

        @Override
        Object parseBinary(ByteReader in) {
          int days = in.readInt();
          if (!TimeUnits.isInfinite(days)
              && (days < TimeUnits.DATE_MIN || days > TimeUnits.DATE_MAX)) {
            throw outOfRange("date");
          }
          return days;
        }
      };

  private TimeFormats() {}

  private static SqlException outOfRange(String what) {
    return new SqlException(SqlState.DATETIME_FIELD_OVERFLOW, what + " out of range");
  }

  private static void requireTime(long micros) {
    if (micros < 0 || micros > TimeUnits.MICROS_PER_DAY) {
      throw outOfRange("time");
    }
  }

  /** Times of day. */
  static final class Time extends Format {
    private final SqlType type;

    Time(SqlType type) {
      this.type = type;
    }

    @Override
    public void writeText(Object value, TypeSession session, StringBuilder out) {
      DateTimePrinter.appendTime((Long) value, out);
    }

    @Override
    public Object readText(String text, TypeSession session) {
      return ModifierCoercion.assign(type, DateTimeParser.parseTime(text, session));
    }

    @Override
    public void writeBinary(Object value, ByteWriter out) {
      out.putLong((Long) value);
    }

    @Override
    Object parseBinary(ByteReader in) {
      long micros = in.readLong();
      requireTime(micros);
      return ModifierCoercion.assign(type, micros);
    }
  }

  /** Times of day with an offset. */
  static final class TimeWithZone extends Format {
    private final SqlType type;

    TimeWithZone(SqlType type) {
      this.type = type;
    }

    @Override
    public void writeText(Object value, TypeSession session, StringBuilder out) {
      DateTimePrinter.appendTimeTz((TimeTz) value, out);
    }

    @Override
    public Object readText(String text, TypeSession session) {
      return ModifierCoercion.assign(type, DateTimeParser.parseTimeTz(text, session));
    }

    @Override
    public void writeBinary(Object value, ByteWriter out) {
      TimeTz time = (TimeTz) value;
      out.putLong(time.micros()).putInt(time.secondsWest());
    }

    @Override
    Object parseBinary(ByteReader in) {
      TimeTz time = new TimeTz(in.readLong(), in.readInt());
      requireTime(time.micros());
      return ModifierCoercion.assign(type, time);
    }
  }

  /** Timestamps, with and without time zone. */
  static final class Timestamp extends Format {
    private final SqlType type;
    private final boolean withZone;

    Timestamp(SqlType type, boolean withZone) {
      this.type = type;
      this.withZone = withZone;
    }

    @Override
    public void writeText(Object value, TypeSession session, StringBuilder out) {
      if (withZone) {
        DateTimePrinter.appendTimestampTz((Long) value, session.timeZone(), out);
      } else {
        DateTimePrinter.appendTimestamp((Long) value, out);
      }
    }

    @Override
    public Object readText(String text, TypeSession session) {
      long micros =
          withZone
              ? DateTimeParser.parseTimestampTz(text, session)
              : DateTimeParser.parseTimestamp(text, session);
      return ModifierCoercion.assign(type, micros);
    }

    @Override
    public void writeBinary(Object value, ByteWriter out) {
      out.putLong((Long) value);
    }

    @Override
    Object parseBinary(ByteReader in) {
      long micros = in.readLong();
      if (!TimeUnits.isInfinite(micros) && !TimeUnits.isTimestamp(micros)) {
        throw TimeUnits.timestampOutOfRange();
      }
      return ModifierCoercion.assign(type, micros);
    }
  }

  /** Intervals. */
  static final class Intervals extends Format {
    private final SqlType type;

    Intervals(SqlType type) {
      this.type = type;
    }

    @Override
    public void writeText(Object value, TypeSession session, StringBuilder out) {
      IntervalPrinter.append((Interval) value, session.intervalStyle(), out);
    }

    @Override
    public Object readText(String text, TypeSession session) {
      return IntervalParser.parse(text, type.modifier(), session);
    }

    @Override
    public void writeBinary(Object value, ByteWriter out) {
      Interval interval = (Interval) value;
      out.putLong(interval.micros()).putInt(interval.days()).putInt(interval.months());
    }

    @Override
    Object parseBinary(ByteReader in) {
      long micros = in.readLong();
      int days = in.readInt();
      return ModifierCoercion.assign(type, new Interval(in.readInt(), days, micros));
    }
  }
}
