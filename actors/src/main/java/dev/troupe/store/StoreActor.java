package dev.troupe.store;

import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.spi.RaftLogStore;
import dev.troupe.protocol.spi.SnapshotStore;
import dev.troupe.raft.RaftMessage;
import dev.troupe.range.LocalReplica;
import dev.troupe.range.RangeBirth;
import dev.troupe.range.RangeReplica;
import dev.troupe.range.ReplicaServices;
import dev.troupe.range.Subsumed;
import dev.troupe.transport.PeerNetwork;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * A node's store: starts the replicas that its disk holds, gives them the time, makes room for
 * replicas that a leader announces, spawns the actors that stream snapshots, and lets logs be
 * truncated once the state behind them is flushed. Nothing is lost when it restarts with the node:
 * the inventory is on disk.
 */
public final class StoreActor {
  private static final Duration TICK = Duration.ofMillis(50);

  /** While all replicas sleep. */
  private static final Duration SLOW_TICK = Duration.ofSeconds(1);

  private static final Duration MAINTENANCE = Duration.ofSeconds(5);

  /** After so long a start is repeated. */
  private static final Duration START_AGAIN = Duration.ofSeconds(1);

  /** Snapshots in either direction at one time; others wait for Raft to ask again. */
  private static final int SNAPSHOTS_MAX = 4;

  /** Everything that a store can be told. */
  public sealed interface Command {}

  /** A Raft message for a replica that does not run here. */
  public record Unknown(NodeId from, RangeId range, RaftMessage message) implements Command {}

  /** A peer says that a replica of this node was removed. */
  public record TooOld(RangeId range, ReplicaId replica, long nextReplicaId) implements Command {}

  /** A snapshot message of a peer. */
  public record FromSnapshotPeer(NodeId from, PeerMessage message) implements Command {}

  /** A leader here wants to send its state to a member. */
  public record SendSnapshot(ReplicaKey from, ReplicaId to, NodeId node, long term)
      implements Command {}

  /** A split has brought a replica into being. */
  public record Born(ReplicaKey replica) implements Command {}

  /** A leader has described the range of a replica that it wants here. */
  public record Found(ReplicaId wanted, RangeDescriptor descriptor) implements Command {}

  private record Inventory(List<RaftLogStore.StoredReplica> replicas) implements Command {}

  private record Removed(Set<ReplicaKey> replicas) implements Command {}

  private record Flushed(Map<RangeId, Long> applied) implements Command {}

  /** A replica that a leader speaks to is stored here. */
  private record Kept(ReplicaKey replica) implements Command {}

  private record Broken(String what, Throwable failure) implements Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  private enum Awakened implements Command {
    INSTANCE
  }

  private enum StartAgain implements Command {
    INSTANCE
  }

  private enum Maintain implements Command {
    INSTANCE
  }

  private record Arrival(ReplicaKey replica, int since) {}

  private final ActorContext<Command> context;
  private final ReplicaServices services;
  private final SnapshotStore snapshots;
  private final PeerNetwork peers;
  private final ReplicaStarter starter;
  private final DispatcherSelector diskDispatcher;
  private final TimerScheduler<Command> timers;
  private final SnapshotSender.Pacing pacing;
  private final Map<Long, ActorRef<SnapshotSender.Command>> sending = new HashMap<>();
  private final Map<Long, ActorRef<SnapshotReceiver.Command>> receiving = new HashMap<>();
  private final Newcomers newcomers;
  private final StartQueue notStarted = new StartQueue();

  // What was created and is not seen yet: two replicas of one range must never run together.
  private final Map<RangeId, Arrival> arriving = new HashMap<>();
  private boolean inventoryKnown;
  private int maintenances;
  private long nextTransfer;
  private boolean flushing;
  private final TickReach reach = new TickReach();
  private boolean slow;

