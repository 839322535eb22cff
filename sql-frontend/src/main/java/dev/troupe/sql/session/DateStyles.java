package dev.troupe.sql.session;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.util.Locale;

/** Values of the setting DateStyle: how dates are shown, and the order of day, month and year. */
final class DateStyles {
  private DateStyles() {}

  /** What SET DateStyle gives when only one half is named. */
  static String merged(String before, String change) {
    String[] halves = before.split(", ", 2);
    String style = halves[0];
    String order = halves.length > 1 ? halves[1] : "MDY";
    for (String word : change.split(",", -1)) {
      switch (word.strip().toUpperCase(Locale.ROOT)) {
        case "ISO" -> style = "ISO";
        case "DMY", "EURO", "EUROPEAN" -> order = "DMY";
        case "MDY", "US", "NONEURO", "NONEUROPEAN" -> order = "MDY";
        case "YMD" -> order = "YMD";
        case "POSTGRES", "SQL", "GERMAN" ->
            throw SqlException.of(
                    SqlState.FEATURE_NOT_SUPPORTED,
                    "date style \"%s\" is not supported",
                    word.strip())
                .withHint("Dates are shown as ISO only.");
        case "DEFAULT" -> {
          style = "ISO";
          order = "MDY";
        }
        default ->
            throw SqlException.of(
                SqlState.INVALID_PARAMETER_VALUE,
                "invalid value for parameter \"DateStyle\": \"%s\"",
                change);
      }
    }
    return style + ", " + order;
  }
}
