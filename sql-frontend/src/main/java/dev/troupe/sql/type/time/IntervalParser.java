package dev.troupe.sql.type.time;

import dev.troupe.sql.type.Interval;
import dev.troupe.sql.type.TypeModifiers;
import dev.troupe.sql.type.TypeModifiers.IntervalField;
import dev.troupe.sql.type.TypeSession;
import dev.troupe.sql.type.TypeSession.IntervalStyle;
import dev.troupe.sql.type.time.DateTimeTokens.Kind;
import dev.troupe.sql.type.time.DateTimeTokens.Token;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads intervals: with units ({@code 1 day 2 hours ago}), in the form of the SQL standard ({@code
 * 1-2 3 4:05:06}) and of ISO 8601 ({@code P1Y2M3DT4H5M6S}). Fields are read from the last one to
 * the first because the unit stands behind its number.
 */
public final class IntervalParser {
  private final int fields;
  private final IntervalSum sum = new IntervalSum();
  private final EnumSet<IntervalUnit> seen = EnumSet.noneOf(IntervalUnit.class);
  private @Nullable IntervalUnit unit;
  private boolean ago;

  private IntervalParser(int fields) {
    this.fields = fields;
  }

  /**
   * @param modifier of the interval type: which fields there are and how precise seconds are
   */
  public static Interval parse(String text, int modifier, TypeSession session) {
    try {
      String trimmed = text.strip();
      Interval parsed =
          trimmed.startsWith("P")
              ? IsoIntervalParser.parse(trimmed)
              : parseFields(text, TypeModifiers.intervalFields(modifier), session);
      return IntervalPrecision.apply(parsed, modifier);
    } catch (DateTimeError.Found found) {
      DateTimeError error =
          found.error() == DateTimeError.FIELD_OVERFLOW
              ? DateTimeError.INTERVAL_OVERFLOW
              : found.error();
      throw error.of(text, "interval");
    }
  }

  private static Interval parseFields(String text, int fields, TypeSession session) {
    List<Token> tokens = DateTimeTokens.split(text);
    if (tokens == null || tokens.isEmpty()) {
      throw DateTimeError.BAD_FORMAT.found();
    }
    IntervalParser parser = new IntervalParser(fields);
    boolean allNegative =
        session.intervalStyle() == IntervalStyle.SQL_STANDARD && onlyFirstIsNegative(tokens);
    for (int i = tokens.size() - 1; i >= 0; i--) {
      Token token = tokens.get(i);
      parser.read(
          allNegative && i == 0 ? new Token(Kind.ZONE, '+' + token.text().substring(1)) : token,
          i == tokens.size() - 1);
    }
    if (parser.seen.isEmpty()) {
      throw DateTimeError.BAD_FORMAT.found();
    }
    if (parser.ago != allNegative) {
      parser.sum.negate();
    }
    return parser.sum.toInterval();
  }

  /** The standard's sign in front holds for the whole interval. */
  private static boolean onlyFirstIsNegative(List<Token> tokens) {
    return tokens.getFirst().text().startsWith("-")
        && tokens.stream().skip(1).noneMatch(token -> token.kind() == Kind.ZONE);
  }

  private void read(Token token, boolean last) {
    switch (token.kind()) {
      case TIME -> readTime(token.text(), 1);
      case ZONE -> readSigned(token.text());
      case NUMBER, DATE -> readNumber(token.text(), 1);
      case WORD -> readWord(token.text(), last);
      case SIGNED_WORD -> throw DateTimeError.BAD_FORMAT.found();
    }
  }

  private void readWord(String text, boolean last) {
    if (text.equals("ago") && last) {
      ago = true;
      return;
    }
    IntervalUnit found = IntervalUnit.find(text);
    if (found == null) {
      throw DateTimeError.BAD_FORMAT.found();
    }
    unit = found;
  }

  private void readSigned(String text) {
    int sign = text.charAt(0) == '-' ? -1 : 1;
    String unsigned = text.substring(1);
    if (unsigned.indexOf(':') >= 0) {
      readTime(unsigned, sign);
    } else {
      readNumber(unsigned, sign);
    }
  }

