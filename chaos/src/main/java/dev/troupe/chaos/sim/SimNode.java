package dev.troupe.chaos.sim;

import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.raft.RaftMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A machine: clock, disk, at most one replica of the group, and a process that can be stopped for a
 * while (inputs wait, and are then worked off in any order before the next tick) or killed.
 */
final class SimNode {
  private final int number;
  private final SimGroup group;
  private final EventQueue time;
  private final SimRandom random;
  private final SimClock clock;
  private final SimDisk disk;
  private @Nullable SimReplica replica;
  private boolean up = true;
  private boolean paused;
  private long incarnation;
  private long applyHeldUntil;
  private long pauseDuringNextRead;
  private @Nullable Runnable snapshotTrap;
  private final List<Runnable> inbox = new ArrayList<>();

  SimNode(int number, SimGroup group) {
    this.number = number;
    this.group = group;
    this.time = group.world().time();
    this.random = group.world().random().split();
    long drift = group.options().raft().driftPpmMax();
    this.clock = new SimClock(random.nextLong(1L << 50), random.between(-drift, drift));
    this.disk = new SimDisk(number, group.world(), group.options(), group.checks());
  }

  NodeId id() {
    return new NodeId(number);
  }

  int number() {
    return number;
  }

  boolean up() {
    return up;
  }

  boolean paused() {
    return paused;
  }

  SimDisk disk() {
    return disk;
  }

  SimRandom random() {
    return random;
  }

  @Nullable SimReplica replica() {
    return replica;
  }

  /** The node's own monotonic clock. */
  long clockNanos() {
    return clock.at(time.now());
  }

  void setDrift(long ppm) {
    clock.setDrift(time.now(), ppm);
  }

  long applyHeldUntil() {
    return applyHeldUntil;
  }

  void holdApply(long until) {
    applyHeldUntil = until;
  }

  /** Puts a founding member on this node. */
  void found(ReplicaId id, StateImage image, HardState hardState) {
    open(group.register(id, this, hardState, image), false);
  }

  void startTicking() {
    long born = incarnation;
    long tick = group.options().raft().heartbeatNanos() / 2;
    time.after(
        random.between(tick * 3 / 4, tick * 5 / 4),
        () -> {
          if (born == incarnation) {
            if (replica != null && !paused) {
              input(replica::tick);
            }
            startTicking();
          }
        });
  }

  /** Runs an input on this node's process: now, or when it goes on. */
  void input(Runnable action) {
    if (!up) {
      return;
    }
    if (paused) {
      inbox.add(action);
      return;
    }
    action.run();
    if (replica != null) {
      replica.settle();
    }
  }

  /** Runs an input later, unless the process or its replica is gone by then. */
  void after(long delayNanos, Runnable action) {
    Runnable guarded = guarded(action);
    time.after(delayNanos, guarded);
  }

  /** An input that is void once the process or its replica is gone. */
  Runnable guarded(Runnable action) {
    long born = incarnation;
    SimReplica mine = replica;
    return () -> {
      if (born == incarnation) {
        input(
            () -> {
              if (replica == mine) {
                action.run();
              }
            });
      }
    };
  }

  void receive(int from, Packet packet) {
    input(() -> accept(from, packet));
  }

  private void accept(int from, Packet packet) {
    group.world().trace().add(number, "receive", packet, packet.digest());
    long addressee = packet.to().value();
    long here = replica == null ? 0 : replica.replica().value();
    if (addressee < disk.tombstone() || addressee < here) {
      group.world().coverage().reached(Rare.MESSAGE_TO_REMOVED_REPLICA);
      return;
    }
    if (addressee > here) {
      if (!fromLeader(packet)) {
        return;
      }
      if (replica != null) {
        group.world().coverage().reached(Rare.ZOMBIE_REPLACED_BY_NEW_REPLICA);
        destroy("replaced by " + packet.to());
      }
      var nothing = StateImage.initial(LogPosition.ZERO, Membership.EMPTY);
      open(group.register(packet.to(), this, HardState.INITIAL, nothing), false);
    }
    if (replica != null) {
      replica.receive(from, packet);
    }
  }

  /** Only a leader knows of a replica that does not exist yet. */
  private static boolean fromLeader(Packet packet) {
    return switch (packet) {
      case Packet.Raft raft ->
          raft.message() instanceof RaftMessage.Append
              || raft.message() instanceof RaftMessage.Heartbeat;
      case Packet.SnapshotChunk chunk -> true;
      case Packet.SnapshotEnd end -> false;
    };
  }

  private void open(StoredReplica stored, boolean restarted) {
    disk.create(stored);
    SimReplica opened = new SimReplica(this, group, stored, restarted);
    replica = opened;
    group.replicasChanged();
    group.checks().booted(opened);
  }

  /** The replica was removed from its group: nothing of it stays but a tombstone. */
  void destroy(String why) {
    if (replica != null) {
      group.world().trace().add(number, "destroy", why, replica.replica().value());
      disk.destroy(replica.replica());
      replica = null;
      group.replicasChanged();
    }
  }

  void pause(long nanos) {
    paused = true;
    long born = incarnation;
    group.world().trace().add(number, "pause", nanos / 1_000_000 + " ms", nanos);
    time.after(
        nanos,
        () -> {
          if (born == incarnation) {
            resume();
          }
        });
  }

  private void resume() {
    paused = false;
    List<Runnable> waiting = new ArrayList<>(inbox);
    inbox.clear();
    random.shuffle(waiting);
    group.world().trace().add(number, "resume", waiting.size() + " inputs", waiting.size());
    waiting.forEach(this::input);
  }

  /** Stops this process in the middle of the next read under a lease. */
  void pauseDuringNextRead(long nanos) {
    pauseDuringNextRead = nanos;
  }

  /** A read under a lease is half done. */
  void amidRead() {
    if (pauseDuringNextRead > 0 && !paused) {
      pause(pauseDuringNextRead);
      pauseDuringNextRead = 0;
    }
  }

  /** Something to be done while the next snapshot is on its way in. */
  void duringNextSnapshot(Runnable action) {
    snapshotTrap = action;
  }

  /** A snapshot has begun to come in that will take about this long. */
  void amidSnapshot(long nanos) {
    if (snapshotTrap != null) {
      time.after(random.nextLong(nanos), snapshotTrap);
      snapshotTrap = null;
    }
  }

  /** Nothing more is to go wrong here. */
  void disarm() {
    pauseDuringNextRead = 0;
    snapshotTrap = null;
    disk.calm();
  }

  void crash() {
    group.world().trace().add(number, "crash", replica, disk.hasPending() ? 1 : 0);
    if (replica != null) {
      replica.crashed();
    }
    up = false;
    paused = false;
    incarnation++;
    inbox.clear();
    replica = null;
    group.replicasChanged();
    pauseDuringNextRead = 0;
    disk.crash();
  }

  void restart() {
    StoredReplica stored = disk.stored();
    group.world().trace().add(number, "restart", stored, 0);
    up = true;
    if (stored != null) {
      open(stored, true);
    }
    startTicking();
  }

  @Override
  public String toString() {
    String state = !up ? "down" : paused ? "paused" : "up";
    return "n%d %s, %s%n    running: %s%n    on disk: %s"
        .formatted(number, state, clock, replica, disk.stored());
  }
}
