package dev.troupe.sql.function.time;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.type.Interval;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TimeTz;
import dev.troupe.sql.type.format.Format;
import dev.troupe.sql.type.time.TimeUnits;
import dev.troupe.sql.type.time.TimeZones;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** AT TIME ZONE, which is function timezone. */
public final class ZoneNames {
  private ZoneNames() {}

  public static void define(Definitions to) {
    to.add(
        "timezone(text, timestamp) timestamptz",
        (String zone, Long local) -> Moments.toUtc(local, find(zone)));
    to.add(
        "timezone(text, timestamptz) timestamp",
        (String zone, Long utc) -> Moments.toLocal(utc, find(zone)));
    to.addAsking(
        "timezone(text, timetz) timetz stable",
        (String zone, TimeTz time, EvalContext c) -> move(time, find(zone), c));
    to.addAsking(
        "timezone(interval, timestamp) timestamptz",
        (Interval offset, Long local, EvalContext c) -> Moments.toUtc(local, offset(offset, c)));
    to.addAsking(
        "timezone(interval, timestamptz) timestamp",
        (Interval offset, Long utc, EvalContext c) -> Moments.toLocal(utc, offset(offset, c)));
    to.addAsking(
        "timezone(interval, timetz) timetz",
        (Interval offset, TimeTz time, EvalContext c) -> move(time, offset(offset, c), c));
  }

  static ZoneId find(String name) {
    ZoneId zone = TimeZones.find(name);
    if (zone == null) {
      throw SqlException.of(
          SqlState.INVALID_PARAMETER_VALUE, "time zone \"%s\" not recognized", name);
    }
    return zone;
  }

  private static ZoneOffset offset(Interval east, EvalContext context) {
    if (east.months() != 0 || east.days() != 0) {
      throw SqlException.of(
          SqlState.INVALID_PARAMETER_VALUE,
          "interval time zone \"%s\" must not include months or days",
          Format.of(SqlType.INTERVAL).toText(east, context));
    }
    try {
      return ZoneOffset.ofTotalSeconds((int) (east.micros() / TimeUnits.MICROS_PER_SECOND));
    } catch (DateTimeException tooFar) {
      throw new SqlException(
          SqlState.DATETIME_FIELD_OVERFLOW, "interval time zone displacement is out of range");
    }
  }

  /** The same moment of a day; the zone's offset is that of the transaction's begin. */
  private static TimeTz move(TimeTz time, ZoneId zone, EvalContext context) {
    int west = TimeZones.secondsWest(context.transactionMicros(), zone);
    long local = time.utcMicros() - west * TimeUnits.MICROS_PER_SECOND;
    return new TimeTz(Math.floorMod(local, TimeUnits.MICROS_PER_DAY), west);
  }
}
