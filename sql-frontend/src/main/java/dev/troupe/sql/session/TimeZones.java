package dev.troupe.sql.session;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Names of time zones as settings have them: those of the tz database whatever their capitals, and
 * numbers of hours east of UTC.
 */
final class TimeZones {
  private static final Map<String, String> NAMES = new HashMap<>();

  static {
    for (String id : ZoneId.getAvailableZoneIds()) {
      NAMES.put(id.toLowerCase(Locale.ROOT), id);
    }
  }

  private TimeZones() {}

  /**
   * @throws java.time.DateTimeException when there is no such zone
   */
  static ZoneId parse(String name) {
    String known = NAMES.get(name.toLowerCase(Locale.ROOT));
    if (known != null) {
      return ZoneId.of(known);
    }
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "utc", "z", "zulu", "default", "local" -> ZoneOffset.UTC;
      default -> offset(name);
    };
  }

  private static ZoneId offset(String name) {
    try {
      double hours = Double.parseDouble(name);
      return ZoneOffset.ofTotalSeconds((int) Math.round(hours * 3600));
    } catch (NumberFormatException e) {
      return ZoneId.of(name);
    }
  }

  /** With the capitals of the tz database. */
  static String canonical(String name) {
    return NAMES.getOrDefault(name.toLowerCase(Locale.ROOT), name);
  }
}
