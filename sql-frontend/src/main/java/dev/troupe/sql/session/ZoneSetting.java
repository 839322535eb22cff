package dev.troupe.sql.session;

import dev.troupe.sql.type.time.TimeZones;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Values of the setting {@code TimeZone}: names of the tz database, POSIX's form, in which a
 * positive number lies west, and numbers of hours east of UTC. Abbreviations are none.
 */
final class ZoneSetting {
  private static final BigDecimal SECONDS_PER_HOUR = BigDecimal.valueOf(3600);

  private ZoneSetting() {}

  /**
   * @return null when there is no such zone
   */
  static @Nullable ZoneId parse(String value) {
    ZoneId hours = hoursEast(value);
    ZoneId zone = hours != null ? hours : TimeZones.named(value);
    if (zone != null) {
      return zone;
    }
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "z", "default", "local" -> ZoneOffset.UTC;
      default -> null;
    };
  }

  private static @Nullable ZoneId hoursEast(String value) {
    try {
      return ZoneOffset.ofTotalSeconds((int) Math.round(Double.parseDouble(value) * 3600));
    } catch (NumberFormatException | DateTimeException isNone) {
      return null;
    }
  }

  /** As the setting keeps it: a name with the capitals of the tz database. */
  static String canonical(String value, ZoneId zone) {
    return zone.getId().equalsIgnoreCase(value) ? zone.getId() : value;
  }

  /** The value that means what an interval does, such as -08:00: hours east. */
  static String ofInterval(String interval) {
    try {
      BigDecimal seconds = BigDecimal.valueOf(ZoneOffset.of(interval).getTotalSeconds());
      return seconds.divide(SECONDS_PER_HOUR, MathContext.DECIMAL64).toPlainString();
    } catch (DateTimeException other) {
      return interval;
    }
  }
}
