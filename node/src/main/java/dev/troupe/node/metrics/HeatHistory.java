package dev.troupe.node.metrics;

import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.LocalRanges.Answered;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which keys were asked for how often, over the last hour: the busiest ranges of each step, as far
 * as this node has answered for them. A few megabytes at most, in memory. Any thread.
 */
public final class HeatHistory {
  /** Between two looks. */
  public static final Duration STEP = Duration.ofSeconds(20);

  /** An hour of them. */
  public static final int STEPS_MAX = 180;

  /** Of each step; ranges beyond are colder than all of these. */
  public static final int RANGES_MAX = 64;

  /** What one range was asked for in a second. */
  public record Warm(RangeId range, KeySpan span, double writes, double reads) {
    double both() {
      return writes + reads;
    }
  }

  /**
   * One step, the warmest range first.
   *
   * @param atMillis its end, a multiple of the step since 1970
   */
  public record Step(long atMillis, List<Warm> ranges) {
    public Step {
      ranges = List.copyOf(ranges);
    }
  }

  /** What a replica had answered when it was last heard. */
  private record Heard(Answered answered, long nanos) {}

  private final Deque<Step> steps = new ArrayDeque<>();
  private final Map<RangeId, Heard> last = new HashMap<>();
  private long lastNanos;
  private boolean begun;

  /**
   * Takes note of what all replicas have answered so far. Of two looks that come one right after
   * the other, as they do when the process was stopped for a while, the second is left out.
   *
   * @param wallMillis when, for people
   * @param nanos when, for rates
   */
  public synchronized void look(List<Answered> replicas, long wallMillis, long nanos) {
    if (begun && nanos - lastNanos < STEP.toNanos() / 2) {
      return;
    }
    List<Warm> warm = new ArrayList<>();
    for (Answered replica : replicas) {
      Warm felt = felt(replica, last.put(replica.range(), new Heard(replica, nanos)), nanos);
      if (felt.both() > 0) {
        warm.add(felt);
      }
    }
    // Kept beyond one look, so that a replica that is silent once does not seem new to the next.
    last.values().removeIf(heard -> nanos - heard.nanos() > STEP.toNanos() * STEPS_MAX);
    boolean first = !begun;
    begun = true;
    lastNanos = nanos;
    if (first) {
      return;
    }
    warm.sort(Comparator.comparingDouble(Warm::both).reversed());
    long step = STEP.toMillis();
    long at = Math.round((double) wallMillis / step) * step;
    steps.removeIf(each -> each.atMillis() >= at);
    steps.addLast(new Step(at, warm.subList(0, Math.min(RANGES_MAX, warm.size()))));
    if (steps.size() > STEPS_MAX) {
      steps.removeFirst();
    }
  }

  private Warm felt(Answered now, @Nullable Heard before, long nanos) {
    double seconds = (nanos - (before == null ? lastNanos : before.nanos())) / 1e9;
    long writes = before == null ? 0 : before.answered().writes();
    long reads = before == null ? 0 : before.answered().reads();
    return new Warm(
        now.range(),
        now.span(),
        grown(now.writes(), writes) / seconds,
        grown(now.reads(), reads) / seconds);
  }

  /** A replica that was started anew counts from zero. */
  private static long grown(long now, long before) {
    return now >= before ? now - before : now;
  }

  /** Oldest first. */
  public synchronized List<Step> steps() {
    return new ArrayList<>(steps);
  }
}
