package dev.troupe.split;

import dev.troupe.load.RangeLoad;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.split.Decision.Inputs;
import dev.troupe.split.Decision.Strategy;
import dev.troupe.split.RangeTracks.Track;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides which neighbours are put together: two that are small and quiet, together and for long.
 * Where their replicas are on different nodes, those of the smaller one are moved first, one after
 * the other.
 *
 * <p>What the system range tells is only asked for when there is something to be decided by it: an
 * idle cluster is not woken up. Not thread-safe.
 */
final class MergePlanner {
  /** So many replicas are moved for a merge; somebody else moves them back if that is too few. */
  static final int GATHERINGS_MAX = 6;

  private final SplitSettings settings;
  private final RangeTracks tracks;
  private Set<Key> kept = Set.of();
  private @Nullable Long keptSeenAt;

  MergePlanner(SplitSettings settings, RangeTracks tracks) {
    this.settings = settings;
    this.tracks = tracks;
  }

  /** Two neighbours. */
  private record Pair(RangeLoad left, RangeLoad right) {
    Key border() {
      return right.descriptor().span().start();
    }
  }

  /** Whether it has to be known which borders are kept, and which nodes are up, to go on. */
  boolean needsGround(List<RangeLoad> inOrder, Set<RangeId> busy, long now) {
    Long seen = keptSeenAt;
    if (seen == null) {
      return true;
    }
    boolean old = now - seen >= settings.mergeAfter().toNanos();
    return candidates(inOrder, busy, now).stream()
        .anyMatch(pair -> old || !kept.contains(pair.border()));
  }

  /**
   * At most one merge, or a step towards it; before that, borders that ought to be there are made
   * again.
   *
   * @param inOrder as it was before the ground was looked at
   * @param busy ranges of which something else has been decided
   */
  List<Decision> decide(List<RangeLoad> inOrder, Ground ground, Set<RangeId> busy, long now) {
    kept = ground.kept();
    keptSeenAt = now;
    List<Decision> lost = lost(inOrder, busy);
    if (!lost.isEmpty()) {
      changed();
      return lost;
    }
    for (Pair pair : candidates(inOrder, busy, now)) {
      if (!kept.contains(pair.border())) {
        Decision decision = decide(pair, ground.fit());
        if (decision != null) {
          return List.of(decision);
        }
        tracks.of(pair.left()).disturb(now);
      }
    }
    return List.of();
  }

  /** Something was changed: it has to be looked whether a border that is kept was lost by that. */
  void changed() {
    keptSeenAt = null;
  }

  private List<Pair> candidates(List<RangeLoad> inOrder, Set<RangeId> busy, long now) {
    var pairs = new ArrayList<Pair>();
    for (int i = 1; i < inOrder.size(); i++) {
      var pair = new Pair(inOrder.get(i - 1), inOrder.get(i));
      if (!busy.contains(pair.left().descriptor().id())
          && !busy.contains(pair.right().descriptor().id())
          && mayMerge(pair, now)) {
        pairs.add(pair);
      }
    }
    return pairs;
  }

  private boolean mayMerge(Pair pair, long now) {
    RangeLoad left = pair.left();
    RangeLoad right = pair.right();
    Inputs together = inputs(pair);
    return left.descriptor().span().end().equals(pair.border())
        && !isOfNewCluster(right.descriptor())
        && tracks.of(left).isQuietFor(settings.mergeAfter(), now)
        && tracks.of(right).isQuietFor(settings.mergeAfter(), now)
        && together.bytes() < settings.mergeBytes()
        && together.requestsPerSecond() < settings.mergeRequests();
  }

  private Inputs inputs(Pair pair) {
    Track left = tracks.of(pair.left());
    Track right = tracks.of(pair.right());
    return new Inputs(
        pair.left().bytes() + pair.right().bytes(),
        left.requestsPerSecond() + right.requestsPerSecond(),
        left.writesPerSecond() + right.writesPerSecond(),
        null,
        null);
  }

  /** Borders that were there when the cluster was formed were wanted. */
  private static boolean isOfNewCluster(RangeDescriptor right) {
    return right.id().value() < Keyspace.firstFreeRange().value();
  }

  /** Null when it cannot be now. */
  private @Nullable Decision decide(Pair pair, Set<NodeId> fit) {
    RangeDescriptor left = pair.left().descriptor();
    RangeDescriptor right = pair.right().descriptor();
    Set<NodeId> leftNodes = nodes(left);
    Set<NodeId> rightNodes = nodes(right);
    if (leftNodes.size() != rightNodes.size()
        || !votes(left)
        || !votes(right)
        || !fit.containsAll(leftNodes)
        || !fit.containsAll(rightNodes)) {
      return null;
    }
    if (leftNodes.equals(rightNodes)) {
      return new Decision.Merge(left, right, inputs(pair));
    }
    boolean leftGoes = pair.left().bytes() < pair.right().bytes();
    RangeDescriptor going = leftGoes ? left : right;
    RangeDescriptor staying = leftGoes ? right : left;
    Track track = tracks.of(pair.left());
    if (track.gatherings() >= GATHERINGS_MAX) {
      return null;
    }
    track.gathered();
    return new Decision.Move(
        going,
        first(nodes(going), nodes(staying)),
        first(nodes(staying), nodes(going)),
        staying,
        inputs(pair));
  }

  /** The first of some nodes that is none of the others. */
  private static NodeId first(Set<NodeId> nodes, Set<NodeId> others) {
    return nodes.stream().filter(node -> !others.contains(node)).findFirst().orElseThrow();
  }

  private static boolean votes(RangeDescriptor range) {
    return range.members().members().stream().allMatch(Member::isVoter);
  }

  private static Set<NodeId> nodes(RangeDescriptor range) {
    return range.members().members().stream()
        .map(Member::node)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * A border may have been made to stay just while it was taken away. Whoever lifts one does so
   * before merging: what is kept now, and was in the middle of a range before, is none of those.
   */
  private List<Decision> lost(List<RangeLoad> inOrder, Set<RangeId> busy) {
    var cuts = new ArrayList<Decision>();
    for (Key border : kept) {
      for (RangeLoad load : inOrder) {
        RangeDescriptor range = load.descriptor();
        KeySpan span = range.span();
        if (span.contains(border) && !span.start().equals(border) && busy.add(range.id())) {
          Track track = tracks.of(load);
          cuts.add(
              new Decision.Split(
                  range,
                  border,
                  Strategy.KEPT,
                  new Inputs(
                      load.bytes(),
                      track.requestsPerSecond(),
                      track.writesPerSecond(),
                      null,
                      null)));
        }
      }
    }
    return cuts.stream().limit(SplitPlanner.DECISIONS_MAX).toList();
  }
}
