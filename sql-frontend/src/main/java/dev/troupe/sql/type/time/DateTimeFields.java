package dev.troupe.sql.type.time;

import dev.troupe.sql.type.TypeSession.DateOrder;
import dev.troupe.sql.type.time.DateTimeWords.Role;
import dev.troupe.sql.type.time.DateTimeWords.Word;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a date and time as they are gathered from a text. Which field a number is depends
 * on its length and on what is known already (PostgreSQL's documentation, appendix B.1).
 */
final class DateTimeFields {
  /** What is known. */
  enum Field {
    YEAR,
    MONTH,
    DAY,
    DAY_OF_YEAR,
    TIME,
    ZONE
  }

  private static final Set<Field> DATE = EnumSet.of(Field.YEAR, Field.MONTH, Field.DAY);
  private static final int OFFSET_HOURS_MAX = 15;
  private static final int MICRO_DIGITS = 6;

  private final DateOrder order;
  private final EnumSet<Field> known = EnumSet.noneOf(Field.class);
  private boolean textMonth;

  /** After a weekday and the like, PostgreSQL reads no date with delimiters. */
  private boolean wordSeen;

  private boolean twoDigitYear;
  private boolean beforeChrist;
  private int year;
  private int month;
  private int day;
  private long timeMicros;
  private @Nullable Boolean afternoon;
  private @Nullable ZoneId zone;

  DateTimeFields(DateOrder order) {
    this.order = order;
  }

  boolean has(Field field) {
    return known.contains(field);
  }

  boolean hasDate() {
    return known.containsAll(DATE) || known.contains(Field.DAY_OF_YEAR);
  }

  boolean hasPartOfDate() {
    return known.stream().anyMatch(field -> field.compareTo(Field.TIME) < 0);
  }

  private void learn(Field field) {
    if (!known.add(field)) {
      throw DateTimeError.BAD_FORMAT.found();
    }
  }

  void setDate(long days) {
    CivilDate date = CivilDate.of(days);
    learn(Field.YEAR);
    learn(Field.MONTH);
    learn(Field.DAY);
    year = date.year();
    month = date.month();
    day = date.day();
  }

  void setTime(long micros) {
    learn(Field.TIME);
    timeMicros = micros;
  }

  void setZone(ZoneId to) {
    learn(Field.ZONE);
    zone = to;
  }

  @Nullable ZoneId zone() {
    return zone;
  }

  void setAfternoon(boolean value) {
    if (afternoon != null) {
      throw DateTimeError.BAD_FORMAT.found();
    }
    afternoon = value;
    wordSeen = true;
  }

  void setWeekday() {
    wordSeen = true;
  }

  void setBeforeChrist(boolean value) {
    beforeChrist = value;
    wordSeen = true;
  }

  void setTextMonth(int value) {
    if (has(Field.MONTH) && !textMonth && !has(Field.DAY) && month >= 1 && month <= 31) {
      // The number before the name was the day.
      day = month;
      known.add(Field.DAY);
      known.remove(Field.MONTH);
    }
    learn(Field.MONTH);
    textMonth = true;
    month = value;
  }

  /** A date with delimiters such as 2020-01-05 or 5-jan-2020. */
  void readDate(String text) {
    String[] parts = text.split("[^a-z0-9]+", -1);
    for (String part : parts) {
      Word word = DateTimeWords.find(part);
      if (word != null && word.role() == Role.MONTH) {
        setTextMonth(word.value());
      } else if (!part.isEmpty() && !DateTimeTokens.isDigit(part.charAt(0))) {
        throw DateTimeError.BAD_FORMAT.found();
      }
    }
    for (String part : parts) {
      if (!part.isEmpty() && DateTimeTokens.isDigit(part.charAt(0))) {
        readDateNumber(part);
      }
    }
    if (!hasDate() || has(Field.TIME) || wordSeen) {
      throw DateTimeError.BAD_FORMAT.found();
    }
  }

  /** A number by itself: digits, perhaps with a fraction. */
  void readNumber(String text, boolean timeOnly) {
    int point = text.indexOf('.');
    int whole = point < 0 ? text.length() : point;
    boolean open = !hasDate() || !has(Field.TIME);
    if (timeOnly && !hasPartOfDate()) {
      readRunTogetherTime(text);
      requireTimeOfDay(text);
    } else if (point >= 0 && !hasPartOfDate()) {
      readDate(text);
    } else if ((point >= 0 && whole > 2) || (whole >= 6 && open)) {
      readRunTogether(text);
    } else {
      readDateNumber(text);
    }
  }

  private void readRunTogether(String text) {
    if (text.indexOf('.') < 0 && !hasDate() && text.length() >= 6) {
      int length = text.length();
      learn(Field.DAY);
      learn(Field.MONTH);
      learn(Field.YEAR);
      day = number(text.substring(length - 2));
      month = number(text.substring(length - 4, length - 2));
      year = number(text.substring(0, length - 4));
      twoDigitYear = length == 6;
    } else {
      readRunTogetherTime(text);
    }
  }

  private void readRunTogetherTime(String text) {
    int point = text.indexOf('.');
    String digits = point < 0 ? text : text.substring(0, point);
    String fraction = point < 0 ? "" : text.substring(point + 1);
    boolean withSeconds = digits.length() == 6;
    if (!withSeconds && digits.length() != 4) {
      throw DateTimeError.BAD_FORMAT.found();
    }
    // Its parts are not checked, as PostgreSQL does not: 2414 is a quarter past midnight.
    setTime(
        number(digits.substring(0, 2)) * TimeUnits.MICROS_PER_HOUR
            + number(digits.substring(2, 4)) * TimeUnits.MICROS_PER_MINUTE
            + (withSeconds ? number(digits.substring(4)) : 0) * TimeUnits.MICROS_PER_SECOND
            + fractionMicros(fraction));
  }

  /** Where there is nothing but the time, its parts are checked after all. */
  private void requireTimeOfDay(String text) {
    int minutes = number(text.substring(2, 4));
    int seconds = text.length() >= 6 && text.charAt(4) != '.' ? number(text.substring(4, 6)) : 0;
    if (minutes > 59 || seconds > 60 || timeMicros > TimeUnits.MICROS_PER_DAY) {
      throw DateTimeError.FIELD_OVERFLOW.found();
    }
  }

  private void readDateNumber(String text) {
    int length = text.length();
    if (text.indexOf('.') >= 0) {
      throw DateTimeError.BAD_FORMAT.found();
    }
    int value = number(text);
    boolean yearKnown = has(Field.YEAR);
    boolean monthKnown = has(Field.MONTH);
    boolean dayKnown = has(Field.DAY);
    if (length == 3 && yearKnown && !monthKnown && !dayKnown && value >= 1 && value <= 366) {
      learn(Field.DAY_OF_YEAR);
      day = value;
      return;
    }
    boolean longOrYearFirst = length >= 3 || order == DateOrder.YMD;
    if (!yearKnown && !monthKnown && !dayKnown) {
      if (longOrYearFirst) {
        setYear(value, length);
      } else if (order == DateOrder.DMY) {
        setDay(value);
      } else {
        setMonth(value);
      }
    } else if (yearKnown && !monthKnown && !dayKnown) {
      setMonth(value);
    } else if (!yearKnown && monthKnown && !dayKnown) {
      if (textMonth && longOrYearFirst) {
        setYear(value, length);
      } else {
        setDay(value);
      }
    } else if (yearKnown && monthKnown && !dayKnown) {
      readDayAfterYearAndMonth(value, length);
    } else if (!yearKnown && !monthKnown) {
      setMonth(value);
    } else if (!yearKnown) {
      setYear(value, length);
    } else if (monthKnown) {
      readRunTogetherTime(text);
    } else {
      throw DateTimeError.BAD_FORMAT.found();
    }
  }

  private void readDayAfterYearAndMonth(int value, int length) {
    if (textMonth && length >= 3 && twoDigitYear) {
      // What was taken for the year was the day: 08-jan-1999.
      known.remove(Field.YEAR);
      setDay(year);
      setYear(value, length);
    } else {
      setDay(value);
    }
  }

  private void setYear(int value, int digits) {
    learn(Field.YEAR);
    year = value;
    twoDigitYear = digits <= 2;
  }

  private void setMonth(int value) {
    learn(Field.MONTH);
    month = value;
  }

  private void setDay(int value) {
    learn(Field.DAY);
    day = value;
  }

  /** A time with colons such as 10:11:12.5. */
  void readTime(String text) {
    int point = text.indexOf('.');
    String[] parts = (point < 0 ? text : text.substring(0, point)).split(":", -1);
    if (parts.length < 2 || parts.length > 3) {
      throw DateTimeError.BAD_FORMAT.found();
    }
    long fraction = point < 0 ? 0 : fractionMicros(text.substring(point + 1));
    if (parts.length == 2 && point >= 0) {
      // Minutes and seconds, as 10:11.5 is read.
      setTime(time(0, number(parts[0]), number(parts[1]), fraction));
    } else {
      int seconds = parts.length == 3 ? number(parts[2]) : 0;
      setTime(time(number(parts[0]), number(parts[1]), seconds, fraction));
    }
  }

  private static long time(int hours, int minutes, int seconds, long micros) {
    if (minutes > 59 || seconds > 60 || micros > TimeUnits.MICROS_PER_SECOND) {
      throw DateTimeError.FIELD_OVERFLOW.found();
    }
    long time =
        hours * TimeUnits.MICROS_PER_HOUR
            + minutes * TimeUnits.MICROS_PER_MINUTE
            + seconds * TimeUnits.MICROS_PER_SECOND
            + micros;
    if (time > TimeUnits.MICROS_PER_DAY) {
      throw DateTimeError.FIELD_OVERFLOW.found();
    }
    return time;
  }

  /** Digits of a fraction of a second, rounded to microseconds. */
  static long fractionMicros(String digits) {
    if (digits.isEmpty()) {
      return 0;
    }
    if (!digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw DateTimeError.BAD_FORMAT.found();
    }
    return Math.round(Double.parseDouble("0." + digits) * Math.pow(10, MICRO_DIGITS));
  }

  /** An offset such as +2, +0530 or -03:30:52. */
  void readOffset(String text) {
    String digits = text.substring(1);
    String[] parts = digits.split(":", -1);
    if (parts.length == 1 && digits.length() > 2) {
      int minutes = digits.length() > 4 ? digits.length() - 4 : digits.length() - 2;
      parts =
          digits.length() > 4
              ? new String[] {
                digits.substring(0, minutes),
                digits.substring(minutes, minutes + 2),
                digits.substring(minutes + 2)
              }
              : new String[] {digits.substring(0, minutes), digits.substring(minutes)};
    }
    if (parts.length > 3) {
      throw DateTimeError.BAD_FORMAT.found();
    }
    int hours = number(parts[0]);
    int minutes = parts.length > 1 ? number(parts[1]) : 0;
    int seconds = parts.length > 2 ? number(parts[2]) : 0;
    if (hours > OFFSET_HOURS_MAX || minutes > 59 || seconds > 59) {
      throw DateTimeError.ZONE_OVERFLOW.found();
    }
    int east = hours * 3600 + minutes * 60 + seconds;
    setZone(ZoneOffset.ofTotalSeconds(text.charAt(0) == '-' ? -east : east));
  }

  static int number(String digits) {
    if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw DateTimeError.BAD_FORMAT.found();
    }
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException tooLong) {
      throw DateTimeError.FIELD_OVERFLOW.found();
    }
  }

  /** Days since 2000-01-01, not yet checked against the limits of a type. */
  long days() {
    int astronomical = astronomicalYear();
    if (has(Field.DAY_OF_YEAR)) {
      if (day > (CivilDate.isLeap(astronomical) ? 366 : 365)) {
        throw DateTimeError.FIELD_OVERFLOW.found();
      }
      return CivilDate.days(astronomical, 1, 1) + day - 1;
    }
    if (month < 1 || month > 12 || day < 1 || day > 31) {
      throw DateTimeError.MONTH_OR_DAY_OVERFLOW.found();
    }
    if (day > CivilDate.daysOfMonth(astronomical, month)) {
      throw DateTimeError.FIELD_OVERFLOW.found();
    }
    return CivilDate.days(astronomical, month, day);
  }

  private int astronomicalYear() {
    if (beforeChrist) {
      if (year <= 0) {
        throw DateTimeError.FIELD_OVERFLOW.found();
      }
      return 1 - year;
    }
    if (twoDigitYear) {
      return year < 70 ? year + 2000 : year + 1900;
    }
    if (year <= 0 || year > 6_000_000) {
      throw DateTimeError.FIELD_OVERFLOW.found();
    }
    return year;
  }

  /** Microseconds since midnight. */
  long timeMicros() {
    Boolean pm = afternoon;
    if (pm == null) {
      return timeMicros;
    }
    long hour = timeMicros / TimeUnits.MICROS_PER_HOUR;
    if (hour > 12) {
      throw DateTimeError.FIELD_OVERFLOW.found();
    }
    if (pm) {
      return hour == 12 ? timeMicros : timeMicros + 12 * TimeUnits.MICROS_PER_HOUR;
    }
    return hour == 12 ? timeMicros - 12 * TimeUnits.MICROS_PER_HOUR : timeMicros;
  }
}
