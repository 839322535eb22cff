package dev.troupe.chaos.nodes;

import dev.troupe.chaos.check.Violation;
import dev.troupe.chaos.history.check.CheckResult;
import dev.troupe.chaos.history.check.ListAppendChecker;
import dev.troupe.chaos.sim.SimRandom;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.range.AdminRequest;
import dev.troupe.range.LocalReplica;
import dev.troupe.range.RangeReplica;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One split, merge or move in a calm cluster whose clients run transactions over both sides, with a
 * node that dies just before a chosen event; and what is demanded afterwards. Until the death all
 * trials of a change are the same.
 */
final class ShapeTrial extends CalmTrial {
  private static final int CLIENTS = 3;
  private static final Key BORDER = key("b");

  /** What is changed. */
  enum Change {
    SPLIT,
    MERGE,
    MOVE
  }

  /** Whose node dies. */
  enum Role {
    /** Leads the range that is changed; the left-hand one of two. */
    LEADER,
    /** Leads the right-hand range of a merge; otherwise a follower. */
    OTHER_LEADER,
    /** Has a replica that leads nothing. */
    FOLLOWER,
    /** Gets the replica that is moved; otherwise it leads the system range. */
    TARGET
  }

  /**
   * A death.
   *
   * @param event how many events come between the order and it
   * @param downNanos how long the node stays away
   */
  record Kill(Role role, int event, long downNanos) {}

  /**
   * How a trial ended.
   *
   * @param events from the order until the change was made and nothing was left to be done for it
   * @param done whether the change was made
   * @param took from the death until somebody committed over all keys
   */
  record Ended(int events, boolean done, long took) {}

  private final Change change;
  private final @Nullable Kill kill;
  private final TxnHistory history = new TxnHistory();
  private final Ownership ownership = new Ownership(cluster);
  private final List<TxnClient> clients = new ArrayList<>();
  private long events;
  private boolean answered;
  private @Nullable Machine target;

  ShapeTrial(Change change, @Nullable Kill kill) {
    super(
        busy(change == Change.MOVE ? 4 : 3),
        new SimRandom(change.ordinal() + 1),
        change == Change.MERGE ? List.of(BORDER) : List.of(),
        null);
    this.change = change;
    this.kill = kill;
  }

  private static NodeOptions busy(int nodes) {
    NodeOptions calm = calm(nodes, 600_000);
    return new NodeOptions(
        nodes,
        calm.splits(),
        calm.faultNanos(),
        calm.faultEveryNanos(),
        calm.faults(),
        calm.replicas(),
        calm.stepNanos(),
        calm.driftPpmMax(),
        calm.network(),
        calm.disk(),
        new NodeOptions.Load(0, 4, 0, 2 * MS, 20),
        new NodeOptions.Txns(CLIENTS, 1_000_000));
  }

  private void watch() {
    step();
    events++;
    if (events % 16 == 0) {
      ownership.checkServing();
    }
  }

