package dev.troupe.split;

import dev.troupe.load.LoadShape;
import dev.troupe.load.RangeLoad;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.split.Decision.Finding;
import dev.troupe.split.Decision.Inputs;
import dev.troupe.split.Decision.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides which ranges are to be split or merged, from what leaders tell of them again and again. A
 * state machine on the time that it is told; it does nothing by itself.
 *
 * <p>A range that is too large is cut in its middle, at once. One that is asked too often for long
 * enough is cut where that divides the requests; if most are for one key, that key gets a range of
 * its own, and when it has one already, people are told. Where rows are appended no cut helps, and
 * people are told. Two neighbours that are small and cold for long become one.
 *
 * <p>Everything is measured anew after a change: a range that was cut has to be hot for long enough
 * again, and one that was cut or merged has to be cold for long enough. What it remembers is about
 * how long something has been so; a successor that begins without it is slower, never wrong.
 */
public final class SplitPlanner {
  /** A cut that leaves a part with a smaller share of the requests does not help. */
  static final double BALANCE_MIN = 0.2;

  /** From this share of the requests on a key is what makes its range hot. */
  static final double HOT_KEY_MIN = 0.4;

  /** From this share of the writes on they are appended. */
  static final double RISING_MIN = 0.6;

  /** An append pattern matters when writes make so much of the load. */
  static final double WRITES_MIN = 0.5;

  /** So many ranges are split or merged at once; the others come next time. */
  static final int DECISIONS_MAX = 8;

  /** What is known of one range over time. */
  private static final class Track {
    private RangeDescriptor range;
    private ReplicaId leader;
    private long reads;
    private long writes;
    private long at;
    private double requestsPerSecond;
    private double writesPerSecond;
    private @Nullable Long hotSince;
    private @Nullable Long quietSince;
    private boolean measured;

    Track(RangeLoad load, long now) {
      range = load.descriptor();
      leader = load.leader();
      reads = load.reads();
      writes = load.writes();
      at = now;
    }
  }

  private final SplitSettings settings;
  private final Map<RangeId, Track> tracks = new HashMap<>();

  public SplitPlanner(SplitSettings settings) {
    this.settings = settings;
  }

  /**
   * Looks at what all leaders tell.
   *
   * @param loads of a range that several believe to lead, the one with the newest descriptor counts
   * @param nowNanos of the clock on which all times are
   * @param told what people have been told already
   * @return most urgent first
   */
  public List<Decision> look(List<RangeLoad> loads, long nowNanos, Set<Told> told) {
    Map<RangeId, RangeLoad> newest =
        loads.stream()
            .collect(
                Collectors.toMap(
                    load -> load.descriptor().id(),
                    load -> load,
                    (a, b) -> a.descriptor().generation() >= b.descriptor().generation() ? a : b));
    tracks.keySet().retainAll(newest.keySet());
    newest.values().forEach(load -> measure(load, nowNanos));
    List<RangeLoad> inOrder =
        newest.values().stream()
            .filter(load -> !load.descriptor().id().equals(RangeId.SYSTEM))
            .sorted(Comparator.comparing(load -> load.descriptor().span().start()))
            .toList();
    List<Decision> decisions = new ArrayList<>();
    Set<RangeId> busy = new HashSet<>();
    if (settings.splits()) {
      for (RangeLoad load : inOrder) {
        Decision decision = decide(load, nowNanos, told);
        if (decision != null) {
          decisions.add(decision);
          busy.add(load.descriptor().id());
        }
      }
    }
    if (settings.merges()) {
      merge(inOrder, nowNanos, busy, decisions);
    }
    return decisions.stream().limit(DECISIONS_MAX).toList();
  }

  /**
   * Something that people have been told.
   *
   * @param key as the finding names it
   */
  public record Told(RangeId range, Finding finding, Key key) {}

  private void measure(RangeLoad load, long now) {
    RangeId id = load.descriptor().id();
    Track track = tracks.get(id);
    if (track == null || !track.range.span().equals(load.descriptor().span())) {
      tracks.put(id, new Track(load, now));
      return;
    }
    track.range = load.descriptor();
    double seconds = (now - track.at) / 1e9;
    // A replica that has just begun to lead counts from where it was.
    boolean comparable = load.leader().equals(track.leader) && load.reads() >= track.reads;
    if (comparable && seconds > 0) {
      track.writesPerSecond = Math.max(0, load.writes() - track.writes) / seconds;
      track.requestsPerSecond =
          track.writesPerSecond + Math.max(0, load.reads() - track.reads) / seconds;
      track.measured = true;
    }
    track.leader = load.leader();
    track.reads = load.reads();
    track.writes = load.writes();
    track.at = now;
    boolean hot = track.measured && track.requestsPerSecond > settings.splitRequests();
    track.hotSince = !hot ? null : track.hotSince == null ? Long.valueOf(now) : track.hotSince;
    boolean quiet =
        track.measured
            && load.bytes() < settings.mergeBytes()
            && track.requestsPerSecond < settings.mergeRequests();
    track.quietSince =
        !quiet ? null : track.quietSince == null ? Long.valueOf(now) : track.quietSince;
  }

