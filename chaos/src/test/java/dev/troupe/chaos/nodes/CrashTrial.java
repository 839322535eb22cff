package dev.troupe.chaos.nodes;

import dev.troupe.chaos.check.Violation;
import dev.troupe.chaos.sim.EventQueue;
import dev.troupe.chaos.sim.SimRandom;
import dev.troupe.chaos.sim.Trace;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnResponse;
import dev.troupe.range.AdminRequest;
import dev.troupe.range.LocalReplica;
import dev.troupe.range.RangeReplica;
import dev.troupe.range.ReplicaSettings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One transaction over several ranges of a calm cluster of five nodes, in which nodes die just
 * before chosen events; and what is demanded afterwards. Until the first death all trials with the
 * same ranges are the same.
 */
final class CrashTrial {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000 * MS;
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
  private final NodeWorld world;
  private final NodeCluster cluster;
  private final Agreement agreement;
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
    this.ranges = ranges;
    this.kills = kills;
    var time = new EventQueue();
    world =
        new NodeWorld(
            options(),
            time,
            new SimRandom(ranges),
            new Trace(time, printer),
            new NodeCoverage(),
            new Alarm());
    var splits = new ArrayList<Key>();
    for (int i = 0; i < ranges; i++) {
      keys.add(key((char) ('a' + i) + "1"));
      if (i > 0) {
        splits.add(key(Character.toString((char) ('a' + i))));
      }
    }
    cluster = new NodeCluster(world, splits);
    agreement = new Agreement(cluster);
  }

  private static Key key(String name) {
    return Keyspace.kv("default", name.getBytes(StandardCharsets.UTF_8));
  }

  private static NodeOptions options() {
    return new NodeOptions(
        NODES,
        true,
        0,
        0,
        EnumSet.noneOf(NodeFault.class),
        ReplicaSettings.DEFAULTS,
        2_000,
        0,
        new NodeOptions.Network(0, 0, 200_000, 600_000, 4 << 20),
        new NodeOptions.Disk(1_000_000, 0, 0, 0, 0),
        new NodeOptions.Load(0, 4, 0, MS, 20),
        new NodeOptions.Txns(0, 0));
  }

  /** Runs it; throws when something is violated. */
  Ended run() {
    cluster.machines().forEach(cluster::boot);
    until("the ranges to have their replicas", 60 * SECOND, this::isPlaced);
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

  private boolean isPlaced() {
    for (RangeDescriptor range : cluster.firstRanges()) {
      if (current(range).members().voters().size() < 3
          || current(range).members().members().size() != 3
          || cluster.leader(range) == null) {
        return false;
      }
    }
    return true;
  }

  private RangeDescriptor current(RangeDescriptor range) {
    RangeDescriptor newest = range;
    for (Machine machine : cluster.machines()) {
      RangeDescriptor known = Agreement.descriptor(machine, range.id());
      if (known != null && known.generation() > newest.generation()) {
        newest = known;
      }
    }
    return newest;
  }

  /** Gives each range a leader of its own, and the transaction a coordinator that leads nothing. */
  private void spread() {
    var leaders = new ArrayList<NodeId>();
    for (RangeDescriptor range : cluster.firstRanges()) {
      NodeId wanted = null;
      for (Member voter : current(range).members().voters()) {
        if (wanted == null && !leaders.contains(voter.node())) {
          wanted = voter.node();
        }
      }
      leaders.add(wanted == null ? current(range).members().voters().getFirst().node() : wanted);
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
    for (Member voter : current(range).members().voters()) {
      Machine machine = cluster.machine(voter.node().value());
      if (machine != machine(range) && (found == null || !roles.containsValue(machine))) {
        found = machine;
      }
    }
    return java.util.Objects.requireNonNull(found);
  }

  private void lead(RangeDescriptor range, NodeId node) {
    SimulatedNode leading = machine(range).node();
    LocalReplica leader = cluster.leader(range);
    leading.administer(
        leader,
        new RangeReplica.Administer(
            new AdminRequest.TransferLeadership(range.id(), node),
            leading.nanos() + 5 * SECOND,
            outcome -> {}));
    until("a transfer", 5 * SECOND, () -> machineOrNull(range) == cluster.machine(node.value()));
  }

  private @Nullable Machine machineOrNull(RangeDescriptor range) {
    SimulatedNode node = cluster.leadingNode(range);
    return node == null ? null : node.machine();
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

  private void pass(long nanos) {
    long end = world.now() + nanos;
    while (world.now() < end) {
      step();
    }
  }

  private void until(String what, long limit, BooleanSupplier reached) {
    long end = world.now() + limit;
    while (!reached.getAsBoolean()) {
      if (world.now() > end) {
        var text = new StringBuilder("waited in vain for " + what);
        cluster.machines().forEach(machine -> text.append('\n').append(machine));
        throw new Violation("Liveness", text.toString());
      }
      step();
    }
  }

  private void step() {
    if (!world.time().runNext(Long.MAX_VALUE / 2)) {
      throw new IllegalStateException("nothing will ever happen any more");
    }
    world.alarm().check();
  }

  /** Which node has which role. */
  @Override
  public String toString() {
    return kills + " of " + roles;
  }
}
