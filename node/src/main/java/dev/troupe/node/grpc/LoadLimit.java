package dev.troupe.node.grpc;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many requests a node works on at a time so that none waits for long. Found by trying: while
 * even the quickest request of a tenth of a second took longer than it should, there is a queue
 * somewhere, and fewer are let in; while the limit is in the way and requests are quick, more are.
 * One such tenth alone says nothing: after a pause of the machine everything that waited is slow.
 * While requests are quick the limit comes back to where it began, in the way or not: what gathers
 * during the next pause is not refused for an overload that has long ended.
 *
 * <p>The quickest and not the average, because some requests wait for good reasons: a lock, a large
 * scan. And because all that are inside may do so, a few are always let in beyond the limit: that
 * they are quick shows that the others wait for each other and not for this node.
 *
 * <p>Where even a few together are slow, they do not wait for each other either: so long a request
 * takes by itself, on a processor that others keep busy or with a majority on another continent. A
 * limit on the few would help nobody, so that twice that time is taken for the target then.
 *
 * <p>Any thread. Costs a few atomic operations per request and no timer.
 */
final class LoadLimit {
  /** Time over which the quickest request is looked for. */
  static final long WINDOW_NANOS = 100_000_000;

  /** At the beginning and after quiet times: what comes all at once has to be worked off. */
  static final int START = 1_024;

  /** Never fewer: even the slowest machine keeps its cores busy with them. */
  static final int FLOOR = 64;

  /** Whatever a request takes by itself: a target so many times the one set is the highest. */
  static final int TARGET_TIMES_MAX = 10;

  /** What a higher target loses of its height in each window. */
  private static final int TARGET_DECAY = 256;

  /** Let in during each window however many are inside. */
  static final int BEYOND_PER_WINDOW = 4;

  /** So many together do not wait for each other for long: the floor and some beyond it. */
  private static final int FEW = FLOOR + FLOOR / 2;

  /** Below so many that tell something a window says nothing and goes on, for some time. */
  private static final int TELLING_MIN = 8;

  private static final long LONG_WINDOW_NANOS = 10 * WINDOW_NANOS;

  private static final long NONE = Long.MAX_VALUE;

  private final int most;
  private final long targetNanos;
  private final AtomicLong windowEnd;
  private final AtomicLong quickest = new AtomicLong(NONE);
  private final AtomicInteger telling = new AtomicInteger();
  private final AtomicInteger beyond = new AtomicInteger();
  private final AtomicLong beyondEnd;
  private volatile boolean inTheWay;
  // Whether the last window was slow. One alone may have been a pause of the machine.
  private volatile boolean slowBefore;
  // When there were last more inside than a few.
  private volatile long manyAt;
  private volatile long target;
  private volatile int limit;

  /**
   * @param most upper bound of the limit
   * @param targetNanos a request may take so long for waiting alone
   */
  LoadLimit(int most, long targetNanos, long nowNanos) {
    this.most = most;
    this.targetNanos = targetNanos;
    target = targetNanos;
    limit = Math.min(most, START);
    manyAt = nowNanos;
    windowEnd = new AtomicLong(nowNanos + WINDOW_NANOS);
    beyondEnd = new AtomicLong(nowNanos + WINDOW_NANOS);
  }

  /** The present limit. */
  int current() {
    return limit;
  }

  /** Whether one more may come in when there are so many with it. */
  boolean admits(int inside, long nowNanos) {
    if (inside <= limit) {
      return true;
    }
    if (refuses(inside, nowNanos) || inside > most) {
      return false;
    }
    // By time and not by those who leave: when all wait for each other, nobody does.
    long end = beyondEnd.get();
    if (nowNanos - end >= 0 && beyondEnd.compareAndSet(end, nowNanos + WINDOW_NANOS)) {
      beyond.set(0);
    }
    return beyond.getAndIncrement() < BEYOND_PER_WINDOW;
  }

  /** Whether one more is certain not to be let in: as {@link #admits}, but takes no place. */
  boolean refuses(int inside, long nowNanos) {
    if (inside <= limit) {
      return false;
    }
    if (!inTheWay) {
      inTheWay = true;
    }
    return beyond.get() >= BEYOND_PER_WINDOW && nowNanos - beyondEnd.get() < 0;
  }

  /**
   * A request has left.
   *
   * @param tookNanos between coming in and leaving
   * @param tells whether it waited as all others do, so that its time says something
   * @param inside how many there were with it
   */
  void finished(long tookNanos, boolean tells, int inside, long nowNanos) {
    int count;
    if (tells) {
      if (tookNanos < quickest.get()) {
        quickest.accumulateAndGet(tookNanos, Math::min);
      }
      count = telling.incrementAndGet();
    } else {
      count = telling.get();
    }
    long over = nowNanos - windowEnd.get();
    if (over >= 0 && (count >= TELLING_MIN || over >= LONG_WINDOW_NANOS)) {
      closeWindow(inside, nowNanos);
    }
  }

  private void closeWindow(int inside, long nowNanos) {
    long end = windowEnd.get();
    if (nowNanos - end >= 0 && windowEnd.compareAndSet(end, nowNanos + WINDOW_NANOS)) {
      long best = quickest.getAndSet(NONE);
      if (inside > FEW) {
        manyAt = nowNanos;
      }
      adapt(best == NONE ? 0 : best, inside, nowNanos - manyAt);
      telling.set(0);
      inTheWay = false;
    }
  }

  /**
   * @param fewFor for so long there were only a few inside
   */
  private void adapt(long best, int inside, long fewFor) {
    int now = limit;
    boolean slow = best > target;
    if (slow && slowBefore) {
      if (fewFor > best) {
        // Even who came when there were few.
        target = Math.min(TARGET_TIMES_MAX * targetNanos, 2 * best);
      } else {
        // From what is really there: the limit may never have been reached.
        int fewer = Math.min(now, inside);
        // So many would have waited for the target's time, as quickly as it went.
        long rightly = fewer * target / best;
        int kept = Math.clamp(rightly, fewer / 2, fewer - fewer / 4);
        limit = Math.min(most, Math.max(FLOOR, kept));
      }
    } else if (!slow && (inTheWay || now < START)) {
      long more = (long) now + Math.max(1, now / 8);
      limit = (int) Math.min(most, inTheWay ? more : Math.min(START, more));
    } else if (!slow && now > START && inside < now / 2) {
      limit = Math.max(START, now - now / 8);
    }
    if (!slow) {
      target = best <= targetNanos ? targetNanos : target - (target - targetNanos) / TARGET_DECAY;
    }
    slowBefore = slow;
  }
}
