package dev.troupe.chaos.nodes;

import dev.troupe.chaos.sim.SimRandom;
import java.util.ArrayList;
import java.util.List;

/** Faults of the network that last for a while. Each new one replaces the last. */
final class NodePartitions {
  private final NodeCluster cluster;
  private final NodeWorld world;
  private final PeerPaths paths;
  private final SimRandom random;
  private final long timeout;
  private long latest;

  NodePartitions(NodeCluster cluster, SimRandom random) {
    this.cluster = cluster;
    world = cluster.world();
    paths = cluster.paths();
    this.random = random;
    timeout = world.options().replicas().electionTimeout().toNanos();
  }

  private void begin() {
    paths.healAll();
    long mine = ++latest;
    world
        .time()
        .after(
            random.between(timeout / 4, 6 * timeout),
            () -> {
              if (mine == latest) {
                world.trace().add(0, "heal", null, mine);
                heal();
              }
            });
  }

  /** What is blocked from now on is somebody else's business. */
  void stop() {
    latest++;
  }

  /** Mends all paths; whoever had lost sight of another sees it again soon. */
  private void heal() {
    paths.healAll();
    cluster.introduceAll();
  }

  void isolate(Machine machine) {
    begin();
    cut(List.of(machine));
  }

  void split() {
    begin();
    var side = new ArrayList<Machine>();
    for (Machine machine : cluster.machines()) {
      if (random.chance(0.5)) {
        side.add(machine);
      }
    }
    cut(side);
  }

  /** Cuts some machines off from the others; the failure detector may notice. */
  private void cut(List<Machine> side) {
    boolean keeping = random.chance(0.4);
    boolean noticed = random.chance(0.4);
    long after = random.between(timeout / 2, 4 * timeout);
    long mine = latest;
    for (Machine in : side) {
      for (Machine out : cluster.machines()) {
        if (!side.contains(out)) {
          paths.block(in.number(), out.number(), keeping);
          paths.block(out.number(), in.number(), keeping);
          if (noticed) {
            world.time().after(after, () -> loseSight(in, out, mine));
          }
        }
      }
    }
  }

  private void loseSight(Machine one, Machine other, long partition) {
    if (partition == latest) {
      if (one.node() != null) {
        one.node().nodeLost(other.id());
      }
      if (other.node() != null) {
        other.node().nodeLost(one.id());
      }
    }
  }

  void blockOneWay(Machine machine) {
    begin();
    boolean inbound = random.chance(0.5);
    boolean keeping = random.chance(0.4);
    for (Machine other : cluster.machines()) {
      if (inbound) {
        paths.block(other.number(), machine.number(), keeping);
      } else {
        paths.block(machine.number(), other.number(), keeping);
      }
    }
  }

  void breakConnections(Machine machine) {
    for (Machine other : cluster.machines()) {
      paths.reset(other.number(), machine.number());
      paths.reset(machine.number(), other.number());
    }
  }

  void storm() {
    long until = world.now() + random.nextLong(3 * timeout);
    for (Machine from : cluster.machines()) {
      for (Machine to : cluster.machines()) {
        if (random.chance(0.6)) {
          paths.storm(from.number(), to.number(), until);
        }
      }
    }
  }
}
