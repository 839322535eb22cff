package dev.troupe.range;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import java.util.Arrays;

/**
 * When keys of a range were written last, at the latest: tells of nearly every key that was not
 * written lately that it was not, without a look into the store. Keys share slots by their hash, so
 * it errs on one side only. Begins to count when it is asked for the first time: ranges without
 * transactions pay nothing.
 *
 * <p>Owned by the range's {@link RangeStateMachine}, and forgotten with it.
 */
final class RecentWrites {
  private static final int SLOT_BITS = 12;
  private static final long[] NOT_COUNTING = {};

  // By slot: as high as every version that was written, or was there when counting began.
  private long[] highest = NOT_COUNTING;
  private long highestOfAll;

  /** A version was written, or will be with the batch that is being filled. */
  void wrote(Key key, Timestamp at) {
    if (highest.length > 0) {
      int slot = slot(key);
      highest[slot] = later(highest[slot], at.value());
      highestOfAll = later(highestOfAll, at.value());
    }
  }

  /** Keys came in whose versions, up to a timestamp, nobody has counted here. */
  void tookOver(Timestamp clock) {
    for (int slot = 0; slot < highest.length; slot++) {
      highest[slot] = later(highest[slot], clock.value());
    }
    highestOfAll = later(highestOfAll, clock.value());
  }

  /**
   * Whether no version in a span is newer than a timestamp; false when that is not certain.
   *
   * @param clock no version of the range is newer
   */
  boolean isUnchanged(KeySpan span, Timestamp since, Timestamp clock) {
    if (highest.length == 0) {
      highest = new long[1 << SLOT_BITS];
      Arrays.fill(highest, clock.value());
      highestOfAll = clock.value();
    }
    return isNotLater(highestOfAll, since)
        || (span.isOneKey() && isNotLater(highest[slot(span.start())], since));
  }

  private static long later(long one, long other) {
    return Long.compareUnsigned(one, other) >= 0 ? one : other;
  }

  private static boolean isNotLater(long version, Timestamp since) {
    return Long.compareUnsigned(version, since.value()) <= 0;
  }

  private static int slot(Key key) {
    return (key.hashCode() * 0x9E3779B9) >>> (Integer.SIZE - SLOT_BITS);
  }
}
