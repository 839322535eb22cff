package dev.troupe.sql.type.time;

import dev.troupe.sql.type.Interval;
import dev.troupe.sql.type.TypeSession.IntervalStyle;

/** Prints intervals in the styles of setting IntervalStyle. */
public final class IntervalPrinter {
  private final StringBuilder out;
  private final long[] parts;
  private final int micros;
  private boolean empty = true;
  private boolean negative;

  private IntervalPrinter(Interval value, StringBuilder out) {
    this.out = out;
    long time = value.micros();
    parts =
        new long[] {
          value.months() / 12,
          value.months() % 12,
          value.days(),
          time / TimeUnits.MICROS_PER_HOUR,
          time / TimeUnits.MICROS_PER_MINUTE % 60,
          time / TimeUnits.MICROS_PER_SECOND % 60
        };
    micros = (int) (time % TimeUnits.MICROS_PER_SECOND);
  }

  public static void append(Interval value, IntervalStyle style, StringBuilder out) {
    IntervalPrinter printer = new IntervalPrinter(value, out);
    switch (style) {
      case POSTGRES -> printer.appendPostgres();
      case POSTGRES_VERBOSE -> printer.appendVerbose();
      case SQL_STANDARD -> printer.appendStandard();
      case ISO_8601 -> printer.appendIso();
    }
  }

  private boolean hasTime() {
    return parts[3] != 0 || parts[4] != 0 || parts[5] != 0 || micros != 0;
  }

  private boolean isTimeNegative() {
    return parts[3] < 0 || parts[4] < 0 || parts[5] < 0 || micros < 0;
  }

  private void appendPostgres() {
    appendPart(parts[0], "year");
    appendPart(parts[1], "mon");
    appendPart(parts[2], "day");
    if (empty || hasTime()) {
      out.append(empty ? "" : " ");
      if (isTimeNegative()) {
        out.append('-');
      } else if (negative) {
        out.append('+');
      }
      appendClock(2);
    }
  }

  private void appendPart(long value, String unit) {
    if (value == 0) {
      return;
    }
    out.append(empty ? "" : " ").append(negative && value > 0 ? "+" : "").append(value);
    out.append(' ').append(unit).append(value == 1 ? "" : "s");
    negative = value < 0;
    empty = false;
  }

  private void appendClock(int hourDigits) {
    DateTimePrinter.appendPadded(Math.abs(parts[3]), hourDigits, out);
    out.append(':');
    DateTimePrinter.appendPadded(Math.abs(parts[4]), 2, out);
    out.append(':');
    appendSeconds(2);
  }

  private void appendSeconds(int digits) {
    DateTimePrinter.appendPadded(Math.abs(parts[5]), digits, out);
    DateTimePrinter.appendFraction(Math.abs(micros), out);
  }

  private void appendVerbose() {
    out.append('@');
    appendVerbosePart(parts[0], "year");
    appendVerbosePart(parts[1], "mon");
    appendVerbosePart(parts[2], "day");
    appendVerbosePart(parts[3], "hour");
    appendVerbosePart(parts[4], "min");
    if (parts[5] != 0 || micros != 0) {
      boolean below = parts[5] < 0 || micros < 0;
      if (empty) {
        negative = below;
      }
      out.append(below == negative ? " " : " -");
      appendSeconds(1);
      out.append(Math.abs(parts[5]) == 1 && micros == 0 ? " sec" : " secs");
      empty = false;
    }
    out.append(empty ? " 0" : "").append(negative ? " ago" : "");
  }

  private void appendVerbosePart(long value, String unit) {
    if (value == 0) {
      return;
    }
    if (empty) {
      negative = value < 0;
    }
    long shown = negative ? -value : value;
    out.append(' ').append(shown).append(' ').append(unit).append(shown == 1 ? "" : "s");
    empty = false;
  }

  private void appendStandard() {
    boolean below = isTimeNegative();
    boolean above = parts[3] > 0 || parts[4] > 0 || parts[5] > 0 || micros > 0;
    for (int i = 0; i < 3; i++) {
      below |= parts[i] < 0;
      above |= parts[i] > 0;
    }
    boolean yearMonth = parts[0] != 0 || parts[1] != 0;
    boolean day = parts[2] != 0;
    boolean isStandard = !(below && above) && !(yearMonth && (day || hasTime()));
    if (!below && !above) {
      out.append('0');
      return;
    }
    if (!isStandard) {
      out.append(parts[0] < 0 || parts[1] < 0 ? '-' : '+');
      out.append(Math.abs(parts[0])).append('-').append(Math.abs(parts[1]));
      out.append(day && parts[2] < 0 ? " -" : " +").append(Math.abs(parts[2]));
      out.append(isTimeNegative() ? " -" : " +");
      appendClock(1);
      return;
    }
    out.append(below ? "-" : "");
    if (yearMonth) {
      out.append(Math.abs(parts[0])).append('-').append(Math.abs(parts[1]));
    } else {
      if (day) {
        out.append(Math.abs(parts[2])).append(' ');
      }
      appendClock(1);
    }
  }

  private void appendIso() {
    out.append('P');
    appendDesignated(parts[0], 'Y');
    appendDesignated(parts[1], 'M');
    appendDesignated(parts[2], 'D');
    if (hasTime()) {
      out.append('T');
      appendDesignated(parts[3], 'H');
      appendDesignated(parts[4], 'M');
      if (parts[5] != 0 || micros != 0) {
        out.append(parts[5] < 0 || micros < 0 ? "-" : "");
        appendSeconds(1);
        out.append('S');
      }
    } else if (empty) {
      out.append("T0S");
    }
  }

  private void appendDesignated(long value, char designator) {
    if (value != 0) {
      out.append(value).append(designator);
      empty = false;
    }
  }
}
