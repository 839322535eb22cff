package dev.troupe.sql.function.time;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What can be extracted from times, or what they can be truncated to. */
enum TimeField {
  MICROSECONDS("us usec usecs usecond useconds microsecond microsecon"),
  MILLISECONDS("ms msec msecs mseconds msecond millisecond millisecon"),
  SECOND("s sec secs seconds"),
  MINUTE("m min mins minutes"),
  HOUR("h hr hrs hours"),
  DAY("d days"),
  WEEK("w weeks"),
  MONTH("mon mons months"),
  QUARTER("qtr"),
  YEAR("y yr yrs years"),
  DECADE("dec decs decades"),
  CENTURY("c cent centuries"),
  MILLENNIUM("mil mils millennia"),
  DOW("dow"),
  ISODOW("isodow"),
  DOY("doy"),
  ISOYEAR("isoyear"),
  JULIAN("j jd"),
  EPOCH("epoch"),
  TIMEZONE("timezone"),
  TIMEZONE_HOUR("timezone_h"),
  TIMEZONE_MINUTE("timezone_m");

  private static final Map<String, TimeField> BY_NAME = new HashMap<>();

  static {
    for (TimeField field : values()) {
      BY_NAME.put(field.name().toLowerCase(Locale.ROOT), field);
      for (String alias : field.aliases.split(" ")) {
        BY_NAME.put(alias, field);
      }
    }
  }

  /** Other names, separated by blanks. */
  private final String aliases;

  TimeField(String aliases) {
    this.aliases = aliases;
  }

  static @Nullable TimeField find(String name) {
    return BY_NAME.get(name.toLowerCase(Locale.ROOT));
  }

  /** Whether it grows with time, so that it can be infinite. */
  boolean isMonotonic() {
    return switch (this) {
      case YEAR, DECADE, CENTURY, MILLENNIUM, ISOYEAR, JULIAN, EPOCH -> true;
      case MICROSECONDS,
          MILLISECONDS,
          SECOND,
          MINUTE,
          HOUR,
          DAY,
          WEEK,
          MONTH,
          QUARTER,
          DOW,
          ISODOW,
          DOY,
          TIMEZONE,
          TIMEZONE_HOUR,
          TIMEZONE_MINUTE ->
          false;
    };
  }
}
