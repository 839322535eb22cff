package dev.troupe.split;

import dev.troupe.load.LoadShape;
import dev.troupe.load.RangeLoad;
import dev.troupe.load.Survey;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.split.Decision.Finding;
import dev.troupe.split.Decision.Inputs;
import dev.troupe.split.Decision.Strategy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides which ranges are to be split or merged, from what leaders tell of them again and again. A
 * state machine on the time that it is told; it does nothing by itself.
 *
 * <p>A range that is too large is cut in its middle, at once. One that is asked too often for long
 * enough, of a node that is short of processor time while another has some, is cut where that
 * divides the requests; if most are for one key, that key gets a range of its own, and when it has
 * one already, people are told. Where rows are appended no cut helps, and people are told. Two
 * neighbours that are small and cold for long become one ({@link MergePlanner}).
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

  private final SplitSettings settings;
  private final RangeTracks tracks;
  private final MergePlanner merges;
  private List<RangeLoad> seen = List.of();
  private Set<RangeId> busy = new HashSet<>();
  private long seenAt;

  public SplitPlanner(SplitSettings settings) {
    this.settings = settings;
    this.tracks = new RangeTracks(settings);
    this.merges = new MergePlanner(settings, tracks);
  }

  /**
   * Looks at what all nodes tell.
   *
   * @param survey of a range that several believe to lead, the one with the newest descriptor
   *     counts
   * @param nowNanos of the clock on which all times are
   * @param told what people have been told already
   * @return most urgent first
   */
  public List<Decision> look(Survey survey, long nowNanos, Set<Told> told) {
    Map<RangeId, RangeLoad> newest =
        survey.loads().stream()
            .collect(
                Collectors.toMap(
                    load -> load.descriptor().id(),
                    load -> load,
                    (a, b) -> a.descriptor().generation() >= b.descriptor().generation() ? a : b));
    tracks.measure(newest.values(), survey.busy(), nowNanos);
    seen =
        newest.values().stream()
            .filter(load -> !load.descriptor().id().equals(RangeId.SYSTEM))
            .sorted(Comparator.comparing(load -> load.descriptor().span().start()))
            .toList();
    seenAt = nowNanos;
    busy = new HashSet<>();
    List<Decision> decisions = new ArrayList<>();
    if (settings.splits()) {
      for (RangeLoad load : seen) {
        Decision decision = decide(load, nowNanos, told);
        if (decision != null) {
          decisions.add(decision);
          busy.add(load.descriptor().id());
        }
      }
    }
    return decisions.stream().limit(DECISIONS_MAX).toList();
  }

  /**
   * Whether the ground has to be looked at now, to find out whether something is to be merged.
   *
   * @param running ranges that something is being done to
   */
  public boolean needsGround(Set<RangeId> running) {
    busy.addAll(running);
    return settings.merges() && merges.needsGround(seen, busy, seenAt);
  }

  /**
   * At most one merge, or a step towards it, out of what was looked at last; or borders that were
   * lost are made again.
   *
   * @param ground looked at after the loads
   */
  public List<Decision> merge(Ground ground) {
    return merges.decide(seen, ground, busy, seenAt);
  }

  /** A merge, or a step towards it, was carried out. */
  void merged() {
    merges.changed();
  }

  /** What was to be done to a range was refused: it is tried again after a time. */
  void postpone(RangeId range) {
    RangeTracks.Track track = tracks.find(range);
    if (track != null) {
      track.disturb(seenAt);
    }
  }

  /**
   * Something that people have been told.
   *
   * @param key as the finding names it
   */
  public record Told(RangeId range, Finding finding, Key key) {}

  /** Requests a second as last measured; null when that is not known. */
  @Nullable Double requestsPerSecond(RangeId range) {
    RangeTracks.Track track = tracks.find(range);
    return track == null || !track.isMeasured() ? null : Double.valueOf(track.requestsPerSecond());
  }

  private Inputs inputs(RangeLoad load) {
    RangeTracks.Track track = tracks.of(load);
    return new Inputs(
        load.bytes(),
        track.requestsPerSecond(),
        track.writesPerSecond(),
        load.shape(),
        track.busy());
  }

  private @Nullable Decision decide(RangeLoad load, long now, Set<Told> told) {
    Key middle = load.middle();
    if (load.bytes() > settings.splitBytes() && middle != null && mayCut(load, middle)) {
      return new Decision.Split(load.descriptor(), middle, Strategy.SIZE, inputs(load));
    }
    LoadShape shape = load.shape();
    if (shape == null || !tracks.of(load).isHotFor(settings.sustained(), now)) {
      return null;
    }
    Decision decision = decide(load, shape);
    boolean vain =
        decision instanceof Decision.Tell tell
            ? told.contains(new Told(tell.range().id(), tell.finding(), tell.key()))
            : !tracks.of(load).isReliefFor(settings.sustained(), now);
    return vain ? null : decision;
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
}