  /** Requests a second as last measured; null when that is not known. */
  @Nullable Double requestsPerSecond(RangeId range) {
    Track track = tracks.get(range);
    return track == null || !track.measured ? null : Double.valueOf(track.requestsPerSecond);
  }

  private Track track(RangeLoad load) {
    return Objects.requireNonNull(tracks.get(load.descriptor().id()));
  }

  private static boolean lasts(@Nullable Long since, Duration howLong, long now) {
    return since != null && now - since >= howLong.toNanos();
  }

  private Inputs inputs(RangeLoad load) {
    Track track = track(load);
    return new Inputs(load.bytes(), track.requestsPerSecond, track.writesPerSecond, load.shape());
  }

  // --- splitting -------------------------------------------------------------------------------

  private @Nullable Decision decide(RangeLoad load, long now, Set<Told> told) {
    Key middle = load.middle();
    if (load.bytes() > settings.splitBytes() && middle != null && mayCut(load, middle)) {
      return new Decision.Split(load.descriptor(), middle, Strategy.SIZE, inputs(load));
    }
    LoadShape shape = load.shape();
    if (shape == null || !lasts(track(load).hotSince, settings.sustained(), now)) {
      return null;
    }
    Decision decision = decide(load, shape);
    return decision instanceof Decision.Tell tell
            && told.contains(new Told(tell.range().id(), tell.finding(), tell.key()))
        ? null
        : decision;
  }

  private Decision decide(RangeLoad load, LoadShape shape) {
    RangeDescriptor range = load.descriptor();
    Inputs inputs = inputs(load);
    if (shape.writeShare() >= WRITES_MIN && shape.risingShare() >= RISING_MIN) {
      // Named by where it happens, not by the key of the moment.
      return new Decision.Tell(range, Finding.APPEND, range.span().start(), inputs);
    }
    Key cut = shape.cut();
    if (cut != null && shape.balance() >= BALANCE_MIN && mayCut(load, cut)) {
      return new Decision.Split(range, cut, Strategy.LOAD, inputs);
    }
    if (shape.hotShare() < HOT_KEY_MIN) {
      return new Decision.Tell(range, Finding.INDIVISIBLE, range.span().start(), inputs);
    }
    Key hot = shape.hotKey();
    if (mayCut(load, hot)) {
      return new Decision.Split(range, hot, Strategy.HOT_KEY, inputs);
    }
    if (mayCut(load, hot.next())) {
      return new Decision.Split(range, hot.next(), Strategy.HOT_KEY, inputs);
    }
    return new Decision.Tell(range, Finding.HOT_KEY, hot, inputs);
  }

  /** A border lies inside of the range, and not in SQL's catalog. */
  private static boolean mayCut(RangeLoad load, Key key) {
    KeySpan span = load.descriptor().span();
    return span.contains(key) && !span.start().equals(key) && !Keyspace.CATALOG.contains(key);
  }

  // --- merging ---------------------------------------------------------------------------------

  private void merge(
      List<RangeLoad> inOrder, long now, Set<RangeId> busy, List<Decision> decisions) {
    for (int i = 1; i < inOrder.size(); i++) {
      RangeLoad left = inOrder.get(i - 1);
      RangeLoad right = inOrder.get(i);
      if (!busy.contains(left.descriptor().id())
          && !busy.contains(right.descriptor().id())
          && mayMerge(left, right, now)) {
        busy.add(left.descriptor().id());
        busy.add(right.descriptor().id());
        Track l = track(left);
        Track r = track(right);
        var inputs =
            new Inputs(
                left.bytes() + right.bytes(),
                l.requestsPerSecond + r.requestsPerSecond,
                l.writesPerSecond + r.writesPerSecond,
                null);
        decisions.add(new Decision.Merge(left.descriptor(), right.descriptor(), inputs));
      }
    }
  }

  private boolean mayMerge(RangeLoad left, RangeLoad right, long now) {
    return left.descriptor().span().end().equals(right.descriptor().span().start())
        && !isOfNewCluster(right.descriptor())
        && lasts(track(left).quietSince, settings.mergeAfter(), now)
        && lasts(track(right).quietSince, settings.mergeAfter(), now)
        && left.bytes() + right.bytes() < settings.mergeBytes()
        && track(left).requestsPerSecond + track(right).requestsPerSecond < settings.mergeRequests()
        && nodes(left.descriptor()).equals(nodes(right.descriptor()));
  }

  /** Borders that were there when the cluster was formed were wanted. */
  private static boolean isOfNewCluster(RangeDescriptor right) {
    return right.id().value() < Keyspace.firstFreeRange().value();
  }

  private static Set<NodeId> nodes(RangeDescriptor range) {
    return range.members().members().stream().map(Member::node).collect(Collectors.toSet());
  }
}
