package dev.troupe.sql.session;

import dev.troupe.protocol.model.Timestamp;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.kv.KvTransaction;
import dev.troupe.sql.type.Interval;
import dev.troupe.sql.type.Numeric;
import dev.troupe.sql.type.SqlType;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** AS OF SYSTEM TIME: reads of the past, from the nearest replica that can serve them. */
final class AsOfTime {
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final Duration STALENESS_MAX = Duration.ofSeconds(10);

  /** 2000-01-01, in milliseconds since 1970. */
  private static final long EPOCH_MILLIS = 946_684_800_000L;

  private static final long MICROS_PER_DAY = 86_400_000_000L;
  private static final int DAYS_PER_MONTH = 30;

  private final SessionParts parts;
  private final SessionTypes types;

  AsOfTime(SessionParts parts, SessionTypes types) {
    this.parts = parts;
    this.types = types;
  }

  /**
   * A transaction that reads at a moment.
   *
   * @param moment an interval before now (negative), a time, or an exact timestamp as a number
   */
  KvTransaction begin(@Nullable Object moment) {
    return parts
        .node()
        .sources()
        .transactions()
        .readAt(timestamp(moment), STALENESS_MAX, DEADLINE, parts.cancellation());
  }

  private Timestamp timestamp(@Nullable Object moment) {
    return switch (moment) {
      case Interval interval -> before(interval);
      case Long micros -> ofMicros(micros);
      case Numeric exact -> exact(exact.toString());
      case String text -> parse(text);
      case null, default ->
          throw new SqlException(
              SqlState.DATATYPE_MISMATCH,
              "AS OF SYSTEM TIME takes a timestamp, a negative interval or an exact timestamp");
    };
  }

  private Timestamp before(Interval interval) {
    long micros =
        interval.micros()
            + (interval.days() + (long) interval.months() * DAYS_PER_MONTH) * MICROS_PER_DAY;
    if (micros >= 0) {
      throw new SqlException(
          SqlState.INVALID_PARAMETER_VALUE,
          "AS OF SYSTEM TIME: the interval must be negative, for example '-10s'");
    }
    return ofMicros(parts.nowMicros() + micros);
  }

  private static Timestamp ofMicros(long micros) {
    return Timestamp.of(Math.floorDiv(micros, 1000) + EPOCH_MILLIS, 0);
  }

  private Timestamp parse(String text) {
    String word = text.strip();
    if (word.matches("[0-9]+(\\.[0-9]+)?")) {
      return exact(word);
    }
    // Both are intervals that go back: -1m and 1 min ago.
    return word.startsWith("-") || word.endsWith(" ago")
        ? before((Interval) types.fromText(SqlType.INTERVAL, word))
        : ofMicros((Long) types.fromText(SqlType.TIMESTAMPTZ, word));
  }

  private static Timestamp exact(String text) {
    int point = text.indexOf('.');
    try {
      long millis = Long.parseLong(point < 0 ? text : text.substring(0, point));
      int counter = point < 0 ? 0 : Integer.parseInt(text.substring(point + 1));
      return Timestamp.of(millis, counter);
    } catch (NumberFormatException e) {
      throw SqlException.of(
          SqlState.INVALID_PARAMETER_VALUE, "AS OF SYSTEM TIME: \"%s\" is no timestamp", text);
    }
  }
}
