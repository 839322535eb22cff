package dev.troupe.chaos.nodes;

import dev.troupe.chaos.sim.SimRandom;
import dev.troupe.cluster.LeaderNews;
import dev.troupe.gateway.DescriptorCache;
import dev.troupe.gateway.KvGateway;
import dev.troupe.gateway.MetaPublisher;
import dev.troupe.oracle.LocalOracle;
import dev.troupe.oracle.OracleClient;
import dev.troupe.oracle.TimestampOracle;
import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.SessionSignals;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.range.Applier;
import dev.troupe.range.LeasedReads;
import dev.troupe.range.LocalReplica;
import dev.troupe.range.RangeReplica;
import dev.troupe.range.ReplicaDirectory;
import dev.troupe.range.ReplicaServices;
import dev.troupe.range.RowPrograms;
import dev.troupe.range.StrayReplicas;
import dev.troupe.range.UndeliveredRequests;
import dev.troupe.store.PeerDispatch;
import dev.troupe.store.PeerMessage;
import dev.troupe.store.PendingCalls;
import dev.troupe.store.ReplicaCalls;
import dev.troupe.store.StoreActor;
import dev.troupe.store.StoreOutbox;
import dev.troupe.txn.RangeMap;
import dev.troupe.txn.TransactionNode;
import dev.troupe.txn.TransactionParts;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.pekko.actor.DeadLetter;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Props;

/**
 * One life of a node: the product's parts, wired as {@code NodeParts} wires them, on a processor, a
 * timer, a disk, clocks and a network that are simulated. A crash ends it between two events; the
 * next life is a new object on the same {@link Machine}.
 *
 * <p>What is replaced: Cluster Sharding by {@link ReplicaHost}, cluster membership by {@link
 * PeersSeen}, the transport by {@link PeerPaths} (with the product's bytes, through {@code
 * PeerDispatch}), {@code NodeUpkeep} by {@link CallSweep}, the stores by {@link MemoryLogStore},
 * {@link MemoryStateStore} and {@link MemorySnapshotStore}, threads by {@link VirtualCpu} and
 * {@link DiskTimes}.
 *
 * <p>To add a part:
 *
 * <ol>
 *   <li>Build it in the constructor from {@code peers}, {@code calls}, {@code clock}, {@code
 *       later}, {@code disk} and {@code random}, exactly as {@code NodeParts} does; never from
 *       {@code SystemClocks}, an executor of its own or {@code Thread}: {@link VirtualCpu} fails
 *       the run when another thread turns up.
 *   <li>Actors: with {@link #start}, under a fixed name: Pekko orders children by name. Dispatchers
 *       that the product names have to be listed in {@link VirtualSystem}.
 *   <li>Messages of other nodes reach it through {@code PeerDispatch} as in a node: extend {@code
 *       PeerDispatch.Parts} and pass it in {@link #dispatch}. Bytes go through {@code PeerCodec}.
 *   <li>What it keeps on disk: a port of its own is implemented in memory beside {@link
 *       MemoryStateStore}, owned by {@link Machine}, with a {@code crash()} that leaves what the
 *       port promises to leave. New records of the state store: see {@link StateContent}.
 *   <li>Calls of clients: an accessor beside {@link #kv}, always called on the node's processor
 *       ({@link #run}); the calls and their history belong into a class beside {@link NodeClient},
 *       new invariants beside {@link Agreement}.
 *   <li>Iterate over nothing whose order depends on identity hashes or {@code Set.of}/{@code
 *       Map.of}: those differ between two processes, and a seed would not replay.
 * </ol>
 */
final class SimulatedNode {
  private static final DispatcherSelector DISK =
      DispatcherSelector.fromConfig("troupe.dispatcher.disk");
  private static final int APPLY_LANES = 2;

  private final NodeWorld world;
  private final Machine machine;
  private final NodeId self;
  private final VirtualCpu cpu;
  private final ActorSystem<Void> system;
  private final MonotonicClock clock;
  private final Executor disk;
  private final PeersSeen nodes;
  private final SimulatedPeers peers;
  private final KvGateway.Later later;
  private final ReplicaDirectory directory = new ReplicaDirectory();
  private final DescriptorCache descriptors = new DescriptorCache();
  private final PendingCalls calls;
  private final LeasedReads leased;
  private final KvGateway gateway;
  private final LocalOracle oracle;
  private final TransactionNode transactions;
  private final PeerDispatch dispatch;
  private final Map<Integer, Queue<PeerPaths.Packet>> inbox = new TreeMap<>();
  private final Map<Integer, SimulatedNode> lives = new TreeMap<>();
  private final Queue<Runnable> membership = new ArrayDeque<>();

