package dev.troupe.sql.type.time;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.type.TimeTz;
import dev.troupe.sql.type.TypeSession;
import dev.troupe.sql.type.time.DateTimeFields.Field;
import dev.troupe.sql.type.time.DateTimeTokens.Kind;
import dev.troupe.sql.type.time.DateTimeTokens.Token;
import dev.troupe.sql.type.time.DateTimeWords.Role;
import dev.troupe.sql.type.time.DateTimeWords.Word;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads dates and times in all forms that PostgreSQL accepts. */
public final class DateTimeParser {
  private static final int JULIAN_EPOCH = 2_451_545;

  private final TypeSession session;
  private final boolean timeOnly;
  private final DateTimeFields fields;

  /** Set by "infinity" and "epoch", which stand alone: microseconds of a timestamp. */
  private @Nullable Long special;

  /** Whether there is no other field. */
  private boolean single;

  private DateTimeParser(TypeSession session, boolean timeOnly) {
    this.session = session;
    this.timeOnly = timeOnly;
    this.fields = new DateTimeFields(session.dateOrder());
  }

  /** Days since 2000-01-01. */
  public static int parseDate(String text, TypeSession session) {
    DateTimeParser parser = read(text, "date", session, false);
    Long special = parser.special;
    if (special != null) {
      return specialDate(special);
    }
    long days = parser.compute(text, "date", parser.fields::days);
    // The time does not count, but it must be one.
    parser.compute(text, "date", parser.fields::timeMicros);
    if (days < TimeUnits.DATE_MIN || days > TimeUnits.DATE_MAX) {
      throw outOfRange("date", text);
    }
    return (int) days;
  }

  private static int specialDate(long micros) {
    if (micros == TimeUnits.INFINITY) {
      return TimeUnits.DATE_INFINITY;
    }
    return micros == TimeUnits.MINUS_INFINITY
        ? TimeUnits.DATE_MINUS_INFINITY
        : (int) Math.floorDiv(micros, TimeUnits.MICROS_PER_DAY);
  }

  /** Microseconds since 2000-01-01; a zone is read and ignored. */
  public static long parseTimestamp(String text, TypeSession session) {
    DateTimeParser parser = read(text, "timestamp", session, false);
    Long special = parser.special;
    return special != null ? special : parser.localMicros(text, "timestamp");
  }

  /** Microseconds since 2000-01-01 UTC. */
  public static long parseTimestampTz(String text, TypeSession session) {
    String type = "timestamp with time zone";
    DateTimeParser parser = read(text, type, session, false);
    Long special = parser.special;
    if (special != null) {
      return special;
    }
    long local = parser.localMicros(text, type);
    ZoneId zone = parser.fields.zone();
    long utc = TimeZones.toUtc(local, zone == null ? session.timeZone() : zone);
    if (!TimeUnits.isTimestamp(utc)) {
      throw outOfRange("timestamp", text);
    }
    return utc;
  }

  /** Microseconds since midnight; a zone is read and ignored. */
  public static long parseTime(String text, TypeSession session) {
    DateTimeParser parser = read(text, "time", session, true);
    return parser.compute(text, "time", parser.fields::timeMicros);
  }

  public static TimeTz parseTimeTz(String text, TypeSession session) {
    String type = "time with time zone";
    DateTimeParser parser = read(text, type, session, true);
    long time = parser.compute(text, type, parser.fields::timeMicros);
    ZoneId given = parser.fields.zone();
    ZoneId zone = given == null ? session.timeZone() : given;
    if (zone instanceof ZoneOffset offset) {
      return new TimeTz(time, -offset.getTotalSeconds());
    }
    boolean dated = parser.fields.hasDate();
    if (given != null && !dated) {
      // The offset of a zone with summer time is unknown without a date.
      throw DateTimeError.BAD_FORMAT.of(text, type);
    }
    long days =
        dated
            ? parser.compute(text, type, parser.fields::days)
            : Math.floorDiv(
                TimeZones.toLocal(session.transactionMicros(), zone), TimeUnits.MICROS_PER_DAY);
    return new TimeTz(
        time, TimeZones.secondsWestOfLocal(days * TimeUnits.MICROS_PER_DAY + time, zone));
  }

  private long localMicros(String text, String type) {
    long days = compute(text, type, fields::days);
    long time = compute(text, type, fields::timeMicros);
    if (days < TimeUnits.DATE_MIN || days > TimeUnits.TIMESTAMP_END / TimeUnits.MICROS_PER_DAY) {
      throw outOfRange("timestamp", text);
    }
    long micros = days * TimeUnits.MICROS_PER_DAY + time;
    if (!TimeUnits.isTimestamp(micros)) {
      throw outOfRange("timestamp", text);
    }
    return micros;
  }

  private static SqlException outOfRange(String what, String text) {
    return new SqlException(
        SqlState.DATETIME_FIELD_OVERFLOW, what + " out of range: \"" + text + "\"");
  }

  /** Computes something of the fields that may find them out of range. */
  @FunctionalInterface
  private interface Computation {
    long compute();
  }

  private long compute(String text, String type, Computation computation) {
    try {
      return computation.compute();
    } catch (DateTimeError.Found found) {
      throw found.error().of(text, type);
    }
  }

  private static DateTimeParser read(
      String text, String type, TypeSession session, boolean timeOnly) {
    DateTimeParser parser = new DateTimeParser(session, timeOnly);
    List<Token> tokens = DateTimeTokens.split(text);
    if (tokens == null || tokens.isEmpty()) {
      throw DateTimeError.BAD_FORMAT.of(text, type);
    }
    try {
      parser.readAll(tokens);
    } catch (DateTimeError.Found found) {
      throw found.error().of(text, type);
    }
    return parser;
  }

