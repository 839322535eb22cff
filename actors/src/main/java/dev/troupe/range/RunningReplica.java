package dev.troupe.range;

import dev.troupe.protocol.codec.DescriptorCodec;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.spi.RaftLogStore.LogWrite;
import dev.troupe.raft.RaftCore;
import dev.troupe.raft.RaftMessage;
import dev.troupe.raft.RaftStatus;
import dev.troupe.raft.Ready;
import dev.troupe.raft.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  private static final int STRANGERS_MAX = 16;

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

  // Where those live that speak to this replica and are not in the membership that it knows: a new
  // replica knows nobody at all.
  private final Map<ReplicaId, NodeId> strangers =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ReplicaId, NodeId> eldest) {
          return size() > STRANGERS_MAX;
        }
      };

  // Touched by the owner of its lane only, once running; replaced while the lane is drained.
  private @Nullable RangeStateMachine machine;
  private @Nullable RangeDescriptor descriptor;
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
    this.requests = new ClientRequests(key, core, services, local);
    this.closings = new Closings(Closings.reign(core, requests, services.clock()), local);
    this.members = new MemberCare(local, core, services, now);
    this.splits = new RightHandReplica(key, services);
    this.metrics = services.directory().metrics();
    long patience = services.settings().electionTimeout().toNanos();
    this.firstElection = new FirstElection(context, core, now + patience);
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
  }

  private Behavior<RangeReplica.Command> onCommand(RangeReplica.Command command) {
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
      case RangeReplica.Administer m -> members.ask(m, descriptor, now());
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
      case RangeReplica.Loaded m -> throw new IllegalStateException(key + " was loaded twice");
      case RangeReplica.LoadFailed m ->
          throw new IllegalStateException(key + " failed to load twice", m.failure());
    }
    perform();
    return Behaviors.same();
  }

  private long now() {
    return services.clock().nanos();
  }

  private void onKv(RangeReplica.Kv kv) {
    RangeDescriptor current = descriptor;
    if (installing || current == null || core.role() != Role.LEADER) {
      kv.replyTo().accept(new RangeReply.NotLeader(leaderNode()));
    } else if (requests.accept(kv, current)) {
      // Behind everything that is in the mailbox now: writes that came together share an entry.
      context.getSelf().tell(RangeReplica.FlushProposals.INSTANCE);
    }
  }

  private void onLockMet(RangeReplica.LockMet m) {
    RangeDescriptor current = descriptor;
    if (installing || current == null || core.role() != Role.LEADER) {
      m.kv().replyTo().accept(new RangeReply.NotLeader(leaderNode()));
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
    ReplicaId leader = core.leader();
    return leader == null ? null : core.membership().find(leader).map(Member::node).orElse(null);
  }

  // --- Raft ----------------------------------------------------------------------------------

  private void onPeer(RangeReplica.FromPeer m) {
    RaftMessage message = m.message();
    if (installing || !message.to().equals(key.replica())) {
      return;
    }
    var sender = core.membership().find(message.from());
    if (sender.isPresent() && !sender.get().node().equals(m.node())) {
      // An id that was handed out twice, once in a change that was rolled back.
      return;
    }
    RangeDescriptor current = descriptor;
    long lowest = current == null ? 0 : current.lowestReplicaOn(m.node());
    if (sender.isEmpty() && message.from().value() < lowest) {
      services.outbox().tooOld(m.node(), key.range(), message.from(), lowest);
      return;
    }
    if (sender.isEmpty()) {
      strangers.put(message.from(), m.node());
    }
    core.step(message, now());
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
    members.tick(descriptor, now);
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
    if (local.asleep(core.quiesced())) {
      services.directory().awakened();
    }
  }

  private void perform(Ready ready) {
    ready.messages().forEach(this::send);
    if (ready.hardState() != null) {
      hardState = ready.hardState();
    }
    if (ready.needsPersist()) {
      stored.appended(ready.entries());
      long sequence = ready.persistSequence();
      var self = context.getSelf();
      services
          .log()
          .write(
              new LogWrite.Append(key, ready.hardState(), ready.entries(), ready.replacesSuffix()),
              metrics.timed(
                  services.clock(), () -> self.tell(new RangeReplica.Persisted(sequence))));
    }
    if (!ready.committed().isEmpty()) {
      apply(ready.committed());
    }
    ready.reads().stream().filter(r -> !closings.released(r)).forEach(requests::released);
    evaluateReads();
    ready.loads().forEach(stored::load);
    for (Ready.SendSnapshot snapshot : ready.snapshots()) {
      core.membership()
          .find(snapshot.peer())
          .ifPresent(
              member ->
                  services
                      .outbox()
                      .sendSnapshot(key, member.replica(), member.node(), core.term()));
    }
    if (ready.roleChange() != null) {
      announced = false;
      local.leadership(core.role(), core.leader() != null, metrics);
      if (core.role() != Role.LEADER) {
        requests.steppedDown();
      } else if (descriptor != null) {
        requests.leads(descriptor);
      }
    }
  }

  private void send(RaftMessage message) {
    NodeId node =
        core.membership()
            .find(message.to())
            .map(Member::node)
            .orElseGet(() -> strangers.get(message.to()));
    if (node != null) {
      services.outbox().raft(node, key.range(), message);
    }
  }

  private void apply(List<LogEntry> entries) {
    RangeStateMachine target = machine;
    if (target == null) {
      throw new IllegalStateException(key + " has entries to apply and no state");
    }
    var proposed = new ArrayList<ProposalQueue.@Nullable Proposed>(entries.size());
    for (LogEntry entry : entries) {
      proposed.add(requests.take(entry.index()));
    }
    services
        .applier()
        .submit(
            key.range(), new ApplyEntries(target, entries, proposed, local, leaderNode(), splits));
    if (requests.mayPropose()) {
      context.getSelf().tell(RangeReplica.FlushProposals.INSTANCE);
    }
  }

  private void onApplied(RangeReplica.EntriesApplied m) {
    appliedIndex = m.index();
    core.applied(m.index(), now());
    RangeDescriptor changed = m.changed();
    if (changed != null) {
      metrics.described(core.role(), descriptor, changed);
      descriptor = changed;
      requests.changed(changed);
      announced = false;
      long lowest = changed.lowestReplicaOn(services.node());
      if (key.replica().value() < lowest) {
        context.getSelf().tell(new RangeReplica.Destroy(lowest));
      }
    }
    if (descriptor != null) {
      requests.applied(m.index(), descriptor);
    }
    closings.applied(m.index(), m.clock());
    evaluateReads();
    members.drive(descriptor, now());
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
    requests.abandon("the replica " + key + " stopped before the outcome was known");
    return Behaviors.same();
  }

  private ReplicaDescription describe() {
    RaftStatus status = core.status();
    String role =
        switch (status.role()) {
          case LEADER -> "leader";
          case FOLLOWER -> status.membership().isVoter(key.replica()) ? "follower" : "learner";
          case PRE_CANDIDATE, CANDIDATE -> "candidate";
        };
    return new ReplicaDescription(
        key.range(),
        key.replica(),
        descriptor,
        role,
        status.leader(),
        status.term(),
        status.last(),
        status.commit(),
        appliedIndex,
        status.last().index() - status.start().index(),
        descriptor == null ? 0 : services.state().approximateBytes(descriptor.span()),
        local.writes().sum(),
        local.reads().sum(),
        local.origins().sum());
  }
}
