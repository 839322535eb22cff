package dev.troupe.sql.type.time;

import dev.troupe.sql.type.TimeTz;
import java.time.ZoneId;

/** Prints dates and times in style ISO. */
public final class DateTimePrinter {
  private static final int MICRO_DIGITS = 6;

  private DateTimePrinter() {}

  public static void appendDate(int days, StringBuilder out) {
    if (days == TimeUnits.DATE_INFINITY) {
      out.append("infinity");
    } else if (days == TimeUnits.DATE_MINUS_INFINITY) {
      out.append("-infinity");
    } else {
      CivilDate date = CivilDate.of(days);
      appendCivil(date, out);
      appendEra(date, out);
    }
  }

  private static void appendCivil(CivilDate date, StringBuilder out) {
    appendPadded(date.year() > 0 ? date.year() : 1 - date.year(), 4, out);
    out.append('-');
    appendPadded(date.month(), 2, out);
    out.append('-');
    appendPadded(date.day(), 2, out);
  }

  private static void appendEra(CivilDate date, StringBuilder out) {
    if (date.year() <= 0) {
      out.append(" BC");
    }
  }

  public static void appendTime(long micros, StringBuilder out) {
    appendPadded((int) (micros / TimeUnits.MICROS_PER_HOUR), 2, out);
    out.append(':');
    appendPadded((int) (micros / TimeUnits.MICROS_PER_MINUTE % 60), 2, out);
    out.append(':');
    appendPadded((int) (micros / TimeUnits.MICROS_PER_SECOND % 60), 2, out);
    appendFraction((int) (micros % TimeUnits.MICROS_PER_SECOND), out);
  }

  public static void appendTimeTz(TimeTz time, StringBuilder out) {
    appendTime(time.micros(), out);
    appendOffset(time.secondsWest(), out);
  }

  public static void appendTimestamp(long micros, StringBuilder out) {
    if (!appendInfinite(micros, out)) {
      CivilDate date = appendLocal(micros, out);
      appendEra(date, out);
    }
  }

  public static void appendTimestampTz(long utcMicros, ZoneId zone, StringBuilder out) {
    if (!appendInfinite(utcMicros, out)) {
      int west = TimeZones.secondsWest(utcMicros, zone);
      CivilDate date = appendLocal(utcMicros - west * TimeUnits.MICROS_PER_SECOND, out);
      appendOffset(west, out);
      appendEra(date, out);
    }
  }

  private static boolean appendInfinite(long micros, StringBuilder out) {
    if (micros == TimeUnits.INFINITY) {
      out.append("infinity");
      return true;
    }
    if (micros == TimeUnits.MINUS_INFINITY) {
      out.append("-infinity");
      return true;
    }
    return false;
  }

  private static CivilDate appendLocal(long micros, StringBuilder out) {
    CivilDate date = CivilDate.of(Math.floorDiv(micros, TimeUnits.MICROS_PER_DAY));
    appendCivil(date, out);
    out.append(' ');
    appendTime(Math.floorMod(micros, TimeUnits.MICROS_PER_DAY), out);
    return date;
  }

  /** East of Greenwich with a plus sign; minutes and seconds only where they are not zero. */
  static void appendOffset(int secondsWest, StringBuilder out) {
    int seconds = Math.abs(secondsWest);
    out.append(secondsWest > 0 ? '-' : '+');
    appendPadded(seconds / 3600, 2, out);
    if (seconds % 3600 != 0) {
      out.append(':');
      appendPadded(seconds / 60 % 60, 2, out);
      if (seconds % 60 != 0) {
        out.append(':');
        appendPadded(seconds % 60, 2, out);
      }
    }
  }

  /** Nothing for 0, otherwise a point and the digits without zeros at their end. */
  static void appendFraction(int micros, StringBuilder out) {
    if (micros == 0) {
      return;
    }
    out.append('.');
    appendPadded(micros, MICRO_DIGITS, out);
    int end = out.length();
    while (out.charAt(end - 1) == '0') {
      end--;
    }
    out.setLength(end);
  }

  static void appendPadded(long number, int digits, StringBuilder out) {
    long bound = 10;
    for (int i = 1; i < digits; i++) {
      if (number < bound) {
        out.append('0');
      }
      bound *= 10;
    }
    out.append(number);
  }
}