  /** Runs it; throws when something is violated. */
  Ended run() {
    form();
    place();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(new TxnClient(cluster, history));
    }
    until("the first transactions", 10 * SECOND, () -> history.committed() > 20);
    order();
    int after = 0;
    long took = 0;
    Kill death = kill;
    if (death == null) {
      while (!(answered && isSettled())) {
        watch();
        after++;
      }
    } else {
      Machine victim = machine(death.role());
      for (; after < death.event(); after++) {
        watch();
      }
      cluster.crash(victim);
      world.time().after(death.downNanos(), () -> cluster.boot(victim));
      took = served();
    }
    settle();
    return new Ended(after, isDone(), took);
  }

  // --- before ----------------------------------------------------------------------------------

  private RangeDescriptor range(Key key) {
    return cluster.ranges().stream()
        .filter(range -> range.span().contains(key))
        .findFirst()
        .orElseThrow();
  }

  private RangeDescriptor left() {
    return range(key("a"));
  }

  private RangeDescriptor right() {
    return range(key("c"));
  }

  private void place() {
    List<Member> members = left().members().members();
    lead(left(), members.get(0).node());
    if (change == Change.MERGE) {
      lead(right(), members.get(1).node());
    }
    lead(cluster.ranges().getFirst(), members.get(2).node());
    for (Machine machine : cluster.machines()) {
      if (left().members().onNode(machine.id()).isEmpty()) {
        target = machine;
      }
    }
    pass(2 * SECOND);
  }

  private Machine machine(Role role) {
    List<Member> members = left().members().members();
    Machine moved = target;
    return switch (role) {
      case LEADER -> cluster.machine(members.get(0).node().value());
      case OTHER_LEADER -> cluster.machine(members.get(1).node().value());
      case FOLLOWER -> cluster.machine(members.get(2).node().value());
      case TARGET -> moved != null ? moved : cluster.machine(members.get(2).node().value());
    };
  }

  // --- the change ------------------------------------------------------------------------------

  private void order() {
    RangeDescriptor range = left();
    switch (change) {
      case SPLIT ->
          ask(range, new AdminRequest.SplitRange(range.id(), BORDER, cluster.freshRange()), null);
      case MERGE ->
          ask(
              range,
              new AdminRequest.MergeRange(
                  range.id(), BORDER, right().id(), Timestamp.MAX, Timestamp.MAX),
              null);
      case MOVE -> {
        NodeId from = range.members().members().get(1).node();
        NodeId to = java.util.Objects.requireNonNull(target).id();
        ask(
            range,
            new AdminRequest.AddReplica(range.id(), to),
            new AdminRequest.RemoveReplica(range.id(), from));
      }
    }
  }

  private void ask(RangeDescriptor range, AdminRequest request, @Nullable AdminRequest then) {
    SimulatedNode node = cluster.leadingNode(range);
    LocalReplica leader = node == null ? null : node.directory().find(range.id());
    if (node == null || leader == null) {
      throw new Violation("Trial", range + " has no leader in a calm cluster");
    }
    node.administer(
        leader,
        new RangeReplica.Administer(
            request,
            node.nanos() + 10 * SECOND,
            outcome -> {
              if (outcome instanceof RangeReplica.AdminOutcome.Reached && then != null) {
                ask(range, then, null);
              } else {
                answered = true;
              }
            }));
  }

  private boolean isDone() {
    return switch (change) {
      case SPLIT -> left().span().end().equals(BORDER);
      case MERGE -> left().id().equals(right().id());
      case MOVE ->
          left().members().onNode(java.util.Objects.requireNonNull(target).id()).isPresent();
    };
  }

  /** Whether every disk tells the same, and has nothing more than that. */
  private boolean isSettled() {
    if (cluster.up().size() < cluster.machines().size() || Wholeness.missing(cluster) != null) {
      return false;
    }
    int replicas = 0;
    for (RangeDescriptor range : cluster.ranges()) {
      replicas += range.members().members().size();
    }
    int stored = 0;
    for (Machine machine : cluster.machines()) {
      stored += machine.log().known().size();
    }
    return stored == replicas;
  }

  // --- afterwards ------------------------------------------------------------------------------

  /** How long it takes until a survivor commits over all keys. */
  private long served() {
    long died = world.now();
    TxnClient survivor = new TxnClient(cluster, history);
    survivor.stop();
    SimulatedNode node = cluster.up().getLast();
    until(
        "a survivor to be served",
        20 * SECOND,
        () -> {
          if (survivor.isBusy()) {
            return false;
          }
          if (survivor.commits() > 0) {
            return true;
          }
          survivor.touchAll(node, 5 * SECOND);
          return false;
        });
    return world.now() - died;
  }

  private void settle() {
    clients.forEach(TxnClient::stop);
    cluster.machines().forEach(cluster::boot);
    cluster.introduceAll();
    until("all to be level", 60 * SECOND, this::isSettled);
    new TxnRecovery(cluster, history, clients, this::watch).run();
    agreement.check();
    ownership.check();
    CheckResult result = new ListAppendChecker().check(history.history());
    if (result.verdict() != CheckResult.Verdict.VALID) {
      throw new Violation("StrictSerializability", result.toString());
    }
  }
}
