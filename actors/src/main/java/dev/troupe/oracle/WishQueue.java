package dev.troupe.oracle;

import dev.troupe.gateway.KvGateway;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.TimestampSource.Drawn;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Requests for timestamps that wait on a node, in order, and those of them for which somebody asks
 * now. One party asks at a time: it becomes that by {@link Added#ASK}, and ends to be when {@link
 * #gather} finds nothing. Any thread; replies are called without the lock.
 */
final class WishQueue {
  /** More do not wait. */
  static final int WAITING_MAX = 1 << 16;

  /** What the one who adds has to do. */
  enum Added {
    ASK,
    WAIT,
    REFUSED
  }

  private static final class Wish {
    final int count;
    final long since;
    final long deadline;
    final Consumer<Drawn> reply;
    boolean ended;

    Wish(int count, long since, long deadline, Consumer<Drawn> reply) {
      this.count = count;
      this.since = since;
      this.deadline = deadline;
      this.reply = reply;
    }
  }

  private final MonotonicClock clock;
  private final KvGateway.Later later;
  private final OracleMetrics metrics;
  private final ArrayDeque<Wish> waiting = new ArrayDeque<>();
  private List<Wish> gathered = List.of();
  private boolean asking;
  private boolean timerSet;
  private long timerAt;

  WishQueue(MonotonicClock clock, KvGateway.Later later, OracleMetrics metrics) {
    this.clock = clock;
    this.later = later;
    this.metrics = metrics;
  }

  Added add(int count, long deadline, Consumer<Drawn> reply) {
    long now = clock.nanos();
    boolean first;
    boolean timer;
    synchronized (this) {
      if (waiting.size() + gathered.size() >= WAITING_MAX) {
        return Added.REFUSED;
      }
      waiting.add(new Wish(count, now, deadline, reply));
      first = !asking;
      asking = true;
      timer = needsTimer(deadline);
    }
    metrics.waiting();
    if (timer) {
      later.run(Math.max(0, deadline - now), this::expire);
    }
    return first ? Added.ASK : Added.WAIT;
  }

  /**
   * Takes the next requests that are to be asked for.
   *
   * @return false when there are none: then nobody asks any more
   */
  synchronized boolean gather() {
    var next = new ArrayList<Wish>();
    int sum = 0;
    while (!waiting.isEmpty() && sum + waiting.element().count <= LocalOracle.DRAW_MAX) {
      Wish wish = waiting.remove();
      sum += wish.count;
      next.add(wish);
    }
    gathered = next;
    asking = !next.isEmpty();
    return asking;
  }

  /** How many timestamps the gathered requests want. */
  synchronized int gathered() {
    int sum = 0;
    for (Wish wish : gathered) {
      sum += wish.count;
    }
    return sum;
  }

  synchronized long latestDeadline() {
    long now = clock.nanos();
    long latest = 0;
    for (Wish wish : gathered) {
      latest = Math.max(latest, wish.deadline - now);
    }
    return now + latest;
  }

  /** The question gave nothing: what was gathered comes first again. */
  synchronized void putBack() {
    for (Wish wish : gathered.reversed()) {
      if (!wish.ended) {
        waiting.addFirst(wish);
      }
    }
    gathered = List.of();
  }

  /** Hands out consecutive timestamps for what was gathered, in the order of the requests. */
  void hand(long first) {
    var lucky = new ArrayList<Wish>();
    var numbers = new ArrayList<Drawn>();
    long next = first;
    long now = clock.nanos();
    synchronized (this) {
      for (Wish wish : gathered) {
        if (!wish.ended) {
          wish.ended = true;
          lucky.add(wish);
          numbers.add(new Drawn.Granted(new Timestamp(next)));
        }
        next += wish.count;
      }
      gathered = List.of();
    }
    for (int i = 0; i < lucky.size(); i++) {
      Wish wish = lucky.get(i);
      metrics.granted(wish.count);
      metrics.waited(now - wish.since);
      wish.reply.accept(numbers.get(i));
    }
  }

  /** Whether a timer is to be set for a deadline: one for the earliest is enough. */
  private boolean needsTimer(long deadline) {
    if (timerSet && timerAt - deadline <= 0) {
      return false;
    }
    timerSet = true;
    timerAt = deadline;
    return true;
  }

  private void expire() {
    var overdue = new ArrayList<Wish>();
    long now = clock.nanos();
    boolean timer = false;
    long earliest = 0;
    synchronized (this) {
      if (timerSet && timerAt - now <= 0) {
        timerSet = false;
      }
      waiting.removeIf(wish -> isOverdue(wish, now, overdue));
      gathered.forEach(wish -> isOverdue(wish, now, overdue));
      var open = new ArrayList<>(waiting);
      gathered.stream().filter(wish -> !wish.ended).forEach(open::add);
      if (!open.isEmpty()) {
        earliest = now;
        long least = Long.MAX_VALUE;
        for (Wish wish : open) {
          least = Math.min(least, wish.deadline - now);
        }
        earliest += least;
        timer = needsTimer(earliest);
      }
    }
    if (timer) {
      later.run(earliest - now, this::expire);
    }
    for (Wish wish : overdue) {
      metrics.failure();
      wish.reply.accept(
          new Drawn.Failed(
              ErrorCode.RANGE_UNAVAILABLE,
              "no oracle could be reached before the deadline; nothing was granted"));
    }
  }

  private static boolean isOverdue(Wish wish, long now, List<Wish> overdue) {
    if (wish.ended || now - wish.deadline < 0) {
      return false;
    }
    wish.ended = true;
    overdue.add(wish);
    return true;
  }
}
