package dev.troupe.chaos.sim;

import dev.troupe.chaos.check.Check;
import dev.troupe.chaos.check.ReplicaView;
import dev.troupe.chaos.check.Violation;
import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.raft.RaftBootState;
import dev.troupe.raft.RaftCore;
import dev.troupe.raft.RaftMessage;
import dev.troupe.raft.Ready;
import dev.troupe.raft.Role;
import java.util.List;

/**
 * The shell around one core, as the product's range replica is: carries out what {@link Ready}
 * demands, in its order, on the simulated disk and network.
 */
final class SimReplica implements ReplicaView {
  private static final int ROUNDS_MAX = 200;

  private final SimNode node;
  private final SimGroup group;
  private final Coverage coverage;
  private final Check checks;
  private final StoredReplica stored;
  private final RaftCore core;
  private final ReplicaLog log;
  private final AppliedState state;
  private final ReplicaReads reads;
  private final SnapshotStreams snapshots;
  private HardState handedOut;
  private Role lastRole = Role.FOLLOWER;
  private long lastTerm;
  private boolean pumpScheduled;
  private boolean quietened;

  SimReplica(SimNode node, SimGroup group, StoredReplica stored, boolean restarted) {
    this.node = node;
    this.group = group;
    this.coverage = group.world().coverage();
    this.checks = group.checks();
    this.stored = stored;
    this.handedOut = stored.durableHardState();
    this.lastTerm = handedOut.term();
    StateImage image = stored.flushed();
    List<LogEntry> tail = stored.from(image.applied().index() + 1);
    if (restarted && handedOut.commit() > image.applied().index()) {
      coverage.reached(Rare.ENTRIES_APPLIED_AGAIN_AFTER_RESTART);
    }
    var boot =
        new RaftBootState(
            handedOut, stored.durableStart(), image.applied(), image.membership(), tail, restarted);
    this.core =
        new RaftCore(
            group.options().raft().config(stored.replica()),
            boot,
            node.random().split(),
            node.clockNanos());
    this.log =
        new ReplicaLog(
            stored.durableStart(), stored.from(stored.durableStart().index() + 1), image);
    this.state = new AppliedState(this, node, group, image);
    this.reads = new ReplicaReads(this, node, group);
    this.snapshots = new SnapshotStreams(this, node, group);
  }

  // ---- inputs; the node calls settle() after each ----

  void tick() {
    if (!snapshots.installing()) {
      core.tick(node.clockNanos());
    }
  }

  void receive(int from, Packet packet) {
    if (snapshots.installing() && !(packet instanceof Packet.SnapshotEnd)) {
      return;
    }
    switch (packet) {
      case Packet.Raft raft -> core.step(raft.message(), node.clockNanos());
      case Packet.SnapshotChunk chunk -> snapshots.receive(from, chunk);
      case Packet.SnapshotEnd end -> snapshots.ended(end);
    }
  }

  void request(ClientCall call) {
    if (snapshots.installing()) {
      call.reply().accept(new ClientCall.Reply.NotDone(null));
    } else if (call.command() == null) {
      reads.ask(call);
    } else {
      state.propose(call);
    }
  }

  /** Carries out what has become ready, now or (when inputs are batched) a little later. */
  void settle() {
    if (core.hasReady() && node.random().chance(group.options().disk().batching())) {
      if (!pumpScheduled) {
        pumpScheduled = true;
        node.after(node.random().nextLong(2_000_000), this::pump);
      }
      return;
    }
    pump();
  }

  /** Carries out everything that is ready. */
  void pump() {
    pumpScheduled = false;
    for (int round = 0; core.hasReady(); round++) {
      if (round == ROUNDS_MAX) {
        throw new Violation("Termination", replica() + " never stops having something ready");
      }
      perform(core.takeReady());
    }
    checks.observed(this);
  }

  private void perform(Ready ready) {
    persist(ready);
    checks.observed(this);
    for (RaftMessage message : ready.messages()) {
      send(message);
    }
    state.enqueue(ready.committed());
    ready.reads().forEach(reads::released);
    ready.loads().forEach(this::load);
    ready.snapshots().forEach(snapshots::start);
    if (ready.roleChange() != null) {
      roleChanged(ready.roleChange());
    }
  }

  private void persist(Ready ready) {
    if (ready.hardState() != null) {
      handedOut = ready.hardState();
    }
    if (!ready.entries().isEmpty()) {
      boolean inFlight = node.disk().hasPending();
      List<LogEntry> dropped = log.append(ready.entries(), ready.replacesSuffix(), this, checks);
      noteDropped(dropped, inFlight);
    }
    if (ready.needsPersist()) {
      long sequence = ready.persistSequence();
      node.disk()
          .append(
              ready.hardState(),
              ready.entries(),
              ready.replacesSuffix(),
              node.guarded(() -> core.persisted(sequence, node.clockNanos())));
    }
  }

