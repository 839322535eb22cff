package dev.troupe.sql.function.format;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.function.format.TimePattern.Item;
import dev.troupe.sql.function.time.Moments;
import dev.troupe.sql.function.time.Weeks;
import dev.troupe.sql.type.time.CivilDate;
import dev.troupe.sql.type.time.TimeUnits;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** to_date and to_timestamp: takes the fields of a pattern from a text. */
final class TimeReader {
  private final String text;
  private int at;

  private int year;
  private boolean yearSeen;
  private boolean beforeChrist;
  private @Nullable Integer century;
  private int month = 1;
  private int day = 1;
  private @Nullable Integer dayOfYear;
  private @Nullable Integer isoYear;
  private @Nullable Integer isoWeek;
  private int isoDay = 1;
  private @Nullable Long julian;
  private int hour;
  private @Nullable Boolean afternoon;
  private boolean twelveHours;
  private int minute;
  private int second;
  private long micros;
  private @Nullable Integer offsetSeconds;
  private int offsetSign = 1;

  private TimeReader(String text) {
    this.text = text;
  }

  /**
   * What was read.
   *
   * @param local microseconds of the local clock
   * @param offsetSeconds east of UTC; null when the text has none
   */
  record Result(long local, @Nullable Integer offsetSeconds) {}

  static Result read(String text, String pattern) {
    TimeReader reader = new TimeReader(text);
    List<Item> items = TimePattern.parse(pattern).items();
    for (int i = 0; i < items.size(); i++) {
      boolean digitsFollow = i + 1 < items.size() && !items.get(i + 1).isText();
      reader.item(items.get(i), digitsFollow);
    }
    return reader.result();
  }

  private void item(Item item, boolean bounded) {
    if (item.isText()) {
      separator(item.text());
      return;
    }
    skipSpace();
    if (at < text.length()) {
      field(item.word(), bounded || item.word().equals("Y,YYY"));
      skipOrdinal(item.ordinal());
    }
  }

  private void skipOrdinal(String ordinal) {
    if (!ordinal.isEmpty()) {
      at = Math.min(text.length(), at + 2);
    }
  }

  /** A blank or a sign of the pattern matches any number of them; letters match one character. */
  private void separator(String expected) {
    for (int i = 0; i < expected.length(); i++) {
      boolean sign = !Character.isLetterOrDigit(expected.charAt(i));
      if (sign) {
        skipSpace();
        if (at < text.length() && isSeparator(text.charAt(at))) {
          at++;
        }
      } else {
        at = Math.min(text.length(), at + 1);
      }
    }
  }

  private static boolean isSeparator(char c) {
    return c > ' ' && c < 127 && !Character.isLetterOrDigit(c);
  }

  private void skipSpace() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private void field(String word, boolean bounded) {
    switch (word.toUpperCase(Locale.ROOT)) {
      case "YYYY" -> year(number(word, 4, bounded), 4);
      case "YYY" -> year(number(word, 3, bounded), 3);
      case "YY" -> year(number(word, 2, bounded), 2);
      case "Y" -> year(number(word, 1, bounded), 1);
      case "Y,YYY" -> thousands();
      case "IYYY" -> isoYear = number(word, 4, bounded);
      case "CC" -> century = number(word, 2, bounded);
      case "MM" -> month = number(word, 2, bounded);
      case "MONTH" -> month = name(TimePrinter.MONTHS, false, word) + 1;
      case "MON" -> month = name(TimePrinter.MONTHS, true, word) + 1;
      case "RM" -> month = roman(word);
      case "DD" -> day = number(word, 2, bounded);
      case "DDD" -> dayOfYear = number(word, 3, bounded);
      case "DAY" -> name(TimePrinter.DAYS, false, word);
      case "DY" -> name(TimePrinter.DAYS, true, word);
      case "IW" -> isoWeek = number(word, 2, bounded);
      case "ID" -> isoDay = number(word, 1, bounded);
      case "WW" -> dayOfYear = (number(word, 2, bounded) - 1) * 7 + 1;
      case "J" -> julian = (long) number(word, 9, bounded);
      case "D", "W", "Q", "I", "IY", "IYY", "IDDD" -> number(word, 3, bounded);
      default -> clock(word, bounded);
    }
  }

  private void clock(String word, boolean bounded) {
    switch (word.toUpperCase(Locale.ROOT)) {
      case "HH24" -> hour = number(word, 2, bounded);
      case "HH", "HH12" -> {
        hour = number(word, 2, bounded);
        twelveHours = true;
        if (hour < 1 || hour > 12) {
          throw new SqlException(
                  SqlState.INVALID_DATETIME_FORMAT,
                  "hour \"" + hour + "\" is invalid for the 12-hour clock")
              .withHint("Use the 24-hour clock, or give an hour between 1 and 12.");
        }
      }
      case "MI" -> minute = number(word, 2, bounded);
      case "SS" -> second = number(word, 2, bounded);
      case "MS" -> fraction(word, 3);
      case "US" -> fraction(word, 6);
      case "SSSS", "SSSSS" -> {
        int seconds = number(word, 5, bounded);
        hour = seconds / 3600;
        minute = seconds / 60 % 60;
        second = seconds % 60;
      }
      case "AM", "PM" -> afternoon = half(2);
      case "A.M.", "P.M." -> afternoon = half(4);
      case "BC", "AD" -> beforeChrist = era(2);
      case "B.C.", "A.D." -> beforeChrist = era(4);
      case "TZH" -> offsetHours();
      case "TZM" -> offsetMinutes(number(word, 2, bounded));
      default -> fractionOrUnsupported(word);
    }
  }