  SimulatedNode(NodeCluster cluster, Machine machine) {
    this.world = cluster.world();
    this.machine = machine;
    self = machine.id();
    cpu = new VirtualCpu(world, machine.number(), machine.random().split());
    system = VirtualSystem.create(cpu);
    clock = machine::nanos;
    disk = machine.times().threads(cpu);
    nodes = new PeersSeen(self);
    peers = new SimulatedPeers(cluster, this, nodes);
    later =
        (delayNanos, action) ->
            system
                .scheduler()
                .scheduleOnce(Duration.ofNanos(delayNanos), action, system.executionContext());
    var random = machine.random().split();
    calls = new PendingCalls(clock, random.nextLong(Long.MAX_VALUE / 2));
    leased = new LeasedReads(machine.state(), clock, RowPrograms.NONE);
    gateway =
        new KvGateway(
            new KvGateway.Parts(
                self,
                directory,
                descriptors,
                leased,
                peers,
                nodes::others,
                calls,
                clock,
                disk,
                later));
    oracle =
        TimestampOracle.start(
            system,
            new TimestampOracle.Parts(
                self, gateway, directory, calls, clock, machine::wallMillis, later));
    var timestamps =
        new OracleClient(
            new OracleClient.Parts(
                self, oracle, directory, gateway, descriptors, peers, calls, clock, later));
    transactions = transactions(timestamps, machine.random().split());
    var publisher = new MetaPublisher(gateway, clock, later);
    var outbox =
        new StoreOutbox(
            peers,
            new ReplicaCalls(self, directory, peers, calls, clock),
            new LeaderNews(self, descriptors, publisher, calls, clock, later)
                .andThen(oracle::heard));
    ActorRef<StoreActor.Command> store = startStore(services(outbox, timestamps, random));
    outbox.connect(store);
    dispatch = dispatch(store);
    var strays =
        new StrayReplicas(self, gateway, directory, machine.log(), machine.state(), disk, clock);
    start(CallSweep.Command.class, CallSweep.create(calls, publisher, strays), "troupe-upkeep");
  }

  private ReplicaServices services(StoreOutbox outbox, OracleClient timestamps, SimRandom random) {
    return new ReplicaServices(
        self,
        machine.log(),
        machine.state(),
        new Applier(
            machine.state(),
            APPLY_LANES,
            machine.times().threads(cpu, APPLY_LANES),
            world.alarm()::raise),
        outbox,
        directory,
        nodes,
        disk,
        clock,
        machine::wallMillis,
        timestamps,
        transactions,
        random,
        world.options().replicas(),
        RowPrograms.NONE);
  }

  private TransactionNode transactions(OracleClient timestamps, SimRandom random) {
    var parts =
        new TransactionParts(self, gateway, RangeMap.of(gateway), timestamps, clock, random, later);
    return new TransactionNode(
        parts,
        peers,
        nodes::others,
        calls,
        new TransactionNode.Spawner() {
          @Override
          public <T> ActorRef<T> spawn(Behavior<T> behavior, String name) {
            return start(behavior, name);
          }

          @Override
          public <T> Behavior<T> asChild(Behavior<T> behavior) {
            return watched(behavior);
          }
        });
  }

  private ActorRef<StoreActor.Command> startStore(ReplicaServices services) {
    var replicas =
        start(
            ReplicaHost.Start.class,
            ReplicaHost.create(services, world.alarm()),
            "troupe-replicas");
    start(DeadLetter.class, UndeliveredRequests.create(), "troupe-undelivered");
    return start(
        StoreActor.Command.class,
        StoreActor.create(
            services,
            machine.snapshots(),
            peers,
            replica -> replicas.tell(new ReplicaHost.Start(replica)),
            DISK),
        "troupe-store");
  }

  /** Starts an actor whose failures end the run. */
  private <T> ActorRef<T> start(Class<T> messages, Behavior<T> behavior, String name) {
    return system.systemActorOf(
        Watched.watch(messages, world.alarm(), behavior), name, Props.empty());
  }

  private <T> ActorRef<T> start(Behavior<T> behavior, String name) {
    return system.systemActorOf(watched(behavior), name, Props.empty());
  }

  @SuppressWarnings("unchecked")
  private <T> Behavior<T> watched(Behavior<T> behavior) {
    // Whatever such an actor is sent has been checked by the compiler.
    return Watched.watch((Class<T>) (Class<?>) Object.class, world.alarm(), behavior);
  }

