package dev.troupe.sql.type.codec;

import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.type.Interval;

/** Intervals by their estimated length: whole days, then the microseconds of the last day. */
final class IntervalKeyCodec extends KeyValueCodec {
  private static final int TAG = 0x16;
  private static final int DAYS_PER_MONTH = 30;

  /** Intervals of equal length are equal. */
  @Override
  public boolean exact() {
    return false;
  }

  @Override
  void write(Object value, ByteWriter out) {
    Interval interval = (Interval) value;
    out.putByte(TAG).putLong(interval.wholeDays() ^ Long.MIN_VALUE).putLong(interval.microsOfDay());
  }

  @Override
  Object read(int tag, KeyInput in) {
    requireTag(TAG, tag);
    long days = in.readLong() ^ Long.MIN_VALUE;
    long micros = in.readLong();
    return new Interval((int) (days / DAYS_PER_MONTH), (int) (days % DAYS_PER_MONTH), micros);
  }
}