  private StoreActor(
      ActorContext<Command> context,
      ReplicaServices services,
      SnapshotStore snapshots,
      PeerNetwork peers,
      ReplicaStarter starter,
      DispatcherSelector diskDispatcher,
      TimerScheduler<Command> timers) {
    this.context = context;
    this.services = services;
    this.pacing =
        new SnapshotSender.Pacing(
            new SnapshotPace(
                services.settings().snapshotBytesPerSecond(), services.clock().nanos()),
            services.clock());
    this.snapshots = snapshots;
    this.peers = peers;
    this.starter = starter;
    this.diskDispatcher = diskDispatcher;
    this.timers = timers;
    this.newcomers = new Newcomers(services, peers, starter);
    this.nextTransfer = services.random().nextLong(Long.MAX_VALUE);
  }

  /**
   * The only way to make one.
   *
   * @param diskDispatcher whose threads may block: snapshots are streamed there
   */
  public static Behavior<Command> create(
      ReplicaServices services,
      SnapshotStore snapshots,
      PeerNetwork peers,
      ReplicaStarter starter,
      DispatcherSelector diskDispatcher) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  context.setLoggerName(StoreActor.class);
                  var store =
                      new StoreActor(
                          context, services, snapshots, peers, starter, diskDispatcher, timers);
                  store.start();
                  return Behaviors.receive(Command.class)
                      .onMessage(Command.class, store::onCommand)
                      .onSignal(Terminated.class, store::onTerminated)
                      .build();
                }));
  }

  private void start() {
    var self = context.getSelf();
    services.directory().onAwakened(() -> self.tell(Awakened.INSTANCE));
    timers.startTimerWithFixedDelay(Tick.INSTANCE, TICK);
    timers.startTimerWithFixedDelay(Maintain.INSTANCE, MAINTENANCE);
    onDisk("read the inventory", this::inventory);
  }

  /** Those that may run; those that are part of others since a merge are forgotten. Blocking. */
  private Inventory inventory() {
    List<RaftLogStore.StoredReplica> stored = services.log().replicas();
    List<ReplicaKey> subsumed =
        Subsumed.among(
            stored.stream().map(RaftLogStore.StoredReplica::replica).toList(), services.state());
    subsumed.forEach(replica -> Subsumed.remove(replica, services));
    return new Inventory(
        stored.stream()
            .filter(one -> !subsumed.contains(one.replica()))
            .filter(one -> !RangeBirth.isAwaited(one, services.state()))
            .toList());
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Inventory m -> onInventory(m);
      case Tick m -> tick();
      case Awakened m -> {
        startMore();
        tickFast();
      }
      case Unknown m -> onUnknown(m);
      case TooOld m -> onTooOld(m);
      case Born m -> {
        notStarted.addBegun(m.replica());
        starter.start(m.replica());
      }
      case Removed m -> notStarted.removeAll(m.replicas());
      case StartAgain m -> startAgain();
      case Kept m -> onKept(m.replica());
      case Found m -> onFound(m);
      case SendSnapshot m -> onSendSnapshot(m);
      case FromSnapshotPeer m -> onSnapshotMessage(m.from(), m.message());
      case Maintain m -> {
        maintenances++;
        arriving.values().removeIf(arrival -> maintenances - arrival.since() > 2);
        forgetSettled();
        startAgain();
        truncateLogs();
      }
      case Flushed m -> onFlushed(m);
      case Broken m -> {
        flushing = false;
        context.getLog().error("the store could not {}", m.what(), m.failure());
      }
    }
    return Behaviors.same();
  }

  private void tick() {
    reach.next(slow, services.placement());
    // Some twenty times a second: nothing may be done for each of those that sleep.
    Collection<LocalReplica> candidates =
        reach.isAwakeOnly() ? services.directory().awake() : services.directory().all();
    for (LocalReplica replica : candidates) {
      if (reach.reaches(replica.asleep(), replica.atRest())) {
        replica.actor().tell(RangeReplica.Tick.INSTANCE);
      }
    }
    if (services.directory().awake().isEmpty() && !slow) {
      slow = true;
      timers.startTimerWithFixedDelay(Tick.INSTANCE, SLOW_TICK);
    }
  }

  /** A replica that woke up says so: it would not be seen in time by slow ticks. */
  private void tickFast() {
    if (slow) {
      slow = false;
      timers.startTimerWithFixedDelay(Tick.INSTANCE, TICK);
      tick();
    }
  }

  private void onInventory(Inventory m) {
    inventoryKnown = true;
    m.replicas().forEach(stored -> notStarted.add(stored.replica()));
    startAgain();
  }

  /** A replica is seen: it may have been one of those that others wait for. */
  private void startMore() {
    if (!notStarted.isEmpty()) {
      start(notStarted.next(this::isSettled));
    }
  }

  /** Sharding may drop a start while it has no coordinator: it is repeated until it is seen. */
  private void startAgain() {
    if (!notStarted.isEmpty()) {
      start(notStarted.again(this::isSettled));
      timers.startSingleTimer(StartAgain.INSTANCE, START_AGAIN);
    }
  }

  private void start(List<ReplicaKey> wanted) {
    if (!wanted.isEmpty()) {
      onDisk("start its replicas", () -> startAll(wanted));
    }
  }

  /** All but those that were removed since. Blocking. */
  private Removed startAll(List<ReplicaKey> wanted) {
    Set<ReplicaKey> known = services.log().known();
    Set<ReplicaKey> removed = new HashSet<>(wanted);
    removed.removeAll(known);
    wanted.stream().filter(known::contains).forEach(starter::start);
    return new Removed(removed);
  }

  private void forgetSettled() {
    arriving.values().removeIf(arrival -> isSettled(arrival.replica()));
  }

  /** What runs needs no start, and what has run and was destroyed must not get another. */
  private boolean isSettled(ReplicaKey replica) {
    return services.directory().find(replica.range()) != null
        || services.directory().isDestroyed(replica);
  }

  // --- replicas that come and go ---------------------------------------------------------------

  private void onUnknown(Unknown m) {
    boolean fromLeader =
        m.message() instanceof RaftMessage.Append || m.message() instanceof RaftMessage.Heartbeat;
    LocalReplica other = services.directory().find(m.range());
    ReplicaId wanted = m.message().to();
    if (other != null && other.key().replica().compareTo(wanted) < 0 && fromLeader) {
      // A node gets a new replica only after its old one was removed by a committed change.
      other.actor().tell(new RangeReplica.Destroy(wanted.value()));
      return;
    }
    ReplicaKey key = new ReplicaKey(m.range(), wanted);
    // Candidates may need the votes of replicas that nobody else can bring: the ones beside them
    // were removed, or got a later snapshot, before they had applied the split.
    boolean called = fromLeader || m.message() instanceof RaftMessage.VoteRequest;
    if (other == null && called && hasRoomFor(key) && newcomers.mayAsk(key)) {
      onDisk("look for " + key, () -> newcomers.lookFor(key, m.from()) ? new Kept(key) : null);
    }
  }

  private void onKept(ReplicaKey key) {
    if (services.directory().find(key.range()) == null && hasRoomFor(key)) {
      arriving.put(key.range(), new Arrival(key, maintenances));
      starter.start(key);
    }
  }

  private void onFound(Found m) {
    ReplicaKey key = new ReplicaKey(m.descriptor().id(), m.wanted());
    if (services.directory().find(key.range()) == null && hasRoomFor(key)) {
      arriving.put(key.range(), new Arrival(key, maintenances));
      onDisk(
          "make " + key,
          () -> {
            newcomers.make(key, m.descriptor());
            return null;
          });
    }
  }

  /** Whether no other replica of the range is here, on its way here, or on its way out. */
  private boolean hasRoomFor(ReplicaKey key) {
    forgetSettled();
    Arrival arrival = arriving.get(key.range());
    return inventoryKnown
        && (arrival == null || arrival.replica().equals(key))
        && !services.directory().isForgetting(key.range())
        && !notStarted.hasRange(key.range(), this::isSettled);
  }

  private void onTooOld(TooOld m) {
    LocalReplica replica = services.directory().find(m.range());
    if (replica != null && replica.key().replica().equals(m.replica())) {
      replica.actor().tell(new RangeReplica.Destroy(m.nextReplicaId()));
    }
  }

  // --- snapshots -------------------------------------------------------------------------------

  private void onSendSnapshot(SendSnapshot m) {
    LocalReplica replica = services.directory().find(m.from().range());
    if (replica == null || !replica.key().equals(m.from())) {
      return;
    }
    if (sending.size() >= SNAPSHOTS_MAX) {
      replica.actor().tell(new RangeReplica.SnapshotSent(m.to(), LogPosition.ZERO, false));
      return;
    }
    long transfer = nextTransfer++;
    var task =
        new SnapshotSender.Task(transfer, m.from(), m.to(), m.node(), m.term(), replica.actor());
    var sender =
        context.spawn(
            SnapshotSender.create(task, snapshots, peers, pacing),
            "send-" + Long.toUnsignedString(transfer),
            diskDispatcher);
    context.watch(sender);
    sending.put(transfer, sender);
  }

  private void onSnapshotMessage(NodeId from, PeerMessage message) {
    switch (message) {
      case PeerMessage.SnapshotBegin begin -> onBegin(from, begin);
      case PeerMessage.SnapshotChunk chunk -> {
        var receiver = receiving.get(chunk.transfer());
        if (receiver != null) {
          receiver.tell(new SnapshotReceiver.Chunk(chunk));
        }
      }
      case PeerMessage.SnapshotProgress progress -> {
        var sender = sending.get(progress.transfer());
        if (sender != null) {
          sender.tell(new SnapshotSender.Progress(progress));
        }
      }
      default ->
          throw new IllegalArgumentException(
              "not about snapshots: " + message.getClass().getSimpleName());
    }
  }

  private void onBegin(NodeId from, PeerMessage.SnapshotBegin begin) {
    if (receiving.size() >= SNAPSHOTS_MAX || receiving.containsKey(begin.transfer())) {
      peers.send(
          from,
          new PeerMessage.SnapshotProgress(
              begin.transfer(), 0, PeerMessage.SnapshotProgress.Phase.REFUSED));
      return;
    }
    var receiver =
        context.spawn(
            SnapshotReceiver.create(from, begin, snapshots, peers, services),
            "receive-" + Long.toUnsignedString(begin.transfer()),
            diskDispatcher);
    context.watch(receiver);
    receiving.put(begin.transfer(), receiver);
  }

  private Behavior<Command> onTerminated(Terminated terminated) {
    sending.values().removeIf(terminated.getRef()::equals);
    receiving.values().removeIf(terminated.getRef()::equals);
    return Behaviors.same();
  }

  // --- log truncation --------------------------------------------------------------------------

  /** A log may only lose what the flushed state contains: flush first, when a log has grown. */
  private void truncateLogs() {
    long limit = services.settings().logRetainedBytes();
    boolean grown =
        services.directory().all().stream()
            .anyMatch(replica -> replica.logBytes() > limit + limit / 4);
    if (!grown || flushing) {
      return;
    }
    flushing = true;
    onDisk(
        "flush the state",
        () -> {
          Map<RangeId, Long> applied = new HashMap<>();
          for (LocalReplica replica : services.directory().all()) {
            applied.put(replica.key().range(), replica.appliedIndex());
          }
          services.state().flush();
          return new Flushed(applied);
        });
  }

  private void onFlushed(Flushed m) {
    flushing = false;
    m.applied()
        .forEach(
            (range, index) -> {
              LocalReplica replica = services.directory().find(range);
              if (replica != null) {
                replica.actor().tell(new RangeReplica.StateFlushed(index));
              }
            });
  }

  /** Something that blocks and ends with a command to this actor, or with none. */
  private interface Blocking {
    @Nullable Command run();
  }

  private void onDisk(String what, Blocking work) {
    var self = context.getSelf();
    services
        .disk()
        .execute(
            () -> {
              Command done;
              try {
                done = work.run();
              } catch (RuntimeException failure) {
                done = new Broken(what, failure);
              }
              if (done != null) {
                self.tell(done);
              }
            });
  }
}
