package dev.troupe.sql.type.time;

import dev.troupe.sql.type.Interval;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/** Reads ISO 8601's durations, with designators (P1Y2M) or in the form P0001-02-03T04:05:06. */
final class IsoIntervalParser {
  private final String text;
  private final IntervalSum sum = new IntervalSum();
  private final EnumSet<IntervalUnit> seen = EnumSet.noneOf(IntervalUnit.class);
  private boolean inTime;
  private int position = 1;
  private long whole;
  private double fraction;

  private IsoIntervalParser(String text) {
    this.text = text;
  }

  /**
   * @param text begins with P
   */
  static Interval parse(String text) {
    if (text.length() < 2) {
      throw DateTimeError.BAD_FORMAT.found();
    }
    IsoIntervalParser parser = new IsoIntervalParser(text);
    while (parser.position < text.length()) {
      parser.next();
    }
    return parser.sum.toInterval();
  }

  private void next() {
    if (text.charAt(position) == 'T') {
      if (inTime) {
        throw DateTimeError.BAD_FORMAT.found();
      }
      inTime = true;
      position++;
      return;
    }
    readNumber();
    char designator = position < text.length() ? text.charAt(position) : '\0';
    if (designator == '-' && !inTime && seen.isEmpty()) {
      readDate();
    } else if (designator == ':' && inTime) {
      readTime();
    } else {
      IntervalUnit unit = unit(designator);
      if (unit == null || !seen.add(unit)) {
        throw DateTimeError.BAD_FORMAT.found();
      }
      position++;
      sum.add(unit, whole, fraction);
    }
  }

  private @Nullable IntervalUnit unit(char designator) {
    if (inTime) {
      return switch (designator) {
        case 'H' -> IntervalUnit.HOUR;
        case 'M' -> IntervalUnit.MINUTE;
        case 'S' -> IntervalUnit.SECOND;
        default -> null;
      };
    }
    return switch (designator) {
      case 'Y' -> IntervalUnit.YEAR;
      case 'M' -> IntervalUnit.MONTH;
      case 'W' -> IntervalUnit.WEEK;
      case 'D' -> IntervalUnit.DAY;
      default -> null;
    };
  }

  private void readDate() {
    sum.add(IntervalUnit.YEAR, whole, fraction);
    seen.add(IntervalUnit.YEAR);
    position++;
    readNumber();
    sum.add(IntervalUnit.MONTH, whole, fraction);
    if (position < text.length() && text.charAt(position) == '-') {
      position++;
      readNumber();
      sum.add(IntervalUnit.DAY, whole, fraction);
    }
    if (position < text.length() && text.charAt(position) != 'T') {
      throw DateTimeError.BAD_FORMAT.found();
    }
  }

  private void readTime() {
    sum.add(IntervalUnit.HOUR, whole, fraction);
    position++;
    readNumber();
    sum.add(IntervalUnit.MINUTE, whole, fraction);
    if (position < text.length() && text.charAt(position) == ':') {
      position++;
      readNumber();
      sum.add(IntervalUnit.SECOND, whole, fraction);
    }
    if (position < text.length()) {
      throw DateTimeError.BAD_FORMAT.found();
    }
  }

  private void readNumber() {
    int start = position;
    boolean negative = position < text.length() && text.charAt(position) == '-';
    if (negative || (position < text.length() && text.charAt(position) == '+')) {
      position++;
    }
    int digits = position;
    while (position < text.length() && isPartOfNumber(text.charAt(position))) {
      position++;
    }
    String number = text.substring(digits, position);
    if (number.isEmpty() || number.length() > 30) {
      throw DateTimeError.BAD_FORMAT.found();
    }
    double value;
    try {
      value = Double.parseDouble(number);
    } catch (NumberFormatException notOne) {
      throw DateTimeError.BAD_FORMAT.found();
    }
    if (value > Long.MAX_VALUE / 2.0) {
      throw DateTimeError.INTERVAL_OVERFLOW.found();
    }
    whole = (long) value;
    fraction = value - whole;
    if (text.charAt(start) == '-') {
      whole = -whole;
      fraction = -fraction;
    }
  }

  private static boolean isPartOfNumber(char c) {
    return DateTimeTokens.isDigit(c) || c == '.';
  }
}
