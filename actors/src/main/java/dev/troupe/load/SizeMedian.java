package dev.troupe.load;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.StateStore;
import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the key in the middle of a span by bytes, from the engine's own statistics: some hundred
 * questions to them, and one key read. Blocking; disk threads.
 */
public final class SizeMedian {
  /** Halvings of the space of keys: two keys that have 100 bytes in common need 800. */
  private static final int STEPS_MAX = 2_000;

  /** So near to the middle is good enough. */
  private static final double TOLERANCE = 1.0 / 64;

  private final StateStore state;

  public SizeMedian(StateStore state) {
    this.state = state;
  }

  /**
   * A key that is there, with about half of the bytes below it.
   *
   * @param span its first key is not looked for: a range can be cut only inside
   * @return null when there is none
   */
  public @Nullable Key find(KeySpan span) {
    long whole = state.approximateBytes(span);
    Key low = span.start();
    Key high = span.end();
    for (int step = 0; step < STEPS_MAX; step++) {
      Key between = between(low, high);
      if (between == null) {
        break;
      }
      long left = state.approximateBytes(new KeySpan(span.start(), between));
      if (2 * left < whole) {
        low = between;
      } else {
        high = between;
      }
      if (Math.abs(2 * left - whole) <= TOLERANCE * whole) {
        low = between;
        break;
      }
    }
    Key second = span.start().next();
    Key above = first(Key.max(low, second), span.end(), false);
    return above != null ? above : first(second, low, true);
  }

  private @Nullable Key first(Key from, Key to, boolean reverse) {
    if (from.compareTo(to) >= 0) {
      return null;
    }
    try (StateStore.Scan scan = state.scan(new KeySpan(from, to), Timestamp.MAX, reverse)) {
      return scan.next() ? scan.key() : null;
    }
  }

  /** About half way, as numbers; null when nothing lies between. */
  static @Nullable Key between(Key low, Key high) {
    int length = Math.max(low.length(), high.length()) + 1;
    BigInteger a = number(low, length);
    BigInteger middle = a.add(number(high, length)).shiftRight(1);
    if (middle.equals(a)) {
      return null;
    }
    byte[] digits = middle.toByteArray();
    byte[] bytes = new byte[length];
    int copied = Math.min(length, digits.length);
    System.arraycopy(digits, digits.length - copied, bytes, length - copied, copied);
    int end = length;
    while (end > 0 && bytes[end - 1] == 0) {
      end--;
    }
    Key between = Key.wrap(Arrays.copyOf(bytes, end));
    return between.compareTo(low) > 0 && between.compareTo(high) < 0 ? between : null;
  }

  private static BigInteger number(Key key, int length) {
    return new BigInteger(1, Arrays.copyOf(key.bytes(), length));
  }
}
