package dev.troupe.split;

import dev.troupe.load.LoadShape;
import dev.troupe.load.RangeLoad;
import dev.troupe.load.Survey;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A planner on virtual time, asked every ten seconds, and ranges that a test makes up. */
final class PlannedRanges {
  static final SplitSettings SETTINGS =
      new SplitSettings(
          true,
          true,
          64 << 20,
          10_000,
          Duration.ofSeconds(60),
          0.7,
          0.25,
          Duration.ofMinutes(10),
          Duration.ofSeconds(10));

  private static final long PERIOD = Duration.ofSeconds(10).toNanos();

  /** A range as its leader tells of it. */
  static final class Told {
    final long id;
    Key start;
    Key end;
    long generation = 1;
    List<Integer> nodes = List.of(1, 2, 3);
    long bytes;
    @Nullable Key middle;
    long rate;
    long requests;
    @Nullable LoadShape shape;

    Told(long id, Key start, Key end) {
      this.id = id;
      this.start = start;
      this.end = end;
    }

    RangeLoad load() {
      List<Member> members = new ArrayList<>();
      nodes.forEach(
          n -> members.add(new Member(new ReplicaId(n), new NodeId(n), Member.Role.VOTER)));
      var descriptor =
          new RangeDescriptor(
              new RangeId(id), new KeySpan(start, end), generation, new Membership(members), 10);
      return new RangeLoad(
          descriptor, new ReplicaId(1), bytes, middle, requests / 2, requests / 2, shape);
    }
  }

  final SplitPlanner planner = new SplitPlanner(SETTINGS);
  final TreeMap<Long, Told> ranges = new TreeMap<>();
  final Set<SplitPlanner.Told> told = new HashSet<>();
  final Map<NodeId, Double> busy = new HashMap<>();
  final Set<Key> kept = new HashSet<>();
  final Set<NodeId> fit =
      IntStream.rangeClosed(1, 9).mapToObj(NodeId::new).collect(Collectors.toSet());
  long now = 1;
  private long nextId = 200;
  int groundsAsked;

  static Key key(String name) {
    return Keyspace.kv("default", name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  Told range(long id, Key start, Key end) {
    var range = new Told(id, start, end);
    ranges.put(id, range);
    return range;
  }

  Told whole() {
    return range(100, Keyspace.KV.start(), Keyspace.KV.end());
  }

  List<Decision> look() {
    now += PERIOD;
    ranges.values().forEach(r -> r.requests += r.rate * 10);
    List<RangeLoad> loads = ranges.values().stream().map(Told::load).toList();
    var decisions = new ArrayList<>(planner.look(new Survey(loads, busy), now, told));
    if (planner.needsGround(Set.of())) {
      groundsAsked++;
      decisions.addAll(planner.merge(new Ground(kept, fit)));
    }
    return decisions;
  }

  List<Decision> lookFor(Duration time) {
    for (long until = now + time.toNanos(); now < until; ) {
      List<Decision> decisions = look();
      if (!decisions.isEmpty()) {
        return decisions;
      }
    }
    return List.of();
  }

  Told split(Decision.Split split) {
    Told left = ranges.get(split.range().id().value());
    Told right = range(nextId++, split.key(), left.end);
    left.end = split.key();
    left.generation++;
    right.generation = left.generation;
    left.middle = null;
    left.shape = null;
    left.bytes /= 2;
    right.bytes = left.bytes;
    return right;
  }
}
