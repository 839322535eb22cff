package dev.troupe.range;

import dev.troupe.protocol.codec.DescriptorCodec;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.raft.RaftCore;
import dev.troupe.raft.Ready;
import dev.troupe.raft.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/**
 * A loaded replica. Every command ends with carrying out the core's {@link Ready}: messages first
 * (they claim nothing that is not durable), then the log write, which is answered by {@code
 * Persisted}, then what may be applied, which is answered by {@code EntriesApplied}.
 */
final class RunningReplica {
  private final ActorContext<RangeReplica.Command> context;
  private final ReplicaKey key;
  private final ReplicaServices services;
  private final RaftCore core;
  private final LocalReplica local;
  private final ClientRequests requests;
  private final Closings closings;
  private final MemberCare members;
  private final StoredLog stored;
  private final RightHandReplica splits;
  private final FirstElection firstElection;
  private final RangeMetrics metrics;
  private final GroupPeers peers;
  private final ApplyGate gate;
  private final FrozenSide right;
  private final EntryTraces traces;

  // Touched by the owner of its lane only, once running; replaced while the lane is drained.
  private @Nullable RangeStateMachine machine;
  private @Nullable RangeDescriptor descriptor;
  // The range as the last change of its borders, members or merges has left it.
  private MergeStep.@Nullable Shape shape;
  // As last handed to the log.
  private HardState hardState;
  private long appliedIndex;
  private boolean installing;
  private boolean announced;

  private RunningReplica(
      ActorContext<RangeReplica.Command> context,
      ReplicaKey key,
      ReplicaServices services,
      ReplicaBoot boot) {
    this.context = context;
    this.key = key;
    this.services = services;
    long now = services.clock().nanos();
    this.core =
        new RaftCore(services.settings().raft(key.replica()), boot.raft(), services.random(), now);
    this.local = new LocalReplica(key, context.getSelf());
    this.stored = new StoredLog(key, services, local, context.getLog());
    this.traces = new EntryTraces(services.directory().tracer(), key.range());
    this.requests = new ClientRequests(key, core, services, local, traces);
    this.closings = new Closings(Closings.reign(core, requests, services.clock()), local);
    this.members = MemberCare.of(local, core, services, now);
    this.splits = new RightHandReplica(key, services);
    this.metrics = services.directory().metrics();
    long patience = services.settings().electionTimeout().toNanos();
    this.firstElection = new FirstElection(context, core, now + patience);
    this.peers = new GroupPeers(key, core, services.outbox(), traces);
    this.gate = new ApplyGate(local, services, this::submit);
    this.right = new FrozenSide(key, local, requests, closings);
    this.hardState = boot.raft().hardState();
    this.appliedIndex = boot.applied().position().index();
    stored.appended(boot.raft().tail());
    if (boot.descriptor() != null) {
      adopt(boot.descriptor(), boot.applied(), boot.locks());
    }
  }

  static Behavior<RangeReplica.Command> create(
      ActorContext<RangeReplica.Command> context,
      ReplicaKey key,
      ReplicaServices services,
      ReplicaBoot boot) {
    RunningReplica replica = new RunningReplica(context, key, services, boot);
    services.directory().register(replica.local);
    if (services.directory().isDestroyed(key)) {
      services.directory().unregister(replica.local);
      return Behaviors.stopped();
    }
    if (services.directory().takeHeir(key)) {
      replica.firstElection.proceed(replica.now());
    }
    replica.perform();
    return Behaviors.receive(RangeReplica.Command.class)
        .onMessage(RangeReplica.Command.class, replica::onCommand)
        .onSignal(PostStop.class, replica::onStop)
        .build();
  }

  private void adopt(RangeDescriptor current, AppliedState applied, LockTable locks) {
    machine = new RangeStateMachine(services.state(), applied, current, locks, local::visible);
    local.locks(locks);
    requests.on(locks);
    descriptor = current;
    appliedIndex = applied.position().index();
    local.appliedIndex(appliedIndex);
    local.view().describe(current);
    local.visible(applied, current.span());
    closings.resume(applied.position().index(), applied.clock());
    shape = new MergeStep.Shape(current, applied);
    right.changed(shape, appliedIndex);
  }

