package dev.troupe.placement;

import dev.troupe.placement.PlacementNode.Liveness;
import dev.troupe.placement.PlacementNode.Standing;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Locality;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.ZoneSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Nodes and ranges on virtual time that do what a real leader does with a move: refuse it when the
 * range has changed, never remove what a majority needs, and now and then stop half way.
 */
final class SimulatedRanges {
  static final long SECOND = 1_000_000_000L;
  private static final int LOOKS_MAX = 5_000;
  private static final int QUIET_LOOKS = 40;

  /** A node, changed by tests. */
  static final class Node {
    Locality locality = Locality.NOWHERE;
    Standing standing = Standing.ACTIVE;
    boolean heard = true;
    double fullness;
  }

  /** A range, changed by moves. */
  static final class Range {
    RangeDescriptor descriptor;
    @Nullable NodeId leader;
    long bytes;
    double requests;
    double ownShare;
    ZoneSettings zone;

    Range(RangeDescriptor descriptor, NodeId leader, ZoneSettings zone) {
      this.descriptor = descriptor;
      this.leader = leader;
      this.zone = zone;
    }
  }

  private record Running(Move move, Steward by, long endsAt) {}

  final Map<NodeId, Node> nodes = new TreeMap<>();
  final Map<RangeId, Range> ranges = new TreeMap<>();
  final List<Move> done = new ArrayList<>();
  private final List<Running> running = new ArrayList<>();
  private final Map<Steward, NodeWatch> watches = new HashMap<>();
  private final Random random;
  private final PlacementSettings settings;
  double interruptions;
  long now;

  SimulatedRanges(long seed, PlacementSettings settings) {
    random = new Random(seed);
    this.settings = settings;
  }

  Node node(int id) {
    return nodes.computeIfAbsent(new NodeId(id), unknown -> new Node());
  }

  void nodes(int count) {
    for (int id = 1; id <= count; id++) {
      node(id);
    }
  }

  Range range(long id, ZoneSettings zone, int... on) {
    var members = new ArrayList<Member>();
    for (int i = 0; i < on.length; i++) {
      members.add(new Member(new ReplicaId(i + 1), new NodeId(on[i]), Member.Role.VOTER));
    }
    var span = new KeySpan(Key.of("k%06d".formatted(id)), Key.of("k%06d".formatted(id + 1)));
    var descriptor =
        new RangeDescriptor(new RangeId(id), span, 1, new Membership(members), members.size() + 1);
    var range = new Range(descriptor, new NodeId(on[random.nextInt(on.length)]), zone);
    ranges.put(descriptor.id(), range);
    return range;
  }

  PlacementView view(Steward by) {
    NodeWatch watch =
        watches.computeIfAbsent(by, s -> new NodeWatch(settings.timeUntilDead().toNanos()));
    var seen = new ArrayList<PlacementNode>();
    nodes.forEach(
        (id, node) ->
            seen.add(
                new PlacementNode(
                    id,
                    node.locality,
                    node.standing,
                    watch.look(id, node.heard, now),
                    node.fullness)));
    var views = new ArrayList<PlacementRange>();
    ranges.values().forEach(range -> views.add(see(range)));
    return new PlacementView(seen, views);
  }

  private PlacementRange see(Range range) {
    elect(range);
    return new PlacementRange(
        range.descriptor, range.leader, range.bytes, range.requests, range.ownShare, range.zone);
  }

  /** Whoever is alive takes over when a leader is silent, if there is a majority. */
  private void elect(Range range) {
    if (range.leader != null && nodes.get(range.leader).heard && hasQuorum(range)) {
      return;
    }
    range.leader =
        hasQuorum(range)
            ? range.descriptor.members().voters().stream()
                .map(Member::node)
                .filter(node -> nodes.get(node).heard)
                .findFirst()
                .orElseThrow()
            : null;
  }

  boolean hasQuorum(Range range) {
    return live(range.descriptor.members()) >= range.descriptor.members().quorum();
  }

  private long live(Membership members) {
    return members.voters().stream().filter(voter -> nodes.get(voter.node()).heard).count();
  }

  /**
   * Lets stewards look every ten seconds until nobody has wanted anything for longer than a range
   * rests, a failure is remembered and a node is waited for.
   *
   * @return how many moves were begun
   */
  int settle(Steward... stewards) {
    int begun = 0;
    int quiet = 0;
    for (int looks = 0; looks < LOOKS_MAX; looks++) {
      int more = look(stewards);
      begun += more;
      quiet = more == 0 && running.isEmpty() ? quiet + 1 : 0;
      if (quiet == QUIET_LOOKS) {
        return begun;
      }
    }
    throw new AssertionError(
        "still moving after %d looks: %s"
            .formatted(LOOKS_MAX, done.subList(Math.max(0, done.size() - 20), done.size())));
  }

