package dev.troupe.split;

import dev.troupe.load.RangeLoad;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.split.Decision.Busy;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How much ranges are asked, and since when they have been hot or quiet. A range whose borders have
 * changed is measured anew. Not thread-safe.
 */
final class RangeTracks {
  /** What is known of one range over time. */
  static final class Track {
    private RangeDescriptor range;
    private ReplicaId leader;
    private long reads;
    private long writes;
    private long at;
    private double requestsPerSecond;
    private double writesPerSecond;
    private @Nullable Long hotSince;
    private @Nullable Long reliefSince;
    private @Nullable Busy busy;
    private @Nullable Long quietSince;
    private boolean measured;
    private int gatherings;

    private Track(RangeLoad load, long now) {
      range = load.descriptor();
      leader = load.leader();
      reads = load.reads();
      writes = load.writes();
      at = now;
    }

    double requestsPerSecond() {
      return requestsPerSecond;
    }

    double writesPerSecond() {
      return writesPerSecond;
    }

    boolean isMeasured() {
      return measured;
    }

    boolean isHotFor(Duration howLong, long now) {
      return lasts(hotSince, howLong, now);
    }

    /** Whether it has been so that a cut would relieve the node that leads it. */
    boolean isReliefFor(Duration howLong, long now) {
      return lasts(reliefSince, howLong, now);
    }

    /** As last seen; null when that is not known. */
    @Nullable Busy busy() {
      return busy;
    }

    boolean isQuietFor(Duration howLong, long now) {
      return lasts(quietSince, howLong, now);
    }

    /** It has to be quiet for long enough again. */
    void disturb(long now) {
      if (quietSince != null) {
        quietSince = now;
      }
      gatherings = 0;
    }

    /** How often a replica has been moved to bring this range and its neighbour together. */
    int gatherings() {
      return gatherings;
    }

    void gathered() {
      gatherings++;
    }

    private static boolean lasts(@Nullable Long since, Duration howLong, long now) {
      return since != null && now - since >= howLong.toNanos();
    }
  }

  /** A node that uses so much less of its processors than another has something to spare for it. */
  static final double SPARE_MIN = 0.2;

  private final SplitSettings settings;
  private final Map<RangeId, Track> tracks = new HashMap<>();

  RangeTracks(SplitSettings settings) {
    this.settings = settings;
  }

  /** Takes note of what leaders tell; of a range that nobody tells of nothing is known any more. */
  void measure(Collection<RangeLoad> loads, Map<NodeId, Double> busy, long now) {
    tracks
        .keySet()
        .retainAll(loads.stream().map(load -> load.descriptor().id()).collect(Collectors.toSet()));
    loads.forEach(load -> measure(load, now));
    Map<NodeId, Busy> known = compared(busy);
    loads.forEach(load -> compare(of(load), busy, known, now));
  }

  /**
   * A part of a busy range can go to another node only if that one has something to spare.
   *
   * @param known of nodes that tell; those that are missing here are alone
   */
  private void compare(Track track, Map<NodeId, Double> busy, Map<NodeId, Busy> known, long now) {
    NodeId leader = track.range.members().find(track.leader).map(Member::node).orElse(null);
    track.busy = leader == null ? null : known.get(leader);
    // A node that does not tell is no reason to leave everything as it is.
    boolean relieves =
        settings.splitBusy() == 0
            || leader == null
            || !busy.containsKey(leader)
            || (track.busy != null
                && track.busy.leader() >= settings.splitBusy()
                && track.busy.leader() - track.busy.least() >= SPARE_MIN);
    track.reliefSince =
        !relieves ? null : track.reliefSince == null ? Long.valueOf(now) : track.reliefSince;
  }

  /** Each node beside the others. There are few nodes, and thousands of ranges. */
  private static Map<NodeId, Busy> compared(Map<NodeId, Double> busy) {
    Map<NodeId, Busy> known = new HashMap<>();
    busy.forEach(
        (node, own) ->
            busy.entrySet().stream()
                .filter(other -> !other.getKey().equals(node))
                .map(Map.Entry::getValue)
                .min(Comparator.naturalOrder())
                .ifPresent(least -> known.put(node, new Busy(own, least))));
    return known;
  }

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

  @Nullable Track find(RangeId range) {
    return tracks.get(range);
  }

  /** Of a range that was measured. */
  Track of(RangeLoad load) {
    return Objects.requireNonNull(tracks.get(load.descriptor().id()));
  }
}
