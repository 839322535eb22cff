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

/** Prints one timestamp or interval by a pattern. */
final class TimePrinter {
  static final List<String> MONTHS =
      List.of(
          "January",
          "February",
          "March",
          "April",
          "May",
          "June",
          "July",
          "August",
          "September",
          "October",
          "November",
          "December");
  static final List<String> DAYS =
      List.of("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday");
  static final List<String> ROMAN_MONTHS =
      List.of("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII");

  /** Length of the longest name, to which names are filled up. */
  private static final int NAME_LENGTH = 9;

  /**
   * What is printed.
   *
   * @param days since 2000-01-01; null of an interval, which has no date
   * @param secondsWest null without a zone
   */
  record Fields(
      int year,
      int month,
      int day,
      @Nullable Integer days,
      long time,
      @Nullable Integer secondsWest,
      String zone) {
    static Fields of(long local, @Nullable Integer secondsWest, String zone) {
      int days = Moments.date(local);
      CivilDate date = CivilDate.of(days);
      return new Fields(
          date.year(), date.month(), date.day(), days, Moments.timeOfDay(local), secondsWest, zone);
    }

    int hour() {
      return (int) (time / TimeUnits.MICROS_PER_HOUR);
    }
  }

  private final Fields fields;
  private final StringBuilder out = new StringBuilder();

  private TimePrinter(Fields fields) {
    this.fields = fields;
  }

  static String print(String pattern, Fields fields) {
    TimePrinter printer = new TimePrinter(fields);
    for (Item item : TimePattern.parse(pattern).items()) {
      if (item.isText()) {
        printer.out.append(item.text());
      } else {
        printer.word(item);
      }
    }
    return printer.out.toString();
  }

  private void word(Item item) {
    String word = item.word();
    String number = number(word, item.fill());
    if (number != null) {
      out.append(number);
      if (!item.ordinal().isEmpty()) {
        String suffix = Ordinals.suffix(number);
        out.append(item.ordinal().equals("TH") ? suffix.toUpperCase(Locale.ROOT) : suffix);
      }
    } else {
      out.append(name(word, item.fill()));
    }
  }

  /** Null when the word does not stand for a number. */
  private @Nullable String number(String word, boolean fill) {
    long time = fields.time();
    long micros = Math.floorMod(time, TimeUnits.MICROS_PER_SECOND);
    int hour = fields.hour();
    return switch (word.toUpperCase(Locale.ROOT)) {
      case "HH24" -> padded(hour, 2, fill);
      case "HH12", "HH" -> padded(hour % 12 == 0 ? 12 : hour % 12, 2, fill);
      case "MI" -> padded(Math.abs(time / TimeUnits.MICROS_PER_MINUTE % 60), 2, fill);
      case "SS" -> padded(Math.abs(time / TimeUnits.MICROS_PER_SECOND % 60), 2, fill);
      case "MS", "FF3" -> padded(micros / 1000, 3, false);
      case "US", "FF6" -> padded(micros, 6, false);
      case "FF1" -> padded(micros / 100_000, 1, false);
      case "FF2" -> padded(micros / 10_000, 2, false);
      case "FF4" -> padded(micros / 100, 4, false);
      case "FF5" -> padded(micros / 10, 5, false);
      case "SSSS", "SSSSS" -> String.valueOf(time / TimeUnits.MICROS_PER_SECOND);
      case "MM" -> padded(fields.month(), 2, fill);
      case "DD" -> padded(fields.day(), 2, fill);
      case "Q" -> fields.month() == 0 ? "" : String.valueOf((fields.month() - 1) / 3 + 1);
      case "Y,YYY" -> year() / 1000 + "," + padded(year() % 1000, 3, false);
      case "YYYY" -> padded(year(), 4, fill);
      case "YYY" -> padded(year() % 1000, 3, fill);
      case "YY" -> padded(year() % 100, 2, fill);
      case "Y" -> String.valueOf(year() % 10);
      case "CC" -> padded(century(), 2, fill);
      default -> ofDate(word, fill);
    };
  }

  private int century() {
    int year = fields.year();
    return year > 0 ? (year + 99) / 100 : -((99 - (year - 1)) / 100);
  }

  /** Years before Christ count upwards again; BC tells them apart. */
  private int year() {
    boolean interval = fields.days() == null;
    return interval || fields.year() > 0 ? fields.year() : 1 - fields.year();
  }

