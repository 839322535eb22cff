package dev.troupe.chaos.sim;

import dev.troupe.chaos.check.Violation;
import dev.troupe.protocol.codec.DescriptorCodec;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The end of a run: no more faults, and as much of the group is healed as every membership that may
 * be in force needs for a majority. Then reads and writes must succeed, and all healed members must
 * become level, each within a bounded virtual time.
 */
final class LivenessPhase {
  /** In election timeouts. Generous: snapshots may have to be sent more than once. */
  private static final int PATIENCE = 60;

  private final SimGroup group;
  private final EventQueue time;
  private final SimRandom random;
  private final SimHistory history;
  private final List<SimClient> clients;
  private final Set<SimNode> lost = new HashSet<>();
  private final long timeout;

  LivenessPhase(SimGroup group, SimHistory history, List<SimClient> clients) {
    this.group = group;
    this.time = group.world().time();
    this.random = group.world().random().split();
    this.history = history;
    this.clients = clients;
    this.timeout = group.options().raft().electionTimeoutNanos();
  }

  void run() {
    heal();
    group.nodes().forEach(this::tellWhoIsGone);
    long healed = time.now();
    List<SimNode> reachable = group.nodes().stream().filter(n -> !lost.contains(n)).toList();
    clients.forEach(c -> c.hurry(reachable));
    demand(() -> history.progressSince(healed), "a read and a write to succeed");
    clients.forEach(SimClient::stop);
    demand(this::level, "all healed members to become level");
    if (!lost.isEmpty()) {
      group.world().coverage().reached(Rare.RECOVERED_WITHOUT_MINORITY);
    }
    group.checks().finished(group);
  }

  private interface Condition {
    boolean holds();
  }

  private void demand(Condition condition, String what) {
    long end = time.now() + PATIENCE * timeout;
    while (!condition.holds()) {
      if (!time.runNext(end)) {
        throw new Violation(
            "Liveness", "waited " + PATIENCE + " election timeouts in vain for " + what);
      }
    }
  }

  private void heal() {
    chooseLost();
    group.world().trace().add(0, "healing", lost.size() + " nodes stay away", lost.size());
    group.network().healAll();
    group.network().calm();
    for (SimNode node : group.nodes()) {
      node.disarm();
      if (lost.contains(node)) {
        keepAway(node);
      } else if (!node.up()) {
        node.restart();
      }
    }
  }

  /** As an owner does that knows of it: what it said before may have been wrong, or is so now. */
  private void tellWhoIsGone(SimNode node) {
    SimReplica replica = node.replica();
    if (replica != null) {
      node.input(
          node.guarded(
              () -> {
                for (Member member : replica.membership().members()) {
                  boolean gone = lost.contains(nodeOf(member));
                  replica.core().absent(member.replica(), gone, node.clockNanos());
                }
              }));
    }
  }

  /** Half of the time some nodes stay away that no majority needs. */
  private void chooseLost() {
    if (random.chance(0.5)) {
      return;
    }
    List<Membership> memberships = memberships();
    List<SimNode> order = new ArrayList<>(group.nodes());
    random.shuffle(order);
    for (SimNode node : order) {
      lost.add(node);
      if (!memberships.stream().allMatch(this::keepsQuorum)) {
        lost.remove(node);
      }
    }
  }

  private boolean keepsQuorum(Membership membership) {
    long healthy = membership.voters().stream().filter(m -> !lost.contains(nodeOf(m))).count();
    return healthy >= membership.quorum();
  }

  private SimNode nodeOf(Member member) {
    return group.node(member.node().value());
  }

  /** Every membership that some disk still knows, in force or not. */
  private List<Membership> memberships() {
    var all = new ArrayList<Membership>();
    for (StoredReplica disk : group.disks()) {
      all.add(disk.flushed().membership());
      for (LogEntry entry : disk.from(disk.durableStart().index() + 1)) {
        if (entry.kind() == LogEntry.Kind.MEMBERSHIP) {
          all.add(DescriptorCodec.decodeMembership(entry.data()));
        }
      }
    }
    for (var replica : group.running()) {
      all.add(replica.membership());
    }
    return all.stream().filter(m -> !m.voters().isEmpty()).distinct().toList();
  }

  /** Down for good, cut off, or cut off in one direction only: it may not hold up the others. */
  private void keepAway(SimNode node) {
    int how = random.nextInt(4);
    if (how == 0 && node.up()) {
      node.crash();
    }
    boolean deaf = how != 3;
    boolean mute = how != 2;
    for (SimNode other : group.nodes()) {
      if (deaf) {
        group.network().block(other.number(), node.number());
      }
      if (mute) {
        group.network().block(node.number(), other.number());
      }
    }
  }

  private boolean level() {
    SimReplica leader = group.leader();
    if (leader == null || leader.applied().index() < leader.logLast().index()) {
      return false;
    }
    for (Member member : leader.membership().members()) {
      SimNode node = nodeOf(member);
      @Nullable SimReplica replica = node.replica();
      boolean level =
          replica != null
              && replica.replica().equals(member.replica())
              && replica.applied().index() == leader.applied().index();
      if (!level && !lost.contains(node)) {
        return false;
      }
    }
    return true;
  }
}