  private PeerDispatch dispatch(ActorRef<StoreActor.Command> store) {
    return new PeerDispatch(
        new PeerDispatch.Parts(
            directory,
            leased,
            peers,
            calls,
            store,
            clock,
            disk,
            new PeerDispatch.NodeVoice() {
              @Override
              public void describe(Consumer<PeerMessage.StoreDescription> described) {
                throw new IllegalStateException("nobody asks a simulated node to describe itself");
              }

              @Override
              public void summaryOf(NodeId node, PeerMessage.StoreSummary summary) {
                throw new IllegalStateException("simulated nodes send no summaries");
              }

              @Override
              public void standingKnown(PeerMessage.StandingKnown message) {
                throw new IllegalStateException("simulated nodes are not decommissioned");
              }

              @Override
              public void systemRangeFound(RangeDescriptor descriptor) {
                descriptors.learn(descriptor);
              }

              @Override
              public void askLoads(NodeId from, PeerMessage.AskLoads question) {
                throw new IllegalStateException("nobody watches the load of simulated nodes");
              }

              @Override
              public void signal(SessionSignals.Signal signal) {
                throw new IllegalStateException("simulated nodes have no sessions");
              }

              @Override
              public void askNode(
                  PeerMessage.AskNode question, Consumer<PeerMessage.NodeSaid> answer) {
                throw new IllegalStateException("nobody looks at simulated nodes");
              }

              @Override
              public void drawTimestamps(
                  PeerMessage.DrawTimestamps wish, Consumer<PeerMessage.TimestampsDrawn> answer) {
                oracle.serve(wish, answer);
              }
            },
            transactions,
            (from, message) -> {
              throw new IllegalStateException("nobody reads the past of simulated nodes");
            }));
  }

  int number() {
    return machine.number();
  }

  Machine machine() {
    return machine;
  }

  KvClient kv() {
    return gateway;
  }

  Transactions transactions() {
    return transactions;
  }

  int openTransactions() {
    return transactions.openTransactions();
  }

  ReplicaDirectory directory() {
    return directory;
  }

  /** Which nodes this one believes to be up. */
  PeersSeen nodes() {
    return nodes;
  }

  /** Runs something on the node's processor, as if it came from a client. */
  void run(Runnable task) {
    cpu.execute(task);
  }

  /**
   * Asks for something on the node's processor; the answer comes while the node lives, or never.
   */
  void ask(KvRequest request, long patienceNanos, Consumer<KvResponse> reply) {
    run(() -> gateway.send(request, clock.nanos() + patienceNanos, reply));
  }

  void administer(LocalReplica replica, RangeReplica.Administer wish) {
    run(() -> replica.actor().tell(wish));
  }

  long nanos() {
    return clock.nanos();
  }

  void pause(long nanos) {
    cpu.pause(nanos);
  }

  boolean isPaused() {
    return cpu.isPaused();
  }

  /** Takes a packet from the wire. Packets of one sender are handled in order. */
  void receive(PeerPaths.Packet packet) {
    int from = packet.from().number();
    inbox.computeIfAbsent(from, sender -> new ArrayDeque<>()).add(packet);
    run(() -> handleNext(from));
  }

  private void handleNext(int from) {
    PeerPaths.Packet packet = inbox.getOrDefault(from, new ArrayDeque<>()).poll();
    // Nothing left: packets of a former life of the sender were thrown away.
    if (packet != null) {
      dispatch.onMessage(new NodeId(from), new ByteReader(packet.bytes()));
    }
  }

  /** Membership says that a node is up; of a former life it says before that it is gone. */
  void nodeUp(SimulatedNode node) {
    NodeId id = node.machine().id();
    SimulatedNode before = lives.put(id.value(), node);
    if (before != null && before != node) {
      nodeLost(id);
      lives.put(id.value(), node);
    }
    onMembership(() -> nodes.up(id));
  }

  /** Membership says that a node is gone, or cannot be reached: nobody should wait for it. */
  void nodeLost(NodeId node) {
    lives.remove(node.value());
    onMembership(
        () -> {
          nodes.gone(node);
          descriptors.nodeLost(node);
          calls.nodeLost(node);
          for (LocalReplica replica : directory.all()) {
            replica.actor().tell(new RangeReplica.NodeLost(node));
          }
        });
  }

  /** News of the membership come from one actor: in order. */
  private void onMembership(Runnable change) {
    membership.add(change);
    run(() -> membership.remove().run());
  }

  /** Whether the running process of a node is the one that membership has told of. */
  boolean knows(SimulatedNode node) {
    return lives.get(node.number()) == node;
  }

  /** Nothing of this life runs from now on. */
  void die() {
    cpu.die();
  }

  boolean isDead() {
    return cpu.isDead();
  }

  /** Whether a later life of the node has begun. */
  boolean isSucceeded() {
    return isDead() && machine.isUp();
  }

  @Override
  public String toString() {
    var text = new StringBuilder(cpu.toString());
    for (LocalReplica replica : directory.all()) {
      text.append("\n    ")
          .append(replica.key())
          .append(" applied ")
          .append(replica.appliedIndex())
          .append(' ')
          .append(replica.view().descriptor());
    }
    return text.toString();
  }
}