  private void readAll(List<Token> tokens) {
    single = tokens.size() == 1;
    @Nullable Role prefix = null;
    for (Token token : tokens) {
      if (prefix != null) {
        readPrefixed(prefix, token);
        prefix = null;
      } else {
        prefix = readToken(token);
      }
    }
    boolean complete = timeOnly ? fields.has(Field.TIME) : fields.hasDate();
    if (prefix != null || (special == null && !complete)) {
      throw DateTimeError.BAD_FORMAT.found();
    }
    if (special != null && (tokens.size() > 1 || timeOnly)) {
      throw DateTimeError.BAD_FORMAT.found();
    }
  }

  /** Null, or a word that says how the next field is to be read. */
  private @Nullable Role readToken(Token token) {
    switch (token.kind()) {
      case NUMBER -> fields.readNumber(token.text(), timeOnly);
      case DATE -> readDateOrZone(token.text());
      case TIME -> fields.readTime(token.text());
      case ZONE -> readZone(token.text());
      case WORD -> {
        return readWord(token.text());
      }
      case SIGNED_WORD -> readSignedWord(token.text());
    }
    return null;
  }

  private void readPrefixed(Role prefix, Token token) {
    if (prefix == Role.JULIAN && token.kind() == Kind.NUMBER) {
      fields.setDate(DateTimeFields.number(token.text()) - (long) JULIAN_EPOCH);
    } else if (prefix == Role.ISO_TIME && token.kind() == Kind.NUMBER) {
      fields.readNumber(token.text(), timeOnly);
    } else if (prefix == Role.ISO_TIME && token.kind() == Kind.TIME) {
      fields.readTime(token.text());
    } else if (prefix == Role.ISO_TIME && token.kind() == Kind.DATE) {
      readDateOrZone(token.text());
    } else {
      throw DateTimeError.BAD_FORMAT.found();
    }
  }

  private void readDateOrZone(String text) {
    boolean digit = DateTimeTokens.isDigit(text.charAt(0));
    if (!fields.hasDate() && (!timeOnly || (digit && !single))) {
      fields.readDate(text);
    } else if (digit) {
      // A time without colons, and an offset behind it: 101112-05.
      int sign = text.indexOf('-');
      if (sign < 0) {
        throw DateTimeError.BAD_FORMAT.found();
      }
      fields.readNumber(text.substring(0, sign), timeOnly);
      fields.readOffset(text.substring(sign));
    } else {
      fields.setZone(requireZone(text));
    }
  }

  private static ZoneId requireZone(String name) {
    ZoneId zone = TimeZones.find(name);
    if (zone == null) {
      throw new SqlException(
          SqlState.INVALID_PARAMETER_VALUE, "time zone \"" + name + "\" not recognized");
    }
    return zone;
  }

  private void readZone(String text) {
    int second = text.indexOf('-', 1);
    if (second >= 0 || text.indexOf('.') >= 0) {
      throw DateTimeError.BAD_FORMAT.found();
    }
    fields.readOffset(text);
  }

  private @Nullable Role readWord(String text) {
    Word word = DateTimeWords.find(text);
    if (word == null) {
      ZoneId zone = TimeZones.find(text);
      if (zone == null) {
        throw DateTimeError.BAD_FORMAT.found();
      }
      fields.setZone(zone);
      return null;
    }
    switch (word.role()) {
      case MONTH -> fields.setTextMonth(word.value());
      case AM_PM -> fields.setAfternoon(word.value() == 1);
      case ERA -> fields.setBeforeChrist(word.value() == 1);
      case SPECIAL -> readSpecial(text);
      case ISO_TIME -> {
        if (!fields.hasDate() && !timeOnly) {
          throw DateTimeError.BAD_FORMAT.found();
        }
        return Role.ISO_TIME;
      }
      case JULIAN -> {
        return Role.JULIAN;
      }
      case WEEKDAY -> fields.setWeekday();
      case NOISE -> {}
    }
    return null;
  }

  private void readSignedWord(String text) {
    switch (text) {
      case "+infinity" -> special = TimeUnits.INFINITY;
      case "-infinity" -> special = TimeUnits.MINUS_INFINITY;
      default -> throw DateTimeError.BAD_FORMAT.found();
    }
  }

  private void readSpecial(String word) {
    ZoneId zone = session.timeZone();
    long local = TimeZones.toLocal(session.transactionMicros(), zone);
    long today = Math.floorDiv(local, TimeUnits.MICROS_PER_DAY);
    switch (word) {
      case "now" -> {
        if (!timeOnly) {
          fields.setDate(today);
        }
        fields.setTime(Math.floorMod(local, TimeUnits.MICROS_PER_DAY));
        int west = TimeZones.secondsWest(session.transactionMicros(), zone);
        fields.setZone(ZoneOffset.ofTotalSeconds(-west));
      }
      case "today" -> fields.setDate(today);
      case "tomorrow" -> fields.setDate(today + 1);
      case "yesterday" -> fields.setDate(today - 1);
      case "epoch" -> special = -TimeUnits.EPOCH_DAYS * TimeUnits.MICROS_PER_DAY;
      case "infinity" -> special = TimeUnits.INFINITY;
      case "allballs" -> {
        fields.setTime(0);
        fields.setZone(ZoneOffset.UTC);
      }
      default -> throw new AssertionError(word);
    }
  }
}