  /** A time with colons. What stands in front of it is a number of days. */
  private void readTime(String text, int sign) {
    int point = text.indexOf('.');
    String[] parts = (point < 0 ? text : text.substring(0, point)).split(":", -1);
    if (parts.length < 2 || parts.length > 3) {
      throw DateTimeError.BAD_FORMAT.found();
    }
    long fraction = point < 0 ? 0 : DateTimeFields.fractionMicros(text.substring(point + 1));
    int minuteToSecond = IntervalField.MINUTE.bit() | IntervalField.SECOND.bit();
    boolean minutesFirst = parts.length == 2 && (point >= 0 || fields == minuteToSecond);
    long hours = minutesFirst ? 0 : number(parts[0]);
    int minutes = DateTimeFields.number(parts[minutesFirst ? 0 : 1]);
    int seconds =
        parts.length == 2 && !minutesFirst ? 0 : DateTimeFields.number(parts[parts.length - 1]);
    if (minutes > 59 || seconds > 60) {
      throw DateTimeError.INTERVAL_OVERFLOW.found();
    }
    see(IntervalUnit.HOUR);
    see(IntervalUnit.MINUTE);
    seeAllOfSecond();
    sum.add(IntervalUnit.HOUR, sign * hours, 0);
    sum.addMicros(
        sign
            * (minutes * TimeUnits.MICROS_PER_MINUTE
                + seconds * TimeUnits.MICROS_PER_SECOND
                + fraction));
    unit = IntervalUnit.DAY;
  }

  private static long number(String digits) {
    if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw DateTimeError.BAD_FORMAT.found();
    }
    if (digits.length() > 18) {
      throw DateTimeError.INTERVAL_OVERFLOW.found();
    }
    return Long.parseLong(digits);
  }

  private void readNumber(String text, int sign) {
    int dash = text.indexOf('-');
    if (dash >= 0) {
      readYearsAndMonths(text, dash, sign);
      return;
    }
    int point = text.indexOf('.');
    long whole = point == 0 ? 0 : number(point < 0 ? text : text.substring(0, point));
    double fraction = 0;
    if (point >= 0 && point + 1 < text.length()) {
      String digits = text.substring(point + 1);
      number(digits.substring(0, Math.min(18, digits.length())));
      fraction = Double.parseDouble("0." + digits);
    }
    IntervalUnit given = unit == null ? defaultUnit() : unit;
    if (given == IntervalUnit.SECOND && fraction != 0) {
      seeAllOfSecond();
    } else {
      see(given);
    }
    sum.add(given, sign * whole, sign * fraction);
    unit = null;
  }

  private void readYearsAndMonths(String text, int dash, int sign) {
    long years = number(text.substring(0, dash));
    long months = number(text.substring(dash + 1));
    if (months >= TimeUnits.MONTHS_PER_YEAR) {
      throw DateTimeError.INTERVAL_OVERFLOW.found();
    }
    see(IntervalUnit.MONTH);
    sum.add(IntervalUnit.YEAR, sign * years, 0);
    sum.add(IntervalUnit.MONTH, sign * months, 0);
    unit = null;
  }

  /** A second with its fraction leaves no room for smaller units. */
  private void seeAllOfSecond() {
    see(IntervalUnit.SECOND);
    see(IntervalUnit.MILLISECOND);
    see(IntervalUnit.MICROSECOND);
  }

  private void see(IntervalUnit given) {
    if (!seen.add(given)) {
      throw DateTimeError.BAD_FORMAT.found();
    }
  }

  /** Unit of a number without one: the last field of the type, seconds if it has them all. */
  private IntervalUnit defaultUnit() {
    if (fields == TypeModifiers.ALL_FIELDS || (fields & IntervalField.SECOND.bit()) != 0) {
      return IntervalUnit.SECOND;
    }
    if ((fields & IntervalField.MINUTE.bit()) != 0) {
      return IntervalUnit.MINUTE;
    }
    if ((fields & IntervalField.HOUR.bit()) != 0) {
      return IntervalUnit.HOUR;
    }
    if ((fields & IntervalField.DAY.bit()) != 0) {
      return IntervalUnit.DAY;
    }
    return (fields & IntervalField.MONTH.bit()) != 0 ? IntervalUnit.MONTH : IntervalUnit.YEAR;
  }
}
