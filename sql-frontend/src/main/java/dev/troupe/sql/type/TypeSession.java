package dev.troupe.sql.type;

import java.time.ZoneId;
import java.time.ZoneOffset;

/** What texts of values depend on besides the values: settings of the session, and the time. */
public interface TypeSession {
  /** Order of the fields of dates such as 01/02/03 (second half of setting DateStyle). */
  enum DateOrder {
    MDY,
    DMY,
    YMD
  }

  /** Setting IntervalStyle. */
  enum IntervalStyle {
    POSTGRES,
    POSTGRES_VERBOSE,
    SQL_STANDARD,
    ISO_8601
  }

  /** Setting bytea_output. */
  enum ByteaOutput {
    HEX,
    ESCAPE
  }

  /** Setting TimeZone. */
  ZoneId timeZone();

  /** When the transaction began, microseconds since 2000-01-01 UTC: what 'now' means. */
  long transactionMicros();

  default DateOrder dateOrder() {
    return DateOrder.MDY;
  }

  default IntervalStyle intervalStyle() {
    return IntervalStyle.POSTGRES;
  }

  /** Above 0, floats are printed with as many digits as it takes to read them back exactly. */
  default int extraFloatDigits() {
    return 1;
  }

  default ByteaOutput byteaOutput() {
    return ByteaOutput.HEX;
  }

  /** All defaults, UTC and a fixed time. */
  static TypeSession utc(long transactionMicros) {
    return at(ZoneOffset.UTC, transactionMicros);
  }

  /** All defaults in a zone, and a fixed time. */
  static TypeSession at(ZoneId zone, long transactionMicros) {
    record Fixed(ZoneId timeZone, long transactionMicros) implements TypeSession {}

    return new Fixed(zone, transactionMicros);
  }
}
