package dev.troupe.sql.type.time;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;

/** What can be wrong with the text of a date, a time or an interval. */
enum DateTimeError {
  BAD_FORMAT,
  FIELD_OVERFLOW,
  /** A month or day that would be one if the fields came in another order. */
  MONTH_OR_DAY_OVERFLOW,
  INTERVAL_OVERFLOW,
  ZONE_OVERFLOW;

  /** Thrown while fields are read, where neither text nor type are at hand. */
  static final class Found extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final DateTimeError error;

    Found(DateTimeError error) {
      super(error.name(), null, false, false);
      this.error = error;
    }

    DateTimeError error() {
      return error;
    }
  }

  Found found() {
    return new Found(this);
  }

  SqlException of(String text, String typeName) {
    return switch (this) {
      case BAD_FORMAT ->
          new SqlException(
              SqlState.INVALID_DATETIME_FORMAT,
              "invalid input syntax for type " + typeName + ": \"" + text + "\"");
      case FIELD_OVERFLOW ->
          new SqlException(
              SqlState.DATETIME_FIELD_OVERFLOW,
              "date/time field value out of range: \"" + text + "\"");
      case MONTH_OR_DAY_OVERFLOW ->
          FIELD_OVERFLOW
              .of(text, typeName)
              .withHint("Perhaps you need a different \"datestyle\" setting.");
      case INTERVAL_OVERFLOW ->
          new SqlException(
              SqlState.INTERVAL_FIELD_OVERFLOW,
              "interval field value out of range: \"" + text + "\"");
      case ZONE_OVERFLOW ->
          new SqlException(
              SqlState.INVALID_TIME_ZONE_DISPLACEMENT_VALUE,
              "time zone displacement out of range: \"" + text + "\"");
    };
  }
}