  private Behavior<RangeReplica.Command> onCommand(RangeReplica.Command command) {
    if (right.isGone()) {
      return right.onCommand(command, this::discard, context.getLog());
    }
    switch (command) {
      case RangeReplica.Kv m -> onKv(m);
      case RangeReplica.FromPeer m -> onPeer(m);
      case RangeReplica.Tick m -> onTick();
      case RangeReplica.Persisted m -> core.persisted(m.sequence(), now());
      case RangeReplica.EntriesApplied m -> onApplied(m);
      case RangeReplica.LockMet m -> onLockMet(m);
      case RangeReplica.HolderGone m -> onHolderGone(m);
      case RangeReplica.HoldersFound m -> requests.inherit(m, descriptor);
      case RangeReplica.TimestampsDrawn m -> onDrawn(m);
      case RangeReplica.Campaign m -> firstElection.proceed(now());
      case RangeReplica.OfClosing m -> closings.on(m);
      case RangeReplica.FlushProposals m -> requests.proposePaced(leaderNode());
      case RangeReplica.NodeLost m -> onNodeLost(m.node());
      case RangeReplica.Administer m -> members.ask(m, shape, now());
      case RangeReplica.MergeAnswered m -> members.answered(m, shape, now());
      case RangeReplica.GivenUp m -> gate.givenUp(m, appliedIndex, machine);
      case RangeReplica.GiveUp m -> onGiveUp(m);
      case RangeReplica.MakeWay m -> {
        right.leave();
        m.gone().run();
        return Behaviors.stopped();
      }
      case RangeReplica.Describe m -> m.replyTo().accept(describe());
      case RangeReplica.StateFlushed m -> onStateFlushed(m.appliedIndex());
      case RangeReplica.TruncateLog m -> stored.truncate(m, !installing, core);
      case RangeReplica.EntriesLoaded m -> core.loaded(m.peer(), m.prevTerm(), m.entries(), now());
      case RangeReplica.EntriesMissing m -> core.loadFailed(m.peer(), now());
      case RangeReplica.SnapshotSent m ->
          core.snapshotSent(m.peer(), m.snapshot(), m.success(), now());
      case RangeReplica.SnapshotReceived m -> onSnapshotReceived(m);
      case RangeReplica.SnapshotInstalled m -> onSnapshotInstalled(m);
      case RangeReplica.SnapshotRejected m -> onSnapshotRejected(m);
      case RangeReplica.Destroy m -> {
        return onDestroy(m.nextReplicaId());
      }
      case RangeReplica.Stop m -> {
        return Behaviors.stopped();
      }
      case RangeReplica.Absorbed m -> throw new IllegalStateException(key + " has not given up");
      case RangeReplica.Loaded m -> throw new IllegalStateException(key + " was loaded twice");
      case RangeReplica.LoadFailed m ->
          throw new IllegalStateException(key + " failed to load twice", m.failure());
    }
    if (!right.isGone()) {
      perform();
    }
    return Behaviors.same();
  }

  private void onGiveUp(RangeReplica.GiveUp m) {
    if (!installing) {
      core.proven(m.frozenAt(), now());
      right.giveUp(m, appliedIndex);
    }
  }

  private long now() {
    return services.clock().nanos();
  }

  private void onKv(RangeReplica.Kv kv) {
    RangeDescriptor current = descriptor;
    if (!maySpeak() || current == null) {
      // Asleep, it would not notice that there is no leader any more whom the request could go to.
      core.wake(now());
      kv.replyTo().accept(new RangeReply.NotLeader(right.isFrozen() ? null : leaderNode()));
    } else if (requests.accept(kv, current)) {
      // Behind everything that is in the mailbox now: writes that came together share an entry.
      context.getSelf().tell(RangeReplica.FlushProposals.INSTANCE);
    }
  }

  /** Whether requests may be taken in. */
  private boolean maySpeak() {
    return !installing && !right.isFrozen() && core.role() == Role.LEADER;
  }

  private void onLockMet(RangeReplica.LockMet m) {
    RangeDescriptor current = descriptor;
    if (!maySpeak() || current == null) {
      m.kv().replyTo().accept(new RangeReply.NotLeader(right.isFrozen() ? null : leaderNode()));
    } else if (requests.met(m, current)) {
      context.getSelf().tell(RangeReplica.FlushProposals.INSTANCE);
    }
  }

  private void onHolderGone(RangeReplica.HolderGone m) {
    if (descriptor != null) {
      requests.gone(m.txn(), m.key(), descriptor);
    }
  }

