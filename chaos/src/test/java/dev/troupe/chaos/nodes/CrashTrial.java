package dev.troupe.chaos.nodes;

import dev.troupe.chaos.check.Violation;
import dev.troupe.chaos.sim.SimRandom;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnResponse;
import dev.troupe.range.LocalReplica;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One transaction over several ranges of a calm cluster of five nodes, in which nodes die just
 * before chosen events; and what is demanded afterwards. Until the first death all trials with the
 * same ranges are the same.
 */
final class CrashTrial extends CalmTrial {
  private static final int NODES = 5;

  /** What the transaction writes; the successors' attempts count on from it. */
  private static final long OURS = 1;

  /** Whose node dies. */
  enum Role {
    COORDINATOR,
    ANCHOR_LEADER,
    ANCHOR_FOLLOWER,
    OTHER_LEADER,
    OTHER_FOLLOWER,
    ORACLE
  }

  /**
   * A death.
   *
   * @param event how many events of the transaction come before it
   * @param downNanos how long the node stays away
   */
  record Kill(Role role, int event, long downNanos) {}

  /** What the client heard. */
  enum Answer {
    COMMITTED,
    FAILED,
    UNKNOWN
  }

  /**
   * How a trial ended.
   *
   * @param events from the beginning of the transaction until nothing was left of it
   * @param took virtual time from the last death, or the last return when a quorum was lost, until
   *     a transaction on the same keys was committed and no leader had a lock any more
   */
  record Ended(Answer answer, boolean committed, int events, long took) {}

  private final int ranges;
  private final List<Kill> kills;
  private final List<Key> keys = new ArrayList<>();
  private final Map<Role, Machine> roles = new HashMap<>();
  private final TxnId id = new TxnId(7, 7);
  private final Map<Long, Long> readBy = new HashMap<>();
  private Answer answer = Answer.UNKNOWN;
  private boolean answered;
  private boolean succeeded;
  private boolean attempting;
  private long attempts = OURS;

  CrashTrial(int ranges, List<Kill> kills) {
    this(ranges, kills, null);
  }

  CrashTrial(int ranges, List<Kill> kills, @Nullable Consumer<String> printer) {
    super(calm(NODES, 600_000), new SimRandom(ranges), splits(ranges), printer);
    this.ranges = ranges;
    this.kills = kills;
    for (int i = 0; i < ranges; i++) {
      keys.add(key((char) ('a' + i) + "1"));
    }
  }

  private static List<Key> splits(int ranges) {
    var splits = new ArrayList<Key>();
    for (int i = 1; i < ranges; i++) {
      splits.add(key(Character.toString((char) ('a' + i))));
    }
    return splits;
  }

  /** Runs it; throws when something is violated. */
  Ended run() {
    form();
    spread();
    Machine coordinator = roles.get(Role.COORDINATOR);
    // Everything that is looked up once is known from now on.
    writeFirst(coordinator);
    pass(200 * MS);
    begin(coordinator.node());
    int events = 0;
    int next = 0;
    while (next < kills.size() || (kills.isEmpty() && !isOver(coordinator))) {
      if (next < kills.size() && kills.get(next).event() <= events) {
        kill(kills.get(next));
        next++;
      } else {
        step();
        events++;
      }
    }
    long took = kills.isEmpty() ? 0 : succeed();
    settle();
    return new Ended(answer, judge(), events, took);
  }

  // --- before ----------------------------------------------------------------------------------

  /** Gives each range a leader of its own, and the transaction a coordinator that leads nothing. */
  private void spread() {
    var leaders = new ArrayList<NodeId>();
    for (RangeDescriptor range : cluster.firstRanges()) {
      NodeId wanted = null;
      for (Member voter : cluster.newest(range).members().voters()) {
        if (wanted == null && !leaders.contains(voter.node())) {
          wanted = voter.node();
        }
      }
      leaders.add(
          wanted == null ? cluster.newest(range).members().voters().getFirst().node() : wanted);
    }
    for (int i = 0; i < leaders.size(); i++) {
      lead(cluster.firstRanges().get(i), leaders.get(i));
    }
    pass(2 * SECOND);
    RangeDescriptor system = cluster.firstRanges().getFirst();
    RangeDescriptor anchor = cluster.firstRanges().get(1);
    RangeDescriptor other = cluster.firstRanges().get(2);
    roles.put(Role.ORACLE, machine(system));
    roles.put(Role.ANCHOR_LEADER, machine(anchor));
    roles.put(Role.OTHER_LEADER, machine(other));
    for (Machine machine : cluster.machines()) {
      if (!leaders.contains(machine.id())) {
        roles.putIfAbsent(Role.COORDINATOR, machine);
      }
    }
    roles.putIfAbsent(Role.COORDINATOR, machine(anchor));
    roles.put(Role.ANCHOR_FOLLOWER, follower(anchor));
    roles.put(Role.OTHER_FOLLOWER, follower(other));
  }

  private Machine machine(RangeDescriptor range) {
    SimulatedNode node = cluster.leadingNode(range);
    if (node == null) {
      throw new Violation("Trial", range + " has no leader in a calm cluster");
    }
    return node.machine();
  }

  private Machine follower(RangeDescriptor range) {
    Machine found = null;
    for (Member voter : cluster.newest(range).members().voters()) {
      Machine machine = cluster.machine(voter.node().value());
      if (machine != machine(range) && (found == null || !roles.containsValue(machine))) {
        found = machine;
      }
    }
    return java.util.Objects.requireNonNull(found);
  }