  private void fractionOrUnsupported(String word) {
    if (word.toUpperCase(Locale.ROOT).startsWith("FF")) {
      fraction(word, word.charAt(2) - '0');
      return;
    }
    throw new SqlException(
        SqlState.FEATURE_NOT_SUPPORTED,
        "formatting field \"" + word + "\" is only supported in to_char");
  }

  /** At most so many digits when another field follows, else as many as there are. */
  private int number(String word, int digits, boolean bounded) {
    skipSpace();
    int start = at;
    if (at < text.length() && "+-".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    int first = at;
    int limit = bounded ? digits : 9;
    while (at < text.length() && at - first < limit && Character.isDigit(text.charAt(at))) {
      at++;
    }
    if (at == first) {
      String found = text.substring(start, Math.min(text.length(), start + digits));
      throw new SqlException(
              SqlState.INVALID_DATETIME_FORMAT,
              "invalid value \"" + found + "\" for \"" + word + "\"")
          .withDetail("Value must be an integer.");
    }
    return Integer.parseInt(text.substring(start, at));
  }

  private void year(int value, int digits) {
    yearSeen = true;
    year = value;
    if (digits < 4 && value >= 0 && value < Math.pow(10, digits)) {
      year = nearest2020(value, digits);
    }
  }

  /** Years of fewer digits are those closest to 2020. */
  private static int nearest2020(int value, int digits) {
    return switch (digits) {
      case 1 -> 2000 + value;
      case 2 -> value < 70 ? 2000 + value : 1900 + value;
      default -> value < 520 ? 2000 + value : 1000 + value;
    };
  }

  private void thousands() {
    int thousand = number("Y,YYY", 3, true);
    at++;
    year(thousand * 1000 + number("Y,YYY", 3, true), 4);
  }

  private int name(List<String> names, boolean abbreviated, String word) {
    for (int i = 0; i < names.size(); i++) {
      String name = abbreviated ? names.get(i).substring(0, 3) : names.get(i);
      if (text.regionMatches(true, at, name, 0, name.length())) {
        at += name.length();
        return i;
      }
    }
    throw unknownName(word);
  }

  private SqlException unknownName(String word) {
    int end = at;
    while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
      end++;
    }
    return new SqlException(
            SqlState.INVALID_DATETIME_FORMAT,
            "invalid value \"" + text.substring(at, end) + "\" for \"" + word + "\"")
        .withDetail("The given value did not match any of the allowed values for this field.");
  }

  private int roman(String word) {
    for (int i = TimePrinter.ROMAN_MONTHS.size() - 1; i >= 0; i--) {
      String name = TimePrinter.ROMAN_MONTHS.get(i);
      boolean longer =
          at + name.length() < text.length()
              && "IVXivx".indexOf(text.charAt(at + name.length())) >= 0;
      if (text.regionMatches(true, at, name, 0, name.length()) && !longer) {
        at += name.length();
        return i + 1;
      }
    }
    throw unknownName(word);
  }

  private void fraction(String word, int digits) {
    int start = at;
    number(word, digits, true);
    String read = text.substring(start, at);
    micros = Long.parseLong((read + "000000").substring(0, 6));
  }

  private boolean half(int length) {
    boolean late = text.regionMatches(true, at, "p", 0, 1);
    at = Math.min(text.length(), at + length);
    return late;
  }

  private boolean era(int length) {
    boolean before = text.regionMatches(true, at, "b", 0, 1);
    at = Math.min(text.length(), at + length);
    return before;
  }

  private void offsetHours() {
    offsetSign = text.charAt(at) == '-' ? -1 : 1;
    offsetSeconds = number("TZH", 2, false) * 3600;
  }

  private void offsetMinutes(int minutes) {
    int hours = offsetSeconds == null ? 0 : offsetSeconds;
    offsetSeconds = hours + offsetSign * minutes * 60;
  }

  private Result result() {
    long date = date();
    if (hour > 24 || minute > 59 || second > 59) {
      throw outOfRange();
    }
    if (twelveHours && afternoon != null) {
      hour = hour % 12 + (afternoon ? 12 : 0);
    }
    long time =
        hour * TimeUnits.MICROS_PER_HOUR
            + minute * TimeUnits.MICROS_PER_MINUTE
            + second * TimeUnits.MICROS_PER_SECOND
            + micros;
    return new Result(Moments.checked(date * TimeUnits.MICROS_PER_DAY + time), offsetSeconds);
  }

  private SqlException outOfRange() {
    return new SqlException(
        SqlState.DATETIME_FIELD_OVERFLOW, "date/time field value out of range: \"" + text + "\"");
  }

  private long date() {
    if (julian != null) {
      return julian + TimeUnits.DATE_MIN;
    }
    if (isoYear != null) {
      int week = isoWeek == null ? 1 : isoWeek;
      return Weeks.firstMonday(isoYear) + (week - 1) * 7L + isoDay - 1;
    }
    int astronomical = astronomicalYear();
    if (month < 1 || month > 12) {
      throw outOfRange();
    }
    if (dayOfYear != null) {
      return CivilDate.days(astronomical, 1, 1) + dayOfYear - 1;
    }
    if (day < 1 || day > CivilDate.daysOfMonth(astronomical, month)) {
      throw outOfRange();
    }
    return Moments.checkedDate(CivilDate.days(astronomical, month, day));
  }

  /** Without a year it is that before the first one, which PostgreSQL shows as 1 BC. */
  private int astronomicalYear() {
    if (century != null && !yearSeen) {
      return (century - 1) * 100 + 1;
    }
    return beforeChrist ? 1 - year : year < 0 ? year + 1 : year;
  }
}
