package dev.troupe.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.ReplicaId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Random schedules of everything at once against the safety properties, and a quiet phase at the
 * end in which the group must agree again. Seeds: {@code -Draft.seeds=from..to}.
 */
class RandomScheduleTest {
  @Test
  void shouldStaySafeAndRecoverUnderRandomSchedules() {
    String[] range = System.getProperty("raft.seeds", "1..300").split("\\.\\.");
    long progress = 0;
    for (long seed = Long.parseLong(range[0]); seed <= Long.parseLong(range[1]); seed++) {
      try {
        progress += new Schedule(seed).run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
    assertThat(progress).as("entries committed in all schedules").isPositive();
  }

  private static final class Schedule implements TestReplica.Listener {
    private static final long MS = 1_000_000;
    private static final int STEPS = 1500;

    private final Random random;
    private final TreeMap<Long, TestReplica> replicas = new TreeMap<>();
    private final List<Runnable> network = new ArrayList<>();
    private final List<Runnable> snapshots = new ArrayList<>();
    private final Map<Long, ReplicaId> leaders = new HashMap<>();
    private final Map<Long, LogEntry> chosen = new HashMap<>();
    private final Map<Long, Long> readFloors = new HashMap<>();
    private final Set<String> cut = new HashSet<>();
    private long time;
    private long acknowledged;
    private long nextRead = 1;
    private long nextReplica;
    private int value;
    private boolean lossy = true;

    Schedule(long seed) {
      random = new Random(seed);
      int size = 1 + random.nextInt(4);
      LogPosition start = random.nextBoolean() ? LogPosition.ZERO : new LogPosition(10, 1);
      Membership founders = Membership.EMPTY;
      for (long i = 1; i <= size; i++) {
        founders = founders.with(member(i, Member.Role.VOTER));
      }
      for (long i = 1; i <= size; i++) {
        add(i, start, founders);
      }
      nextReplica = size + 1;
    }

    private static Member member(long id, Member.Role role) {
      return new Member(new ReplicaId(id), new NodeId((int) id), role);
    }

    private void add(long id, LogPosition start, Membership membership) {
      var config =
          new RaftConfig(
              new ReplicaId(id),
              500 * MS,
              100 * MS,
              50 * MS,
              random.nextBoolean() ? 0 : 800 * MS,
              300,
              4,
              4096,
              random.nextBoolean() ? 0 : 2000);
      var replica = new TestReplica(config, new TestDisk(start, membership), b -> bounded(b), this);
      replica.clockOffset = random.nextInt(1000) * MS;
      replica.clockRate = 1.0 + (random.nextInt(7) - 3) / 100.0;
      replicas.put(id, replica);
      replica.start(time);
    }

    private long bounded(long bound) {
      return (long) (random.nextDouble() * bound);
    }

    long run() {
      for (int i = 0; i < STEPS; i++) {
        act();
        replicas.values().forEach(r -> r.perform(time));
        checkLeases();
      }
      settle();
      return chosen.size();
    }

    private void act() {
      TestReplica any = pick();
      int dice = random.nextInt(100);
      if (dice < 45) {
        deliverOne();
      } else if (dice < 60) {
        pass(random.nextInt(40) * MS);
      } else if (dice < 70) {
        propose(any);
      } else if (dice < 76) {
        read(any);
      } else if (dice < 84) {
        syncSome(any);
      } else if (dice < 88) {
        applySome(any);
      } else if (dice < 89) {
        crashOrRestart(any);
      } else if (dice < 91) {
        cutOrHeal(any);
      } else if (dice < 93) {
        changeMembership(any);
      } else if (dice < 95) {
        compact(any);
      } else if (dice < 96) {
        ifUp(any, () -> any.core().transferLeadership(pick().id, any.clock(time)));
      } else if (dice < 97) {
        any.autoSync = !any.autoSync;
        any.autoApply = random.nextBoolean();
      } else if (dice < 98) {
        pass(random.nextInt(2000) * MS);
      } else {
        ifUp(any, () -> any.core().campaign(any.clock(time)));
      }
    }

    private TestReplica pick() {
      var list = List.copyOf(replicas.values());
      return list.get(random.nextInt(list.size()));
    }

    private void ifUp(TestReplica replica, Runnable action) {
      if (replica.up()) {
        action.run();
      }
    }

    private void pass(long nanos) {
      long end = time + nanos;
      do {
        time = Math.min(end, time + 50 * MS);
        for (TestReplica replica : replicas.values()) {
          if (replica.up() && random.nextInt(10) > 0) {
            replica.core().tick(replica.clock(time));
            replica.perform(time);
          }
        }
      } while (time < end);
    }

    private void deliverOne() {
      if (!snapshots.isEmpty() && random.nextInt(20) == 0) {
        snapshots.removeFirst().run();
        return;
      }
      if (network.isEmpty()) {
        return;
      }
      int at = lossy && random.nextInt(4) == 0 ? random.nextInt(network.size()) : 0;
      Runnable message = network.remove(at);
      int fate = lossy ? random.nextInt(20) : 9;
      if (fate == 0) {
        return;
      }
      if (fate == 1) {
        network.add(message);
      }
      message.run();
    }

    private void propose(TestReplica at) {
      ifUp(at, () -> at.core().propose(("v" + value++).getBytes(), at.clock(time)));
    }

    private void read(TestReplica at) {
      if (at.up()) {
        readFloors.put(nextRead, acknowledged);
        at.core().readIndex(nextRead++, at.clock(time));
      }
    }

    private void syncSome(TestReplica at) {
      if (at.up() && !at.disk.pending.isEmpty()) {
        at.syncOne(time);
      }
    }

    private void applySome(TestReplica at) {
      if (at.up()) {
        at.applyAll(time);
        if (random.nextInt(3) == 0) {
          at.disk.flush();
        }
      }
    }

    private void crashOrRestart(TestReplica at) {
      if (at.up()) {
        at.crash();
      } else {
        at.start(time);
      }
    }

    private void cutOrHeal(TestReplica at) {
      if (random.nextBoolean()) {
        cut.clear();
      } else {
        TestReplica other = pick();
        cut.add(at.id + ">" + other.id);
        if (random.nextBoolean()) {
          cut.add(other.id + ">" + at.id);
        }
      }
    }

    private void compact(TestReplica at) {
      if (at.up()) {
        long applied = at.appliedAt().index();
        at.compact(applied - random.nextInt(3));
      }
    }

    private void changeMembership(TestReplica at) {
      if (!at.up() || at.core().role() != Role.LEADER) {
        return;
      }
      Membership now = at.membership();
      var members = now.members();
      Member some = members.get(random.nextInt(members.size()));
      Membership next;
      if (random.nextInt(3) == 0 && members.size() < 5) {
        var role = random.nextBoolean() ? Member.Role.LEARNER : Member.Role.VOTER;
        next = now.with(member(nextReplica, role));
        if (at.core().proposeMembership(next, at.clock(time)) instanceof ProposeResult.Accepted) {
          add(nextReplica, LogPosition.ZERO, Membership.EMPTY);
          nextReplica++;
        }
        return;
      }
      next =
          some.isVoter()
              ? now.without(some.replica())
              : now.with(member(some.replica().value(), Member.Role.VOTER));
      at.core().proposeMembership(next, at.clock(time));
    }

    private void checkLeases() {
      for (TestReplica replica : replicas.values()) {
        if (replica.up()
            && replica.clock(time) < replica.core().leaseUntil()
            && replica.core().leaseReadIndex() <= replica.appliedAt().index()) {
          TestDisk.check(
              replica.appliedAt().index() >= acknowledged,
              "lease read at " + replica.id + " misses acknowledged " + acknowledged);
        }
      }
    }

    private void settle() {
      lossy = false;
      cut.clear();
      for (TestReplica replica : replicas.values()) {
        replica.autoSync = true;
        replica.autoApply = true;
        if (!replica.up()) {
          replica.start(time);
        }
        replica.perform(time);
        replica.syncAll(time);
        replica.applyAll(time);
      }
      String goal = "final";
      for (int round = 0; round < 400; round++) {
        pass(50 * MS);
        drain();
        if (round % 40 == 39) {
          for (TestReplica replica : replicas.values()) {
            replica.core().propose(goal.getBytes(), replica.clock(time));
            replica.perform(time);
          }
        }
        if (round > 40 && agreed(goal)) {
          return;
        }
      }
      var sb = new StringBuilder();
      replicas.values().forEach(r -> sb.append('\n').append(r.id).append(r.core().status()));
      fail("group does not come back to agreement" + sb);
    }

    private void drain() {
      int budget = 20_000;
      while (!snapshots.isEmpty()) {
        snapshots.removeFirst().run();
        replicas.values().forEach(r -> r.perform(time));
      }
      while (!network.isEmpty() && budget-- > 0) {
        network.removeFirst().run();
        replicas.values().forEach(r -> r.perform(time));
      }
      TestDisk.check(budget > 0, "endless conversation");
    }

    private boolean agreed(String goal) {
      TestReplica leader =
          replicas.values().stream()
              .filter(r -> r.core().role() == Role.LEADER)
              .max((a, b) -> Long.compare(a.core().term(), b.core().term()))
              .orElse(null);
      if (leader == null || !leader.disk.applied.values().contains(goal)) {
        return false;
      }
      for (Member member : leader.membership().members()) {
        TestReplica replica = replicas.get(member.replica().value());
        if (!replica.disk.applied.values().equals(leader.disk.applied.values())) {
          return false;
        }
      }
      return true;
    }

    @Override
    public void onRole(TestReplica at, Ready.RoleChange change) {
      if (change.role() == Role.LEADER) {
        ReplicaId known = leaders.putIfAbsent(change.term(), at.id);
        TestDisk.check(
            known == null || known.equals(at.id),
            known + " and " + at.id + " both lead in term " + change.term());
      }
    }

    @Override
    public void onApply(TestReplica at, LogEntry entry) {
      LogEntry known = chosen.putIfAbsent(entry.index(), entry);
      TestDisk.check(
          known == null
              || (known.term() == entry.term()
                  && java.util.Arrays.equals(known.data(), entry.data())),
          at.id + " applies " + entry + ", elsewhere it was " + known);
      if (at.core().role() == Role.LEADER) {
        acknowledged = Math.max(acknowledged, entry.index());
      }
    }

    @Override
    public void onRead(TestReplica at, long id, long index) {
      long floor = readFloors.remove(id);
      TestDisk.check(
          index < 0 || at.appliedAt().index() >= floor,
          "read " + id + " at " + at.id + " misses acknowledged " + floor);
    }

    @Override
    public void onSend(RaftMessage message) {
      if (Boolean.getBoolean("raft.trace")) {
        System.out.println(time / MS + " " + message);
      }
      if (lossy && cut.contains(message.from() + ">" + message.to())) {
        return;
      }
      network.add(
          () -> {
            TestReplica to = replicas.get(message.to().value());
            if (to.up()) {
              to.core().step(message, to.clock(time));
            }
          });
    }

    @Override
    public void onSnapshot(TestReplica from, ReplicaId to) {
      TestDisk.State snapshot = from.disk.applied;
      from.disk.flush();
      long term = from.core().term();
      snapshots.add(
          () -> {
            TestReplica target = replicas.get(to.value());
            boolean arrives = !lossy || random.nextInt(3) > 0;
            boolean done = arrives && target.up() && target.offer(from.id, term, snapshot, time);
            if (from.up()) {
              from.core().snapshotSent(to, snapshot.at(), done, from.clock(time));
            }
          });
    }
  }
}