  private void writeFirst(Machine coordinator) {
    succeeded = false;
    attempts = OURS - 1;
    readBy.clear();
    attempt(coordinator.node(), 0);
    until("the first values", 5 * SECOND, () -> succeeded);
    until("the locks of the first values to go", 5 * SECOND, () -> !isLocked());
    until("the first to end", 5 * SECOND, () -> isIdle(coordinator));
    succeeded = false;
    attempts = OURS;
  }

  // --- the transaction and its successors ------------------------------------------------------

  private void begin(SimulatedNode node) {
    node.run(
        () -> {
          var session = node.transactions().begin(id, node.nanos() + 10 * SECOND);
          ReadAndWrite.all(
              session,
              keys,
              OURS,
              seen -> {},
              how -> {
                answer = how;
                answered = true;
              });
        });
  }

  private void attempt(SimulatedNode node, long value) {
    attempting = true;
    node.run(
        () -> {
          var session =
              node.transactions().begin(new TxnId(9, attempts + 2), node.nanos() + 10 * SECOND);
          ReadAndWrite.all(
              session,
              keys,
              value,
              seen -> readBy.put(value, seen),
              how -> {
                attempting = false;
                succeeded |= how == Answer.COMMITTED;
              });
        });
  }

  // --- death and after -------------------------------------------------------------------------

  private void kill(Kill kill) {
    Machine machine = roles.get(kill.role());
    cluster.crash(machine);
    world.time().after(kill.downNanos(), () -> cluster.boot(machine));
  }

  /** Lets a survivor try until it has committed; answers how long that took. */
  private long succeed() {
    if (kills.size() > 1) {
      // Two of three may be gone: until they are back nobody can be served.
      until("the dead to return", 60 * SECOND, () -> cluster.up().size() == NODES);
    }
    long died = world.now();
    SimulatedNode survivor = cluster.up().getLast();
    until(
        "a successor",
        20 * SECOND,
        () -> {
          if (!succeeded && !attempting) {
            attempts++;
            attempt(survivor, attempts);
          }
          return succeeded && !leadersAreLocked();
        });
    return world.now() - died;
  }

  private void settle() {
    cluster.machines().forEach(cluster::boot);
    cluster.introduceAll();
    until("all locks to go", 30 * SECOND, () -> cluster.up().size() == NODES && !isLocked());
    Machine coordinator = roles.get(Role.COORDINATOR);
    boolean died = kills.stream().anyMatch(kill -> roles.get(kill.role()) == coordinator);
    until("the client's answer", 30 * SECOND, () -> died || answered);
    pass(SECOND);
    agreement.check();
  }

  /** What the keys hold in the end, the answer and the record must tell the same. */
  private boolean judge() {
    long value = readEnd();
    while (value > OURS) {
      value = java.util.Objects.requireNonNull(readBy.get(value), "an attempt that read nothing");
    }
    boolean committed = value == OURS;
    var outcome = outcome();
    boolean recorded = outcome == Transactions.Outcome.COMMITTED;
    if (committed != recorded
        || outcome == Transactions.Outcome.PENDING
        || (answer == Answer.COMMITTED && !committed)
        || (answer == Answer.FAILED && committed)) {
      throw new Violation(
          "Atomicity",
          "%s, the client heard %s, the record says %s"
              .formatted(committed ? "written" : "not written", answer, outcome));
    }
    return committed;
  }

  private long readEnd() {
    long[] read = new long[ranges];
    int[] left = {ranges};
    SimulatedNode node = cluster.up().getFirst();
    for (int i = 0; i < ranges; i++) {
      int place = i;
      node.ask(
          new KvRequest.Get(keys.get(i)),
          5 * SECOND,
          response -> {
            if (response instanceof KvResponse.Value found) {
              read[place] = ReadAndWrite.number(found.value());
              left[0]--;
            }
          });
    }
    until("the last reads", 5 * SECOND, () -> left[0] == 0);
    ReadAndWrite.requireSame(read);
    return read[0];
  }

  private Transactions.Outcome outcome() {
    var known = new ArrayList<Transactions.Outcome>();
    SimulatedNode node = cluster.up().getFirst();
    node.run(
        () ->
            node.transactions()
                .outcome(
                    id,
                    keys.getFirst(),
                    node.nanos() + 5 * SECOND,
                    new Transactions.OutcomeReply() {
                      @Override
                      public void known(Transactions.Known outcome) {
                        known.add(outcome.outcome());
                      }

                      @Override
                      public void failed(TxnResponse.Failed failure) {
                        throw new Violation("Outcome", failure.toString());
                      }
                    }));
    until("the outcome", 5 * SECOND, () -> !known.isEmpty());
    return known.getFirst();
  }

  // --- looking ---------------------------------------------------------------------------------

  private boolean isOver(Machine coordinator) {
    return answered && !isLocked() && isIdle(coordinator);
  }

  private static boolean isIdle(Machine machine) {
    return machine.node() == null || machine.node().openTransactions() == 0;
  }

  private boolean isLocked() {
    for (SimulatedNode node : cluster.up()) {
      for (LocalReplica replica : node.directory().all()) {
        if (!replica.locks().isEmpty()) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean leadersAreLocked() {
    for (RangeDescriptor range : cluster.firstRanges().subList(1, 1 + ranges)) {
      LocalReplica leader = cluster.leader(range);
      if (leader == null || !leader.locks().isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** Which node has which role. */
  @Override
  public String toString() {
    return kills + " of " + roles;
  }
}
