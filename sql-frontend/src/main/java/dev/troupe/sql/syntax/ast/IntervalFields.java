package dev.troupe.sql.syntax.ast;

/** What an interval is limited to: {@code interval day to second}. */
public enum IntervalFields {
  YEAR,
  MONTH,
  DAY,
  HOUR,
  MINUTE,
  SECOND,
  YEAR_TO_MONTH,
  DAY_TO_HOUR,
  DAY_TO_MINUTE,
  DAY_TO_SECOND,
  HOUR_TO_MINUTE,
  HOUR_TO_SECOND,
  MINUTE_TO_SECOND
}
