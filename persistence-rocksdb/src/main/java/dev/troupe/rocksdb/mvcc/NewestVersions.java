package dev.troupe.rocksdb.mvcc;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.spi.StateStore.Version;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The newest version of keys read lately, as objects: a hit costs a fiftieth of a read through the
 * database. An entry is always the newest of <em>all</em> versions of its key.
 *
 * <p>Protocol: a writer {@link #beginWrite begins} before and {@link #endWrite ends} after its
 * change becomes visible; in between the key is absent and cannot be filled in. A reader takes a
 * {@link #readTicket ticket} before it looks into the database, and {@link #offer offers} what it
 * found; the offer is dropped when a write of the neighbourhood began or ended since. So nobody
 * finds an older version here than he could have found before.
 *
 * <p>Thread-safe; locked by stripes, for some tens of nanoseconds.
 */
final class NewestVersions {
  private static final int STRIPE_BITS = 7;
  private static final int STRIPES = 1 << STRIPE_BITS;

  /** Larger values are left to the database. */
  static final int VALUE_BYTES_MAX = 16 << 10;

  /** Objects around an entry: key, version, timestamp, map node, array headers. */
  private static final int ENTRY_OVERHEAD_BYTES = 176;

  /** A ticket that makes every offer void. */
  private static final long VOID_TICKET = -1;

  private final Stripe[] stripes = new Stripe[STRIPES];
  private final long stripeBytesMax;

  private static final class Stripe {
    /** In the order of use, the longest unused first. */
    final LinkedHashMap<Key, Version> entries = new LinkedHashMap<>(16, 0.75f, true);

    long bytes;
    int writers;
    long changes;
    long hits;
    long misses;

    void remove(Key key, Version version) {
      entries.remove(key);
      bytes -= sizeOf(key, version);
    }

    void put(Key key, Version version) {
      Version old = entries.put(key, version);
      bytes += sizeOf(key, version) - (old == null ? 0 : sizeOf(key, old));
    }
  }

  NewestVersions(long bytesMax) {
    this.stripeBytesMax = bytesMax / STRIPES;
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new Stripe();
    }
  }

  @Nullable Version get(Key key) {
    Stripe stripe = stripe(key);
    synchronized (stripe) {
      Version found = stripe.entries.get(key);
      if (found == null) {
        stripe.misses++;
      } else {
        stripe.hits++;
      }
      return found;
    }
  }

  /** How often {@link #get} has found something. */
  long hits() {
    return sum(stripe -> stripe.hits);
  }

  /** How often it has not. */
  long misses() {
    return sum(stripe -> stripe.misses);
  }

  private long sum(ToLongFunction<Stripe> count) {
    long all = 0;
    for (Stripe stripe : stripes) {
      synchronized (stripe) {
        all += count.applyAsLong(stripe);
      }
    }
    return all;
  }

  long readTicket(Key key) {
    Stripe stripe = stripe(key);
    synchronized (stripe) {
      return stripe.writers == 0 ? stripe.changes : VOID_TICKET;
    }
  }

  /** A reader found this to be the newest of all versions of the key. */
  void offer(Key key, Version newest, long ticket) {
    byte[] value = newest.value();
    if (ticket == VOID_TICKET || (value != null && value.length > VALUE_BYTES_MAX)) {
      return;
    }
    Stripe stripe = stripe(key);
    synchronized (stripe) {
      if (stripe.writers == 0 && stripe.changes == ticket) {
        stripe.put(key, newest);
        evict(stripe);
      }
    }
  }

  /** Takes the key out until {@link #endWrite}, which needs what this returns. */
  @Nullable Version beginWrite(Key key) {
    Stripe stripe = stripe(key);
    synchronized (stripe) {
      stripe.writers++;
      Version before = stripe.entries.get(key);
      if (before != null) {
        stripe.remove(key, before);
      }
      return before;
    }
  }

  /**
   * The write is visible.
   *
   * @param before newest version up to now, if it was known
   * @param written null when the write failed
   */
  void endWrite(Key key, @Nullable Version before, @Nullable Version written) {
    Stripe stripe = stripe(key);
    synchronized (stripe) {
      stripe.writers--;
      stripe.changes++;
      // Two writes of one key in a batch: the second finds what the first has put back.
      Version present = stripe.entries.get(key);
      Version known = present == null ? before : present;
      if (known == null || written == null) {
        return;
      }
      if (written.timestamp().compareTo(known.timestamp()) >= 0 && isSmall(written)) {
        stripe.put(key, written);
        evict(stripe);
      }
    }
  }

  /** Empties everything and lets nothing in until {@link #resume}. */
  void suspend() {
    for (Stripe stripe : stripes) {
      synchronized (stripe) {
        stripe.writers++;
        stripe.entries.clear();
        stripe.bytes = 0;
      }
    }
  }

  void resume() {
    for (Stripe stripe : stripes) {
      synchronized (stripe) {
        stripe.writers--;
        stripe.changes++;
      }
    }
  }

  long bytes() {
    long bytes = 0;
    for (Stripe stripe : stripes) {
      synchronized (stripe) {
        bytes += stripe.bytes;
      }
    }
    return bytes;
  }

  private void evict(Stripe stripe) {
    while (stripe.bytes > stripeBytesMax) {
      Map.Entry<Key, Version> oldest = stripe.entries.firstEntry();
      stripe.remove(oldest.getKey(), oldest.getValue());
    }
  }

  private static boolean isSmall(Version version) {
    byte[] value = version.value();
    return value == null || value.length <= VALUE_BYTES_MAX;
  }

  private static int sizeOf(Key key, Version version) {
    byte[] value = version.value();
    return key.length() + (value == null ? 0 : value.length) + ENTRY_OVERHEAD_BYTES;
  }

  private Stripe stripe(Key key) {
    // Multiplied, because the hash of neighbouring keys differs in its low bits only.
    return stripes[(key.hashCode() * 0x9E3779B9) >>> (Integer.SIZE - STRIPE_BITS)];
  }
}