  private void onDrawn(RangeReplica.TimestampsDrawn m) {
    requests.drawn(m.draw(), m.drawn(), leaderNode());
    if (requests.mayPropose()) {
      context.getSelf().tell(RangeReplica.FlushProposals.INSTANCE);
    }
  }

  private @Nullable NodeId leaderNode() {
    return peers.leaderNode();
  }

  // --- Raft ----------------------------------------------------------------------------------

  private void onPeer(RangeReplica.FromPeer m) {
    if (installing || !peers.accepts(m, descriptor)) {
      return;
    }
    traces.heard(m);
    core.step(m.message(), now());
  }

  private void onTick() {
    if (installing) {
      return;
    }
    long now = now();
    core.tick(now);
    // Whatever they wait for has not come.
    requests.propose(leaderNode());
    if (descriptor != null) {
      requests.tick(descriptor);
    }
    gate.advance(appliedIndex, machine);
    members.tick(shape, now);
  }

  private void onNodeLost(NodeId node) {
    core.membership().onNode(node).ifPresent(member -> core.peerLost(member.replica(), now()));
  }

  // --- carrying out what the core wants -------------------------------------------------------

  private void perform() {
    closings.advance();
    // The lease is shown before anything is carried out: a vote given away may have ended it.
    showLease();
    while (core.hasReady()) {
      perform(core.takeReady());
      showLease();
    }
    announce();
    // Who waits for a key wants to know before long whether its holder lives, and of deadlocks.
    boolean asleep = core.quiesced() && !requests.waitsForKeys();
    local.atRest(asleep && requests.isAtRest() && members.isAtRest(shape));
    services.directory().asleep(local, asleep);
  }

  private void perform(Ready ready) {
    ready.messages().forEach(peers::send);
    if (ready.hardState() != null) {
      hardState = ready.hardState();
    }
    if (ready.needsPersist()) {
      stored.write(ready, metrics, traces.logging(ready.entries()));
    }
    if (!ready.committed().isEmpty()) {
      apply(ready.committed());
    }
    ready.reads().stream().filter(r -> !closings.released(r)).forEach(requests::released);
    evaluateReads();
    ready.loads().forEach(stored::load);
    for (Ready.SendSnapshot snapshot : ready.snapshots()) {
      peers
          .nodeOf(snapshot.peer())
          .ifPresent(
              node -> services.outbox().sendSnapshot(key, snapshot.peer(), node, core.term()));
    }
    if (ready.roleChange() != null) {
      announced = false;
      local.leadership(core.role(), core.leader() != null, metrics);
      if (core.role() != Role.LEADER) {
        requests.steppedDown();
      } else if (descriptor != null && !right.isFrozen()) {
        requests.leads(descriptor);
      }
    }
  }

  private void apply(List<LogEntry> entries) {
    RangeStateMachine target = machine;
    if (target == null) {
      throw new IllegalStateException(key + " has entries to apply and no state");
    }
    traces.committed(entries);
    gate.committed(entries, appliedIndex, target);
    if (requests.mayPropose()) {
      context.getSelf().tell(RangeReplica.FlushProposals.INSTANCE);
    }
  }

  private void submit(List<LogEntry> entries, @Nullable LockTable inherited) {
    RangeStateMachine target = Objects.requireNonNull(machine, "nothing is applied without state");
    var proposed = new ArrayList<ProposalQueue.@Nullable Proposed>(entries.size());
    for (LogEntry entry : entries) {
      proposed.add(requests.take(entry.index(), entry.term()));
    }
    var task = new ApplyEntries(target, entries, proposed, local, leaderNode(), splits);
    services.applier().submit(key.range(), inherited == null ? task : task.inheriting(inherited));
  }

  private void onApplied(RangeReplica.EntriesApplied m) {
    appliedIndex = m.index();
    traces.applied(m.index());
    core.applied(m.index(), now());
    MergeStep.Shape changed = m.changed();
    if (changed != null) {
      onChanged(changed);
    }
    if (descriptor != null) {
      requests.applied(m.index(), descriptor);
    }
    closings.applied(m.index(), m.clock());
    evaluateReads();
    right.advance(appliedIndex);
    gate.advance(appliedIndex, machine);
    members.drive(shape, now());
  }

