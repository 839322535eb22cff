package dev.troupe.chaos.sim;

import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Does harm, one fault after another, drawn from those that the seed allows; each ends by itself.
 */
final class Nemesis {
  private final SimGroup group;
  private final SimOptions options;
  private final EventQueue time;
  private final SimRandom random;
  private final List<FaultKind> faults;
  private final MembershipAdmin admin;
  private final PartitionFaults partitions;
  private final long timeout;
  private boolean stopped;

  Nemesis(SimGroup group) {
    this.group = group;
    this.options = group.options();
    this.time = group.world().time();
    this.random = group.world().random().split();
    this.faults = List.copyOf(options.faults());
    this.admin = new MembershipAdmin(group);
    this.partitions = new PartitionFaults(group, random.split());
    this.timeout = options.raft().electionTimeoutNanos();
    if (!faults.isEmpty()) {
      scheduleNext();
    }
  }

  void stop() {
    stopped = true;
    partitions.stop();
    admin.stop();
  }

  private void scheduleNext() {
    time.after(
        random.nextLong(2 * options.faultEveryNanos()),
        () -> {
          if (!stopped) {
            FaultKind kind = random.pick(faults);
            group.world().trace().add(0, "fault", kind, kind.ordinal());
            strike(kind);
            scheduleNext();
          }
        });
  }

  private void strike(FaultKind kind) {
    SimNode any = random.pick(group.nodes());
    SimReplica leader = group.leader();
    SimNode leading = leader == null ? any : group.home(leader.replica());
    switch (kind) {
      case CRASH_NODE -> crash(any);
      case CRASH_LEADER -> crash(leading);
      case CRASH_ALL -> crashAll();
      case RESTART_FOLLOWERS -> restartFollowers(leading);
      case CRASH_AMID_WRITE -> crashAmidWrite(any);
      case CRASH_AMID_SNAPSHOT -> any.duringNextSnapshot(() -> crash(any));
      case PAUSE_NODE -> pause(any);
      case PAUSE_LEADER -> pause(leading);
      case PAUSE_DURING_READ ->
          leading.pauseDuringNextRead(random.between(timeout / 2, 4 * timeout));
      case ISOLATE_NODE -> partitions.isolate(any);
      case ISOLATE_LEADER -> partitions.isolate(leading);
      case SPLIT_NETWORK -> partitions.split();
      case MAJORITY_RING -> partitions.majorityRing();
      case BLOCK_ONE_WAY -> partitions.blockOneWay(any);
      case BLOCK_TO_LEADER -> partitions.deafen(leading);
      case FLAP_LINK -> partitions.flap(any);
      case NETWORK_STORM -> partitions.storm();
      case REPLAY_OLD_MESSAGES -> partitions.replayOld();
      case STALL_DISK -> any.disk().stall(time.now() + random.nextLong(3 * timeout));
      case DEPOSE_STALLED_LEADER -> {
        // Its entries are replaced while their writes are still on the way to the disk.
        leading.disk().stall(time.now() + random.between(3 * timeout, 8 * timeout));
        partitions.isolate(leading);
      }
      case CHANGE_CLOCK_RATE -> {
        long drift = options.raft().driftPpmMax();
        any.setDrift(random.chance(0.5) ? drift : random.between(-drift, drift));
      }
      case CAMPAIGN -> campaign(any);
      case TRANSFER_LEADERSHIP -> transfer(leader);
      case CHANGE_MEMBERSHIP -> {
        if (leader != null) {
          admin.change(leader);
        }
      }
      case REMOVE_LEADER -> {
        if (leader != null) {
          admin.removeLeader(leader);
        }
      }
      case COLLECT_REMOVED -> collectRemoved();
      case HINT_PEER_LOST -> hintPeerLost(random.chance(0.5) ? any : leading);
      case HOLD_APPLY -> any.holdApply(time.now() + random.nextLong(3 * timeout));
    }
  }

