package dev.troupe.load;

import dev.troupe.protocol.model.Key;
import dev.troupe.range.KeySample.Sampled;
import java.util.ArrayDeque;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a sample of requests says about where the load of a range lies. A function of the sample.
 *
 * @param samples how many requests it rests on
 * @param writeShare of the requests, from 0 to 1
 * @param cut the key that divides the requests most evenly, as the first one of the right-hand
 *     part; null when all are for one key
 * @param cutShare share of the requests that lie to the left of it
 * @param hotKey the key that was asked for most often
 * @param hotShare its share of the requests
 * @param risingShare share of the writes that came to a new key right behind one of the last that
 *     were written: near 1 where rows are appended, near 0 otherwise
 */
public record LoadShape(
    int samples,
    double writeShare,
    @Nullable Key cut,
    double cutShare,
    Key hotKey,
    double hotShare,
    double risingShare) {
  /** Fewer say nothing. */
  public static final int SAMPLES_MIN = 100;

  /** So many writes are looked at before the next ones tell whether keys rise. */
  private static final int WRITES_FIRST = 32;

  /** Several clients append at once: a key may follow any of the last written ones. */
  private static final int LAST_WRITTEN = 8;

  /**
   * Looks at a sample.
   *
   * @param keys oldest first
   * @return null when they are too few
   */
  public static @Nullable LoadShape of(List<Sampled> keys) {
    if (keys.size() < SAMPLES_MIN) {
      return null;
    }
    List<Key> sorted = keys.stream().map(Sampled::key).sorted().toList();
    int count = sorted.size();
    int cutAt = 0;
    int hotAt = 0;
    int hotCount = 0;
    int begin = 0;
    for (int i = 1; i <= count; i++) {
      if (i < count && sorted.get(i).equals(sorted.get(begin))) {
        continue;
      }
      if (i - begin > hotCount) {
        hotCount = i - begin;
        hotAt = begin;
      }
      // A border lies before the first request for a key, never before the first of all.
      if (i < count && (cutAt == 0 || isMoreEven(i, cutAt, count))) {
        cutAt = i;
      }
      begin = i;
    }
    long writes = keys.stream().filter(Sampled::write).count();
    return new LoadShape(
        count,
        (double) writes / count,
        cutAt == 0 ? null : sorted.get(cutAt),
        (double) cutAt / count,
        sorted.get(hotAt),
        (double) hotCount / count,
        risingShare(keys));
  }

  private static boolean isMoreEven(int left, int than, int count) {
    return Math.abs(count - 2 * left) < Math.abs(count - 2 * than);
  }

  /** The smaller part of the requests when the range is cut. */
  public double balance() {
    return Math.min(cutShare, 1 - cutShare);
  }

  private static double risingShare(List<Sampled> keys) {
    var seen = new TreeSet<Key>();
    var last = new ArrayDeque<Key>();
    int looked = 0;
    int rising = 0;
    int writes = 0;
    for (Sampled sampled : keys) {
      if (!sampled.write()) {
        continue;
      }
      Key key = sampled.key();
      if (writes++ >= WRITES_FIRST) {
        looked++;
        Key below = seen.lower(key);
        if (!seen.contains(key) && below != null && last.contains(below)) {
          rising++;
        }
      }
      seen.add(key);
      last.add(key);
      if (last.size() > LAST_WRITTEN) {
        last.remove();
      }
    }
    return looked == 0 ? 0 : (double) rising / looked;
  }
}
