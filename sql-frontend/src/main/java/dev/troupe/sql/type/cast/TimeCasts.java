package dev.troupe.sql.type.cast;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.type.Interval;
import dev.troupe.sql.type.TimeTz;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.TypeSession;
import dev.troupe.sql.type.cast.Casts.Conversion;
import dev.troupe.sql.type.time.TimeUnits;
import dev.troupe.sql.type.time.TimeZones;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/** Casts between dates and times. Infinite dates and timestamps stay infinite. */
public final class TimeCasts {
  private TimeCasts() {}

  static @Nullable Conversion find(TypeId from, TypeId to) {
    return switch (from) {
      case DATE -> ofDate(to);
      case TIMESTAMP -> ofTimestamp(to);
      case TIMESTAMPTZ -> ofTimestampTz(to);
      case TIME -> ofTime(to);
      case TIMETZ -> to == TypeId.TIME ? (value, session) -> ((TimeTz) value).micros() : null;
      case INTERVAL ->
          to == TypeId.TIME ? (value, session) -> ((Interval) value).microsOfDay() : null;
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
          BPCHAR,
          VARCHAR,
          NUMERIC,
          REGCLASS,
          REGTYPE,
          REGNAMESPACE,
          REGROLE,
          RECORD,
          VOID,
          UUID,
          JSONB,
          ARRAY ->
          null;
    };
  }

  private static @Nullable Conversion ofDate(TypeId to) {
    if (to == TypeId.TIMESTAMP) {
      return (value, session) -> dateToTimestamp((Integer) value);
    }
    return to == TypeId.TIMESTAMPTZ
        ? (value, session) -> dateToTimestampTz((Integer) value, session.timeZone())
        : null;
  }

  private static @Nullable Conversion ofTimestamp(TypeId to) {
    return switch (to) {
      case DATE -> (value, session) -> timestampToDate((Long) value);
      case TIME -> (value, session) -> timeOfDay((Long) value);
      case TIMESTAMPTZ ->
          (value, session) -> timestampToTimestampTz((Long) value, session.timeZone());
      default -> null;
    };
  }

  private static @Nullable Conversion ofTimestampTz(TypeId to) {
    return switch (to) {
      case DATE ->
          (value, session) ->
              timestampToDate(timestampTzToTimestamp((Long) value, session.timeZone()));
      case TIME ->
          (value, session) -> timeOfDay(timestampTzToTimestamp((Long) value, session.timeZone()));
      case TIMESTAMP ->
          (value, session) -> timestampTzToTimestamp((Long) value, session.timeZone());
      case TIMETZ -> (value, session) -> timeTzOf((Long) value, session.timeZone());
      default -> null;
    };
  }

  private static @Nullable Conversion ofTime(TypeId to) {
    if (to == TypeId.INTERVAL) {
      return (value, session) -> new Interval(0, 0, (Long) value);
    }
    return to == TypeId.TIMETZ ? (value, session) -> timeToTimeTz((Long) value, session) : null;
  }

  public static Long dateToTimestamp(int days) {
    if (days == TimeUnits.DATE_INFINITY) {
      return TimeUnits.INFINITY;
    }
    if (days == TimeUnits.DATE_MINUS_INFINITY) {
      return TimeUnits.MINUS_INFINITY;
    }
    long micros = days * TimeUnits.MICROS_PER_DAY;
    if (days >= TimeUnits.TIMESTAMP_END / TimeUnits.MICROS_PER_DAY) {
      throw new SqlException(SqlState.DATETIME_FIELD_OVERFLOW, "date out of range for timestamp");
    }
    return micros;
  }

  /** Midnight in the zone. */
  public static Long dateToTimestampTz(int days, ZoneId zone) {
    return timestampToTimestampTz(dateToTimestamp(days), zone);
  }

  public static Integer timestampToDate(long micros) {
    if (micros == TimeUnits.INFINITY) {
      return TimeUnits.DATE_INFINITY;
    }
    if (micros == TimeUnits.MINUS_INFINITY) {
      return TimeUnits.DATE_MINUS_INFINITY;
    }
    return (int) Math.floorDiv(micros, TimeUnits.MICROS_PER_DAY);
  }

  /** Null of an infinite timestamp. */
  public static @Nullable Long timeOfDay(long micros) {
    return TimeUnits.isInfinite(micros)
        ? null
        : Long.valueOf(Math.floorMod(micros, TimeUnits.MICROS_PER_DAY));
  }

  public static Long timestampToTimestampTz(long local, ZoneId zone) {
    if (TimeUnits.isInfinite(local)) {
      return local;
    }
    long utc = TimeZones.toUtc(local, zone);
    if (!TimeUnits.isTimestamp(utc)) {
      throw TimeUnits.timestampOutOfRange();
    }
    return utc;
  }

  public static Long timestampTzToTimestamp(long utc, ZoneId zone) {
    return TimeUnits.isInfinite(utc) ? utc : TimeZones.toLocal(utc, zone);
  }

  private static @Nullable TimeTz timeTzOf(long utc, ZoneId zone) {
    if (TimeUnits.isInfinite(utc)) {
      return null;
    }
    int west = TimeZones.secondsWest(utc, zone);
    long local = utc - west * TimeUnits.MICROS_PER_SECOND;
    return new TimeTz(Math.floorMod(local, TimeUnits.MICROS_PER_DAY), west);
  }

  /** With the offset that the zone has at that time today. */
  private static TimeTz timeToTimeTz(long time, TypeSession session) {
    ZoneId zone = session.timeZone();
    long now = TimeZones.toLocal(session.transactionMicros(), zone);
    long local = Math.floorDiv(now, TimeUnits.MICROS_PER_DAY) * TimeUnits.MICROS_PER_DAY + time;
    return new TimeTz(time, TimeZones.secondsWestOfLocal(local, zone));
  }
}