  private void crash(SimNode node) {
    if (node.up() && !stopped) {
      node.crash();
      time.after(
          random.nextLong(random.chance(0.4) ? timeout / 3 : 5 * timeout), () -> restart(node));
      if (group.nodes().stream().noneMatch(SimNode::up)) {
        group.world().coverage().reached(Rare.ALL_NODES_DOWN);
      }
    }
  }

  /** Who promised a leader its silence forgets so, comes back quickly, and is asked to campaign. */
  private void restartFollowers(SimNode leading) {
    for (SimNode node : group.nodes()) {
      if (node != leading && node.up() && !stopped) {
        node.crash();
        time.after(random.nextLong(timeout / 8), () -> restart(node));
        time.after(random.nextLong(timeout), () -> campaign(node));
      }
    }
    if (random.chance(0.8)) {
      partitions.isolate(leading);
    }
  }

  private void campaign(SimNode node) {
    onCore(node, r -> r.core().campaign(node.clockNanos()));
  }

  private void restart(SimNode node) {
    if (!stopped && !node.up()) {
      node.restart();
    }
  }

  private void crashAll() {
    group.nodes().forEach(this::crash);
  }

  /** A crash in the middle of a write shows more than one at rest. */
  private void crashAmidWrite(SimNode node) {
    node.disk().duringNextSync(() -> crash(node));
  }

  private void pause(SimNode node) {
    if (node.up() && !node.paused()) {
      long nanos = random.chance(0.5) ? random.nextLong(timeout) : random.nextLong(4 * timeout);
      if (nanos > timeout) {
        group.world().coverage().reached(Rare.PAUSED_BEYOND_ELECTION_TIMEOUT);
      }
      node.pause(nanos);
    }
  }

  private interface CoreInput {
    void to(SimReplica replica);
  }

  private void onCore(SimNode node, CoreInput input) {
    SimReplica replica = node.replica();
    if (replica != null) {
      node.input(node.guarded(() -> input.to(replica)));
    }
  }

  /** Half of the transfers are disturbed at once: that is where the lease argument breaks. */
  private void transfer(@Nullable SimReplica leader) {
    if (leader == null) {
      return;
    }
    List<ReplicaId> targets = new ArrayList<>();
    for (Member member : leader.membership().members()) {
      if (!member.replica().equals(leader.replica())) {
        targets.add(member.replica());
      }
    }
    if (targets.isEmpty()) {
      return;
    }
    ReplicaId target = random.pick(targets);
    SimNode node = group.home(leader.replica());
    onCore(
        node,
        r -> {
          group.transfers().started(r, target);
          r.core().transferLeadership(target, node.clockNanos());
        });
    if (random.chance(0.5)) {
      time.after(random.nextLong(20_000_000), () -> disturb(node, group.home(target)));
    }
  }

  private void disturb(SimNode from, SimNode to) {
    if (stopped) {
      return;
    }
    switch (random.nextInt(3)) {
      case 0 -> partitions.isolate(from);
      case 1 -> partitions.isolate(to);
      default -> pause(from);
    }
  }

  /** What a background job does in the product: removes replicas that are members no more. */
  private void collectRemoved() {
    for (SimNode node : group.nodes()) {
      SimReplica replica = node.replica();
      if (replica != null && group.memberships().removed(replica.replica())) {
        node.input(() -> node.destroy("collected"));
      }
    }
  }

  /** True or not, of those who are believed to be gone for longer and of those who are not. */
  private void hintPeerLost(SimNode node) {
    SimReplica replica = node.replica();
    if (replica != null && !replica.membership().members().isEmpty()) {
      ReplicaId peer = random.pick(replica.membership().members()).replica();
      boolean stays = random.chance(0.5);
      onCore(
          node,
          r -> {
            r.core().peerLost(peer, node.clockNanos());
            r.core().absent(peer, stays, node.clockNanos());
          });
    }
  }
}
