package dev.troupe.chaos.nodes;

import dev.troupe.chaos.sim.SimRandom;
import dev.troupe.cluster.RangeBootstrap;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.range.LeaderView;
import dev.troupe.range.LocalReplica;
import dev.troupe.range.Subsumed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All machines, what connects them, and what tells them of each other. */
final class NodeCluster {
  private static final long MS = 1_000_000;
  private static final long FRESH_RANGES = 1_000;

  private final NodeWorld world;
  private final SimRandom random;
  private final PeerPaths paths;
  private final List<Machine> machines = new ArrayList<>();
  private final List<RangeDescriptor> firstRanges;
  private long freshRanges;

  /** Makes machines; the first one's disk holds the ranges of a new cluster. */
  NodeCluster(NodeWorld world, List<Key> splits) {
    this.world = world;
    random = world.random().split();
    for (int i = 1; i <= world.options().nodes(); i++) {
      machines.add(new Machine(world, i));
    }
    paths = new PeerPaths(world, machines.size());
    Machine first = machines.getFirst();
    firstRanges = RangeBootstrap.firstRanges(first.id(), splits);
    first.log().instantly(true);
    try {
      RangeBootstrap.write(first.log(), first.state(), firstRanges);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException("nothing was to be waited for", interrupted);
    }
    first.log().instantly(false);
  }

  NodeWorld world() {
    return world;
  }

  PeerPaths paths() {
    return paths;
  }

  List<Machine> machines() {
    return machines;
  }

  Machine machine(int number) {
    return machines.get(number - 1);
  }

  /** The ranges that the cluster began with, as they were then. */
  List<RangeDescriptor> firstRanges() {
    return firstRanges;
  }

  /** The ranges that there are now, in the order of their keys, as who has come furthest says. */
  List<RangeDescriptor> ranges() {
    var newest = new TreeMap<Long, RangeDescriptor>();
    for (Machine machine : machines) {
      for (ReplicaKey replica : machine.log().known()) {
        RangeDescriptor known = Agreement.descriptor(machine, replica.range());
        if (known != null) {
          newest.merge(
              replica.range().value(), known, (a, b) -> a.generation() >= b.generation() ? a : b);
        }
      }
    }
    return newest.values().stream()
        .filter(range -> newest.values().stream().noneMatch(o -> Subsumed.isPartOf(o, range)))
        .sorted(Comparator.comparing(range -> range.span().start()))
        .toList();
  }

  /** An id that no range has had. */
  RangeId freshRange() {
    return new RangeId(FRESH_RANGES + ++freshRanges);
  }

  /** The processes that run. */
  List<SimulatedNode> up() {
    var up = new ArrayList<SimulatedNode>();
    for (Machine machine : machines) {
      if (machine.node() != null) {
        up.add(machine.node());
      }
    }
    return up;
  }

  void boot(Machine machine) {
    if (machine.isUp()) {
      return;
    }
    var booted = new SimulatedNode(this, machine);
    machine.boot(booted);
    world.trace().add(machine.number(), "boot", null, 1);
    for (SimulatedNode other : up()) {
      if (other != booted) {
        // Who joins is told of the members before they are told that it has joined.
        introduce(booted, other, () -> introduce(other, booted, () -> {}));
      }
    }
  }

  /** Lets one learn soon that the other is up. */
  void introduce(SimulatedNode to, SimulatedNode node) {
    introduce(to, node, () -> {});
  }

  private void introduce(SimulatedNode to, SimulatedNode node, Runnable then) {
    world
        .time()
        .after(
            random.between(MS, 150 * MS),
            () -> {
              if (!node.isDead()) {
                to.nodeUp(node);
              }
              then.run();
            });
  }

  /** Lets all that are up learn of each other. */
  void introduceAll() {
    for (SimulatedNode one : up()) {
      for (SimulatedNode other : up()) {
        if (one != other) {
          introduce(one, other);
        }
      }
    }
  }

  void crash(Machine machine) {
    if (!machine.isUp()) {
      return;
    }
    world.coverage().reached(NodeRare.NODE_CRASHED);
    world.trace().add(machine.number(), "crash", null, 2);
    machine.crash();
    for (SimulatedNode other : up()) {
      world
          .time()
          .after(
              random.chance(0.5) ? random.nextLong(100 * MS) : random.nextLong(3_000 * MS),
              () -> {
                if (!machine.isUp()) {
                  other.nodeLost(machine.id());
                }
              });
    }
  }

  /** The replica that leads a range and serves, if any; of two the first. */
  @Nullable LocalReplica leader(RangeDescriptor range) {
    for (SimulatedNode node : up()) {
      LocalReplica replica = node.directory().find(range.id());
      if (replica != null && isServing(node, replica)) {
        return replica;
      }
    }
    return null;
  }

  /** Where a range may be read under its lease, or is led asleep; null when it is not led. */
  @Nullable SimulatedNode leadingNode(RangeDescriptor range) {
    SimulatedNode asleep = null;
    for (SimulatedNode node : up()) {
      LocalReplica replica = node.directory().find(range.id());
      if (replica != null && isServing(node, replica)) {
        return node;
      }
      if (replica != null && replica.leads() && replica.asleep()) {
        asleep = node;
      }
    }
    return asleep;
  }

  /** Whether a replica may answer reads under its lease. */
  static boolean isServing(SimulatedNode node, LocalReplica replica) {
    return replica.view().begin(node.nanos()) != LeaderView.REFUSED;
  }

  /** A range as whoever has come furthest describes it. */
  RangeDescriptor newest(RangeDescriptor range) {
    RangeDescriptor newest = range;
    for (Machine machine : machines()) {
      RangeDescriptor known = Agreement.descriptor(machine, range.id());
      if (known != null && known.generation() > newest.generation()) {
        newest = known;
      }
    }
    return newest;
  }
}