  private void noteDropped(List<LogEntry> dropped, boolean inFlight) {
    if (dropped.isEmpty()) {
      return;
    }
    coverage.reached(Rare.TAIL_TRUNCATED);
    if (inFlight) {
      coverage.reached(Rare.REPLACED_WHILE_WRITE_IN_FLIGHT);
    }
    if (dropped.stream().anyMatch(e -> e.kind() == LogEntry.Kind.MEMBERSHIP)) {
      coverage.reached(Rare.MEMBERSHIP_ROLLED_BACK);
    }
  }

  private void send(RaftMessage message) {
    checks.sent(this, message);
    boolean quiesce = message instanceof RaftMessage.Heartbeat beat && beat.quiesce();
    if (quiesce) {
      coverage.reached(Rare.QUIESCED);
      if (core.membership().members().stream().anyMatch(m -> core.isAbsent(m.replica()))) {
        coverage.reached(Rare.QUIESCED_WITHOUT_ABSENT);
      }
    } else if (quietened) {
      coverage.reached(Rare.WOKEN);
    }
    quietened = quiesce;
    group.send(node, new Packet.Raft(message));
  }

  private void load(Ready.LoadEntries wanted) {
    node.disk()
        .read(
            node.guarded(
                () -> {
                  List<LogEntry> found = read(wanted);
                  if (found.isEmpty()) {
                    coverage.reached(Rare.LOAD_TOO_LATE);
                    core.loadFailed(wanted.peer(), node.clockNanos());
                  } else {
                    coverage.reached(Rare.ENTRIES_LOADED_FROM_DISK);
                    long prevTerm = stored.durableTermAt(wanted.from() - 1);
                    core.loaded(wanted.peer(), prevTerm, found, node.clockNanos());
                  }
                }));
  }

  private List<LogEntry> read(Ready.LoadEntries wanted) {
    if (wanted.from() <= stored.durableStart().index()
        || wanted.from() > stored.durableLast().index()) {
      return List.of();
    }
    List<LogEntry> all = stored.from(wanted.from());
    long bytes = 0;
    int count = 0;
    for (LogEntry entry : all) {
      bytes += entry.sizeBytes();
      boolean fits = count == 0 || bytes <= wanted.maxBytes();
      if (!fits || entry.index() >= wanted.to()) {
        break;
      }
      count++;
    }
    return all.subList(0, count);
  }

  private void roleChanged(Ready.RoleChange change) {
    group
        .world()
        .trace()
        .add(node.number(), "role", change, change.term() * 8 + change.role().ordinal());
    if (lastRole == Role.CANDIDATE && change.role() != Role.LEADER) {
      coverage.reached(Rare.ELECTION_WITHOUT_WINNER);
    }
    if (lastRole == Role.LEADER && change.role() != Role.LEADER) {
      if (change.term() == lastTerm && core.membership().isVoter(replica())) {
        coverage.reached(Rare.LEADER_LOST_ITS_QUORUM);
      } else if (log.last().index() > core.commitIndex()) {
        coverage.reached(Rare.LEADER_DEPOSED_WITH_UNCOMMITTED_TAIL);
      }
    }
    group.roleChanged(this, change);
    lastRole = change.role();
    lastTerm = change.term();
  }

  // ---- for the parts of this replica ----

  RaftCore core() {
    return core;
  }

  AppliedState state() {
    return state;
  }

  ReplicaReads reads() {
    return reads;
  }

  ReplicaLog log() {
    return log;
  }

  /** The hard state last handed to the disk. */
  HardState handedOut() {
    return handedOut;
  }

  void setHardState(HardState hardState) {
    handedOut = hardState;
  }

  void crashed() {
    snapshots.crashed();
  }

  // ---- what the checks see ----

  @Override
  public ReplicaId replica() {
    return stored.replica();
  }

  @Override
  public Role role() {
    return core.role();
  }

  @Override
  public long term() {
    return core.term();
  }

  @Override
  public long commitIndex() {
    return core.commitIndex();
  }

  @Override
  public Membership membership() {
    return core.membership();
  }

  @Override
  public long leaseRemainingNanos() {
    long until = core.leaseUntil();
    return until == Long.MIN_VALUE ? 0 : until - node.clockNanos();
  }

  @Override
  public LogPosition logStart() {
    return log.start();
  }

  @Override
  public LogPosition logLast() {
    return log.last();
  }

  @Override
  public long logTermAt(long index) {
    return log.termAt(index);
  }

  @Override
  public Membership logMembership() {
    return log.membership();
  }

  @Override
  public LogPosition applied() {
    return state.machine().applied();
  }

  @Override
  public long checksum() {
    return state.machine().checksum();
  }

  @Override
  public HardState durableHardState() {
    return stored.durableHardState();
  }

  @Override
  public LogPosition durableStart() {
    return stored.durableStart();
  }

  @Override
  public LogPosition durableLast() {
    return stored.durableLast();
  }

  @Override
  public long durableTermAt(long index) {
    return stored.durableTermAt(index);
  }

  @Override
  public boolean destroyed() {
    return stored.destroyed();
  }

  @Override
  public String toString() {
    return "%s %s applied %s log %s..%s"
        .formatted(replica(), core.status(), applied(), log.start(), log.last());
  }
}
