package dev.troupe.chaos.sim;

import java.util.ArrayList;
import java.util.List;

/** Faults of the network that last for a while. Each new one replaces the last. */
final class PartitionFaults {
  private final SimGroup group;
  private final SimNetwork network;
  private final EventQueue time;
  private final SimRandom random;
  private final long timeout;
  private long latest;

  PartitionFaults(SimGroup group, SimRandom random) {
    this.group = group;
    this.network = group.network();
    this.time = group.world().time();
    this.random = random;
    this.timeout = group.options().raft().electionTimeoutNanos();
  }

  private void begin() {
    network.healAll();
    long mine = ++latest;
    time.after(
        random.between(timeout / 4, 6 * timeout),
        () -> {
          if (mine == latest) {
            group.world().trace().add(0, "heal", null, mine);
            network.healAll();
          }
        });
  }

  /** What is blocked from now on is somebody else's business. */
  void stop() {
    latest++;
  }

  void isolate(SimNode node) {
    begin();
    for (SimNode other : group.nodes()) {
      network.blockBoth(node.number(), other.number());
    }
  }

  void split() {
    begin();
    List<SimNode> left = new ArrayList<>();
    List<SimNode> right = new ArrayList<>();
    boolean bridge = random.chance(0.3);
    SimNode between = random.pick(group.nodes());
    for (SimNode node : group.nodes()) {
      (random.chance(0.5) ? left : right).add(node);
    }
    for (SimNode l : left) {
      for (SimNode r : right) {
        boolean bridged = bridge && (l == between || r == between);
        if (!bridged) {
          network.blockBoth(l.number(), r.number());
        }
      }
    }
  }

  /** Each node sees a majority, but no two the same one. */
  void majorityRing() {
    begin();
    int n = group.nodes().size();
    int reach = n / 4;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        int distance = Math.min(Math.floorMod(i - j, n), Math.floorMod(j - i, n));
        if (distance > Math.max(1, reach)) {
          network.block(i + 1, j + 1);
        }
      }
    }
  }

  void blockOneWay(SimNode node) {
    begin();
    boolean inbound = random.chance(0.5);
    for (SimNode other : group.nodes()) {
      if (inbound) {
        network.block(other.number(), node.number());
      } else {
        network.block(node.number(), other.number());
      }
    }
  }

  /** The node speaks but hears nothing. */
  void deafen(SimNode node) {
    begin();
    for (SimNode other : group.nodes()) {
      network.block(other.number(), node.number());
    }
  }

  void flap(SimNode node) {
    begin();
    long period = random.between(timeout / 10, 2 * timeout);
    for (SimNode other : group.nodes()) {
      network.flap(node.number(), other.number(), period);
      if (random.chance(0.5)) {
        network.flap(other.number(), node.number(), period);
      }
    }
  }

  void storm() {
    long until = time.now() + random.nextLong(3 * timeout);
    for (SimNode from : group.nodes()) {
      for (SimNode to : group.nodes()) {
        if (random.chance(0.6)) {
          network.storm(from.number(), to.number(), until);
        }
      }
    }
  }

  void replayOld() {
    for (SimNode from : group.nodes()) {
      for (SimNode to : group.nodes()) {
        for (int times = from == to ? 0 : random.nextInt(4); times > 0; times--) {
          network.replay(from.number(), to.number());
        }
      }
    }
  }
}