  private @Nullable String ofDate(String word, boolean fill) {
    Integer days = fields.days();
    if (days == null) {
      return null;
    }
    int dayOfYear = CivilDate.of(days).dayOfYear();
    int isoYear = Weeks.year(days);
    return switch (word.toUpperCase(Locale.ROOT)) {
      case "DDD" -> padded(dayOfYear, 3, fill);
      case "IDDD" -> padded(days - Weeks.firstMonday(isoYear) + 1, 3, fill);
      case "D" -> String.valueOf(CivilDate.dayOfWeek(days) + 1);
      case "ID" -> String.valueOf(Weeks.dayOfWeek(days));
      case "W" -> String.valueOf((fields.day() - 1) / 7 + 1);
      case "WW" -> padded((dayOfYear - 1) / 7 + 1, 2, fill);
      case "IW" -> padded(Weeks.week(days), 2, fill);
      case "J" -> String.valueOf(days - (long) TimeUnits.DATE_MIN);
      case "IYYY" -> padded(isoYear, 4, fill);
      case "IYY" -> padded(isoYear % 1000, 3, fill);
      case "IY" -> padded(isoYear % 100, 2, fill);
      case "I" -> String.valueOf(isoYear % 10);
      default -> null;
    };
  }

  private static String padded(long value, int digits, boolean fill) {
    String text = String.valueOf(Math.abs(value));
    String zeros = fill ? "" : "0".repeat(Math.max(0, digits - text.length()));
    return (value < 0 ? "-" : "") + zeros + text;
  }

  private String name(String word, boolean fill) {
    return switch (word) {
      case "AM", "PM" -> fields.hour() % 24 >= 12 ? "PM" : "AM";
      case "am", "pm" -> fields.hour() % 24 >= 12 ? "pm" : "am";
      case "A.M.", "P.M." -> fields.hour() % 24 >= 12 ? "P.M." : "A.M.";
      case "a.m.", "p.m." -> fields.hour() % 24 >= 12 ? "p.m." : "a.m.";
      case "BC", "AD" -> fields.year() <= 0 ? "BC" : "AD";
      case "bc", "ad" -> fields.year() <= 0 ? "bc" : "ad";
      case "B.C.", "A.D." -> fields.year() <= 0 ? "B.C." : "A.D.";
      case "b.c.", "a.d." -> fields.year() <= 0 ? "b.c." : "a.d.";
      case "TZ" -> fields.zone().toUpperCase(Locale.ROOT);
      case "tz" -> fields.zone().toLowerCase(Locale.ROOT);
      case "TZH", "tzh" -> offsetHours();
      case "TZM", "tzm" -> padded(Math.abs(west()) / 60 % 60, 2, false);
      case "OF" -> offset();
      case "RM" -> roman(fill);
      case "rm" -> roman(fill).toLowerCase(Locale.ROOT);
      default -> calendarName(word, fill);
    };
  }

  private int west() {
    Integer west = fields.secondsWest();
    return west == null ? 0 : west;
  }

  private String offsetHours() {
    return (west() <= 0 ? "+" : "-") + padded(Math.abs(west()) / 3600, 2, false);
  }

  private String offset() {
    int minutes = Math.abs(west()) / 60 % 60;
    return offsetHours() + (minutes == 0 ? "" : ":" + padded(minutes, 2, false));
  }

  private String roman(boolean fill) {
    if (fields.month() == 0) {
      return "";
    }
    String name = ROMAN_MONTHS.get(fields.month() - 1);
    return fill ? name : name + " ".repeat(4 - name.length());
  }

  private String calendarName(String word, boolean fill) {
    Integer days = fields.days();
    if (days == null) {
      throw new SqlException(
              SqlState.INVALID_DATETIME_FORMAT,
              "invalid format specification for an interval value")
          .withHint("Intervals are not tied to specific calendar dates.");
    }
    boolean month = word.toUpperCase(Locale.ROOT).startsWith("MON");
    String name = month ? MONTHS.get(fields.month() - 1) : DAYS.get(CivilDate.dayOfWeek(days));
    boolean abbreviated = word.length() < (month ? 5 : 3);
    String shown = abbreviated ? name.substring(0, 3) : name;
    String cased = Character.isLowerCase(word.charAt(0)) ? shown.toLowerCase(Locale.ROOT) : shown;
    if (Character.isUpperCase(word.charAt(1))) {
      cased = cased.toUpperCase(Locale.ROOT);
    }
    return fill || abbreviated ? cased : cased + " ".repeat(NAME_LENGTH - cased.length());
  }
}