  /** One look of each, and what comes of it in ten seconds. */
  int look(Steward... stewards) {
    int begun = 0;
    for (Steward steward : stewards) {
      for (Move move : steward.look(view(steward), now)) {
        begun++;
        running.add(new Running(move, steward, now + (1 + random.nextInt(20)) * SECOND));
      }
    }
    now += 10 * SECOND;
    for (Running run : List.copyOf(running)) {
      if (run.endsAt() <= now) {
        running.remove(run);
        run.by().ended(run.move(), carryOut(run.move()), now);
      }
    }
    return begun;
  }

  private boolean carryOut(Move move) {
    Range range = ranges.get(move.range());
    elect(range);
    if (range.leader == null || range.descriptor.generation() != move.generation()) {
      return false;
    }
    boolean interrupted = random.nextDouble() < interruptions;
    boolean reached =
        switch (move) {
          case Move.Add add -> add(range, add.to(), interrupted);
          case Move.Remove remove -> remove(range, remove.from());
          case Move.Replace replace ->
              add(range, replace.to(), interrupted && random.nextBoolean())
                  && !interrupted
                  && remove(range, replace.from());
          case Move.Lead lead -> lead(range, lead.to());
        };
    if (reached) {
      done.add(move);
    }
    return reached;
  }

  private boolean add(Range range, NodeId to, boolean interrupted) {
    var present = range.descriptor.members().onNode(to);
    if (!nodes.get(to).heard || (present.isPresent() && present.get().isVoter())) {
      return false;
    }
    ReplicaId replica =
        present.map(Member::replica).orElse(new ReplicaId(range.descriptor.nextReplicaId()));
    change(range, range.descriptor.members().with(new Member(replica, to, Member.Role.LEARNER)));
    if (interrupted) {
      return false;
    }
    change(range, range.descriptor.members().with(new Member(replica, to, Member.Role.VOTER)));
    return true;
  }

  private boolean remove(Range range, NodeId from) {
    var member = range.descriptor.members().onNode(from);
    if (member.isEmpty()) {
      return false;
    }
    Membership rest = range.descriptor.members().without(member.get().replica());
    if (live(rest) < rest.quorum()) {
      throw new AssertionError(range.descriptor + " would lose its majority without " + from);
    }
    change(range, rest);
    if (from.equals(range.leader)) {
      range.leader = null;
      elect(range);
    }
    return true;
  }

  private boolean lead(Range range, NodeId to) {
    if (!nodes.get(to).heard || !range.descriptor.members().isVoter(voterOn(range, to))) {
      return false;
    }
    range.leader = to;
    return true;
  }

  private static ReplicaId voterOn(Range range, NodeId node) {
    return range
        .descriptor
        .members()
        .onNode(node)
        .map(Member::replica)
        .orElse(new ReplicaId(1_000_000));
  }

  private static void change(Range range, Membership members) {
    RangeDescriptor before = range.descriptor;
    long next = Math.max(before.nextReplicaId(), members.members().getLast().replica().value() + 1);
    range.descriptor =
        new RangeDescriptor(before.id(), before.span(), before.generation() + 1, members, next);
  }

  // --- what came of it --------------------------------------------------------------------------

  Map<NodeId, Double> carried(Load load) {
    var carried = new TreeMap<NodeId, Double>();
    nodes.keySet().forEach(node -> carried.put(node, 0.0));
    for (Range range : ranges.values()) {
      PlacementRange seen = see(range);
      if (load == Load.LEADERS || load == Load.LEADER_REQUESTS) {
        if (range.leader != null) {
          carried.merge(range.leader, load.of(seen), Double::sum);
        }
      } else {
        for (Member voter : range.descriptor.members().voters()) {
          carried.merge(voter.node(), load.of(seen), Double::sum);
        }
      }
    }
    return carried;
  }

  /** The largest deviation from the average, in parts of it, among nodes that are in use. */
  double unevenness(Load load) {
    var carried = carried(load);
    carried
        .keySet()
        .removeIf(id -> !nodes.get(id).heard || nodes.get(id).standing != Standing.ACTIVE);
    double mean = carried.values().stream().mapToDouble(x -> x).average().orElse(0);
    return carried.values().stream().mapToDouble(x -> Math.abs(x - mean) / mean).max().orElse(0);
  }

  /** A view of nodes that need no history. */
  static PlacementNode node(int id, String locality, Standing standing, Liveness liveness) {
    return new PlacementNode(new NodeId(id), Locality.parse(locality), standing, liveness, 0);
  }
}