  private void onChanged(MergeStep.Shape changed) {
    RangeDescriptor before = descriptor;
    RangeDescriptor now = changed.descriptor();
    metrics.described(core.role(), before, now);
    shape = changed;
    descriptor = now;
    requests.changed(before, now);
    if (before != null && core.role() == Role.LEADER) {
      peers.dismiss(before, now);
    }
    announced = false;
    if (right.changed(changed, appliedIndex) && core.role() == Role.LEADER) {
      requests.leads(now);
    }
    long lowest = now.lowestReplicaOn(services.node());
    if (key.replica().value() < lowest) {
      context.getSelf().tell(new RangeReplica.Destroy(lowest));
    }
  }

  private void evaluateReads() {
    RangeDescriptor current = descriptor;
    if (current != null) {
      requests.evaluate(current, appliedIndex);
    }
  }

  private boolean serves() {
    return core.role() == Role.LEADER
        && !installing
        && !right.isFrozen()
        && appliedIndex >= core.leaseReadIndex()
        && !members.splitting(appliedIndex);
  }

  /** Publishes whether reads may be served under a lease, and until when. */
  private void showLease() {
    long until = core.leaseUntil();
    boolean serves = serves();
    local.leads(serves);
    if (serves && until != Long.MIN_VALUE) {
      local.view().serve(until);
    } else {
      local.view().stopServing();
    }
  }

  /** Tells the node who leads, when that has changed. */
  private void announce() {
    boolean serves = serves();
    if (!announced && (serves || core.role() != Role.LEADER)) {
      announced = true;
      services
          .outbox()
          .leadership(new Leadership(key.range(), serves, core.term(), leaderNode(), descriptor));
    }
  }

  // --- log truncation and snapshots -----------------------------------------------------------

  private void onStateFlushed(long flushedIndex) {
    if (!installing) {
      stored.shorten(Math.min(flushedIndex, appliedIndex), core.status().start().index());
    }
  }

  private void onSnapshotReceived(RangeReplica.SnapshotReceived m) {
    if (installing || !core.acceptsSnapshot(m.from(), m.term(), m.manifest().applied(), now())) {
      discard(m);
      return;
    }
    // The core may have taken over a newer term, which has to be handed out before the install.
    while (core.hasReady()) {
      perform(core.takeReady());
    }
    installing = true;
    local.view().stopServing();
    closings.interrupt();
    HardState current = hardState;
    var self = context.getSelf();
    Runnable install = () -> SnapshotInstall.run(m, current, services, self);
    services.applier().afterAll(key.range(), () -> services.disk().execute(install));
  }

  private void discard(RangeReplica.SnapshotReceived m) {
    services
        .disk()
        .execute(
            () -> {
              m.incoming().close();
              m.installed().accept(false);
            });
  }

  private void onSnapshotInstalled(RangeReplica.SnapshotInstalled m) {
    installing = false;
    metrics.snapshotInstalled();
    requests.abandon("the range moved on by a snapshot before the outcome was known");
    stored.reset();
    gate.reset();
    RangeDescriptor current =
        DescriptorCodec.decodeDescriptor(m.received().manifest().descriptorRecord());
    adopt(current, m.applied(), m.locks());
    core.snapshotInstalled(m.applied().position(), current.members(), now());
    m.received().installed().accept(true);
  }

  private void onSnapshotRejected(RangeReplica.SnapshotRejected m) {
    installing = false;
    closings.resume(appliedIndex, local.view().clock());
    if (m.failure() instanceof TroupeException early
        && early.code() == ErrorCode.PRECONDITION_FAILED) {
      context.getLog().info("{} does not take a snapshot now: {}", key, early.getMessage());
    } else {
      context.getLog().error("{} refused a snapshot", key, m.failure());
    }
    discard(m.received());
  }

  // --- life ----------------------------------------------------------------------------------

  private Behavior<RangeReplica.Command> onDestroy(long nextReplicaId) {
    if (key.replica().value() >= nextReplicaId) {
      return Behaviors.same();
    }
    context.getLog().info("{} was removed from its range", key);
    closings.interrupt();
    services.directory().forgetting(key.range(), nextReplicaId);
    ReplicaRemoval.begin(key, nextReplicaId, machine, services);
    return Behaviors.stopped();
  }

  private Behavior<RangeReplica.Command> onStop(PostStop signal) {
    local.view().stopServing();
    closings.interrupt();
    services.directory().unregister(local);
    members.abandon();
    requests.abandon("the replica " + key + " stopped before the outcome was known");
    return Behaviors.same();
  }

  private ReplicaDescription describe() {
    return ReplicaDescription.of(local, core.status(), descriptor, services.state());
  }
}
