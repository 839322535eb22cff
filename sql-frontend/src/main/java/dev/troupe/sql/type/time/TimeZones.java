package dev.troupe.sql.type.time;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names of time zones and conversions between local time and UTC. */
public final class TimeZones {
  private static final long NANOS_PER_MICRO = 1000;

  /** The POSIX form, in which a positive number lies west of Greenwich. */
  private static final Pattern POSIX =
      Pattern.compile("(?:[a-z]+|<[a-z0-9+-]+>)?([+-]?)(\\d{1,3})(?::(\\d{2})(?::(\\d{2}))?)?");

  private static final Map<String, ZoneId> BY_NAME = new HashMap<>();

  static {
    for (String name : ZoneId.getAvailableZoneIds()) {
      BY_NAME.put(name.toLowerCase(Locale.ROOT), ZoneId.of(name));
    }
  }

  private TimeZones() {}

  /**
   * The zone of a name or an abbreviation, in any case of letters: Europe/Berlin, EST, UTC, or
   * POSIX's UTC+3, which lies west.
   *
   * @return null when it is not known
   */
  public static @Nullable ZoneId find(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    ZoneId abbreviated = ZoneAbbreviations.find(lower);
    return abbreviated != null ? abbreviated : named(lower);
  }

  /**
   * The same without abbreviations that the tz database does not have.
   *
   * @return null when it is not known
   */
  public static @Nullable ZoneId named(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    ZoneId known = BY_NAME.get(lower);
    return known != null ? known : posix(lower);
  }

  private static @Nullable ZoneId posix(String name) {
    Matcher matcher = POSIX.matcher(name);
    if (!matcher.matches()) {
      return null;
    }
    int seconds =
        Integer.parseInt(matcher.group(2)) * 3600
            + part(matcher.group(3)) * 60
            + part(matcher.group(4));
    try {
      return ZoneOffset.ofTotalSeconds(matcher.group(1).equals("-") ? seconds : -seconds);
    } catch (DateTimeException tooFar) {
      return null;
    }
  }

  private static int part(@Nullable String digits) {
    return digits == null ? 0 : Integer.parseInt(digits);
  }

  /** Microseconds of the local clock at a moment. Neither is infinite. */
  public static long toLocal(long utcMicros, ZoneId zone) {
    return utcMicros - secondsWest(utcMicros, zone) * TimeUnits.MICROS_PER_SECOND;
  }

  /** The moment at which the local clock shows something; see {@link #secondsWestOfLocal}. */
  public static long toUtc(long localMicros, ZoneId zone) {
    return localMicros + secondsWestOfLocal(localMicros, zone) * TimeUnits.MICROS_PER_SECOND;
  }

  /** Offset of the zone at a moment, positive in the west. */
  public static int secondsWest(long utcMicros, ZoneId zone) {
    if (zone instanceof ZoneOffset offset) {
      return -offset.getTotalSeconds();
    }
    long seconds = Math.floorDiv(utcMicros, TimeUnits.MICROS_PER_SECOND);
    Instant moment =
        Instant.ofEpochSecond(seconds + (long) TimeUnits.EPOCH_DAYS * TimeUnits.SECONDS_PER_DAY);
    return -zone.getRules().getOffset(moment).getTotalSeconds();
  }

  /**
   * Offset of the zone when the local clock shows something, positive in the west. Of a time that
   * is skipped, the offset before the change; of one that comes twice, the one after it.
   */
  public static int secondsWestOfLocal(long localMicros, ZoneId zone) {
    if (zone instanceof ZoneOffset offset) {
      return -offset.getTotalSeconds();
    }
    ZoneRules rules = zone.getRules();
    LocalDateTime local = toLocalDateTime(localMicros);
    List<ZoneOffset> valid = rules.getValidOffsets(local);
    ZoneOffset offset =
        switch (valid.size()) {
          case 0 -> rules.getTransition(local).getOffsetBefore();
          case 1 -> valid.getFirst();
          default -> valid.getLast();
        };
    return -offset.getTotalSeconds();
  }

  private static LocalDateTime toLocalDateTime(long localMicros) {
    long seconds = Math.floorDiv(localMicros, TimeUnits.MICROS_PER_SECOND);
    long micros = Math.floorMod(localMicros, TimeUnits.MICROS_PER_SECOND);
    return LocalDateTime.ofEpochSecond(
        seconds + (long) TimeUnits.EPOCH_DAYS * TimeUnits.SECONDS_PER_DAY,
        (int) (micros * NANOS_PER_MICRO),
        ZoneOffset.UTC);
  }
}
