package dev.troupe.cluster;

import dev.troupe.control.KeptBorders;
import dev.troupe.control.SystemRecords;
import dev.troupe.control.ZoneBook;
import dev.troupe.follower.FollowerParts;
import dev.troupe.follower.NearestReads;
import dev.troupe.gateway.DescriptorCache;
import dev.troupe.gateway.KvGateway;
import dev.troupe.gateway.MetaPublisher;
import dev.troupe.gc.CollectionCounts;
import dev.troupe.gc.Collector;
import dev.troupe.load.LoadReporter;
import dev.troupe.oracle.LocalOracle;
import dev.troupe.oracle.OracleClient;
import dev.troupe.oracle.TimestampOracle;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.LocalRanges;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.range.LeasedReads;
import dev.troupe.range.RangeReplica;
import dev.troupe.range.ReplicaDirectory;
import dev.troupe.range.ReplicaServices;
import dev.troupe.range.RowPrograms;
import dev.troupe.range.StrayReplicas;
import dev.troupe.range.TimedReads;
import dev.troupe.range.UndeliveredRequests;
import dev.troupe.split.SplitCoordinator;
import dev.troupe.split.SplitSettings;
import dev.troupe.store.PeerDispatch;
import dev.troupe.store.PendingCalls;
import dev.troupe.store.ReplicaCalls;
import dev.troupe.store.ReplicaStarter;
import dev.troupe.store.StoreActor;
import dev.troupe.store.StoreOutbox;
import dev.troupe.store.StoreRuntime;
import dev.troupe.transport.PeerIdentity;
import dev.troupe.transport.PeerLinks;
import dev.troupe.transport.TransportPorts;
import dev.troupe.txn.RangeMap;
import dev.troupe.txn.TransactionNode;
import dev.troupe.txn.TransactionParts;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.jspecify.annotations.Nullable;

/** The parts of a running node, wired. One per actor system. */
record NodeParts(
    NodeId self,
    ClusterNodes nodes,
    KvGateway gateway,
    OracleClient timestamps,
    TransactionNode transactions,
    NearestReads followers,
    OperatorService operator,
    NodeAnnouncer announcer,
    ClusterJoiner joiner,
    MemberMetrics metrics,
    PeerSignals signals,
    PeerQuestions questions,
    LocalRanges ranges) {
  private static final EntityTypeKey<RangeReplica.Command> REPLICAS =
      EntityTypeKey.create(RangeReplica.Command.class, "range-replica");
  private static final DispatcherSelector RAFT =
      DispatcherSelector.fromConfig("troupe.dispatcher.raft");

  /** Keys are sampled before a range is so hot that it is split: then it is known where. */
  private static final double SAMPLED_FROM = 0.5;

  private static final DispatcherSelector DISK =
      DispatcherSelector.fromConfig("troupe.dispatcher.disk");

  static NodeParts start(
      ActorSystem<Void> system,
      ClusterMember.Settings settings,
      StoreRuntime store,
      TransportPorts ports,
      Consumer<String> fatal) {
    return new Assembly(system, settings, store, ports).run(fatal);
  }

  /** Puts the parts together, from the transport upwards. */
  private static final class Assembly {
    private final ActorSystem<Void> system;
    private final ClusterMember.Settings settings;
    private final StoreRuntime store;
    private final NodeId self;
    private final MonotonicClock clock;
    private final LateHandler inbox = new LateHandler();
    private final ReplicaDirectory directory;
    private final DescriptorCache descriptors = new DescriptorCache();
    private final PeerLinks links;
    private final ClusterNodes nodes;
    private final PendingCalls calls;
    private final KvGateway.Later later;
    private final RowPrograms programs;
    private final LeasedReads leased;
    private final KvGateway gateway;
    private final LocalOracle oracle;
    private final OracleClient timestamps;
    private final TransactionNode transactions;
    private final NearestReads followers;
    private final MetaPublisher publisher;
    private final StoreDescriber describer;
    private final PeerSignals signals;
    private final ControlPlane control;
    private final KeptBorders borders;
    private final LoadSurvey loads;
    private final ClockOffsets clocks = new ClockOffsets(SystemClocks.wall());
    private final PeerQuestions questions;
    private volatile @Nullable ClusterJoiner joiner;

    Assembly(
        ActorSystem<Void> system,
        ClusterMember.Settings settings,
        StoreRuntime store,
        TransportPorts ports) {
      this.system = system;
      this.settings = settings;
      this.store = store;
      self = settings.node();
      clock = ports.monotonic();
      directory = new ReplicaDirectory(settings.tracer());
      var identity =
          new PeerIdentity(settings.clusterHash(), self, settings.record().incarnation());
      links = PeerLinks.start(system, identity, inbox, ports);
      nodes = new ClusterNodes(self);
      calls = new PendingCalls(clock, SystemClocks.random().nextLong(Long.MAX_VALUE / 2));
      later = later(system);
      programs = new RowPrograms(store.programs(), clock);
      leased = new LeasedReads(store.state(), clock, programs);
      var gatewayParts =
          new KvGateway.Parts(
              self,
              directory,
              descriptors,
              leased,
              links,
              nodes::others,
              calls,
              clock,
              store.disk(),
              later);
      gateway = new KvGateway(gatewayParts);
      oracle =
          TimestampOracle.start(
              system,
              new TimestampOracle.Parts(
                  self, gateway, directory, calls, clock, SystemClocks.wall(), later));
      timestamps =
          new OracleClient(
              new OracleClient.Parts(
                  self, oracle, directory, gateway, descriptors, links, calls, clock, later));
      transactions = transactions();
      followers =
          new NearestReads(
              new FollowerParts(
                  gateway,
                  gatewayParts,
                  new TimedReads(store.state(), programs),
                  timestamps,
                  SystemClocks.wall()));
      publisher = new MetaPublisher(gateway, clock, later);
      describer = new StoreDescriber(self, directory, nodes, links, calls, clock, later);
      signals = new PeerSignals(self, links);
      control =
          new ControlPlane(
              system, self, nodes, clock, new SystemRecords(gateway, clock), later::run);
      questions = new PeerQuestions(self, links, calls, clock);
      borders = new KeptBorders(control.records());
      loads = survey();
    }

    private LoadSurvey survey() {
      SplitSettings splits = settings.splits();
      var limits =
          new LoadReporter.Limits(splits.splitBytes(), splits.splitRequests() * SAMPLED_FROM);
      var reporter = new LoadReporter(directory, store.state(), clock, store.disk(), limits);
      return new LoadSurvey(self, reporter, nodes, links, calls, clock);
    }

    private void startSplits(OperatorService operator, Standings standings) {
      var work = new CoordinatorWork(self, loads, operator, borders, standings, nodes);
      var parts = new SplitCoordinator.Parts(work, control.events(), clock, settings.splits());
      control.runOnOneNode("split-coordinator", tenure -> SplitCoordinator.create(parts));
    }

    private TransactionNode transactions() {
      var parts =
          new TransactionParts(
              self, gateway, RangeMap.of(gateway), timestamps, clock, SystemClocks.random(), later);
      return new TransactionNode(
          parts,
          links,
          nodes::others,
          calls,
          new TransactionNode.Spawner() {
            @Override
            public <T> ActorRef<T> spawn(Behavior<T> behavior, String name) {
              return system.systemActorOf(behavior, name, RAFT);
            }
          });
    }

    NodeParts run(Consumer<String> fatal) {
      ActorRef<StoreActor.Command> storeActor = startStore();
      inbox.connect(
          new PeerDispatch(
              new PeerDispatch.Parts(
                  directory,
                  leased,
                  links,
                  calls,
                  storeActor,
                  clock,
                  store.disk(),
                  new OwnVoice(
                      describer, nodes, clocks, descriptors, oracle, signals, loads, questions),
                  transactions,
                  followers)));
      var standings = new Standings(gateway, clock);
      var announcer =
          new NodeAnnouncer(
              settings.record(), gateway, clock, standings, nodes, fatal, this::leaveForGood);
      ActorRef<NodeUpkeep.Command> upkeep = startUpkeep(announcer);
      nodes.onOwnStanding(() -> upkeep.tell(NodeUpkeep.Doubt.INSTANCE));
      system.systemActorOf(
          MembershipListener.create(
              new MembershipListener.Parts(
                  self,
                  nodes,
                  links,
                  calls,
                  descriptors,
                  directory,
                  () -> upkeep.tell(NodeUpkeep.Doubt.INSTANCE))),
          "troupe-membership",
          Props.empty());
      OperatorService operator = startOperator(standings, upkeep);
      startSplits(operator, standings);
      var plan =
          new ClusterJoiner.Plan(
              settings.clusterHash(), self, settings.founder(), settings.seeds());
      ClusterJoiner joining = ClusterJoiner.start(system, plan, clock);
      joiner = joining;
      return new NodeParts(
          self,
          nodes,
          gateway,
          timestamps,
          transactions,
          followers,
          operator,
          announcer,
          joining,
          metrics(startCollector()),
          signals,
          questions,
          new OwnRanges(directory));
    }

    private MemberMetrics metrics(CollectionCounts collected) {
      return new MemberMetrics(
          new MemberMetrics.Parts(
              self,
              directory,
              nodes,
              descriptors,
              transactions,
              timestamps.metrics(),
              links,
              collected,
              clocks,
              clock,
              settings.replicas().replicationFactor()));
    }

    private OperatorService startOperator(
        Standings standings, ActorRef<NodeUpkeep.Command> upkeep) {
      int replicationFactor = settings.replicas().replicationFactor();
      var zones = new ZoneBook(control.records(), replicationFactor);
      var look = new ClusterLook(gateway, standings, zones, describer, clock);
      var events = new PlacementEvents(control.events());
      var decommissioning =
          new Decommissioning(
              look, standings, nodes, links, clock, later, events, !settings.placement().isOff());
      var operator =
          new OperatorService(
              new OperatorService.Parts(
                  self,
                  gateway,
                  timestamps,
                  directory,
                  descriptors,
                  nodes,
                  describer,
                  look,
                  standings,
                  zones,
                  decommissioning,
                  links,
                  calls,
                  clock,
                  later,
                  control.events(),
                  loads,
                  borders,
                  () -> upkeep.tell(NodeUpkeep.Announce.INSTANCE)));
      startPlacement(look, operator, decommissioning, events);
      return operator;
    }

    private void startPlacement(
        ClusterLook look,
        OperatorService operator,
        Decommissioning decommissioning,
        PlacementEvents events) {
      if (settings.placement().isOff()) {
        return;
      }
      var parts =
          new PlacementWorker.Parts(
              settings.placement(),
              nodes,
              look::everything,
              operator::change,
              events::began,
              events::came,
              decommissioning::end,
              decommissioning::remind,
              clock);
      control.runOnOneNode("placement", tenure -> PlacementWorker.create(parts));
    }

    /** A look at the own standing that comes before the joiner is there is followed by others. */
    private void leaveForGood() {
      ClusterJoiner joining = joiner;
      if (joining != null) {
        joining.leaveForGood();
      }
    }

    private CollectionCounts startCollector() {
      var counts = new CollectionCounts();
      var parts =
          new Collector.Parts(
              settings.collection(),
              gateway,
              timestamps,
              directory,
              store.state(),
              store.disk(),
              clock,
              counts);
      system.systemActorOf(Collector.create(parts), "troupe-collector", Props.empty());
      return counts;
    }

    private ActorRef<StoreActor.Command> startStore() {
      var news = new LeaderNews(self, descriptors, publisher, calls, clock, later);
      var outbox =
          new StoreOutbox(
              links,
              new ReplicaCalls(self, directory, links, calls, clock),
              news.andThen(oracle::heard));
      var services =
          new ReplicaServices(
              self,
              store.log(),
              store.state(),
              store.applier(),
              outbox,
              directory,
              nodes,
              store.disk(),
              clock,
              SystemClocks.wall(),
              timestamps,
              transactions,
              SystemClocks.random(),
              settings.replicas(),
              programs);
      ActorRef<StoreActor.Command> actor =
          system.systemActorOf(
              StoreActor.create(
                  services, store.snapshots(), links, starter(system, services), DISK),
              "troupe-store",
              Props.empty());
      system.systemActorOf(UndeliveredRequests.create(), "troupe-undelivered", Props.empty());
      outbox.connect(actor);
      return actor;
    }

    private ActorRef<NodeUpkeep.Command> startUpkeep(NodeAnnouncer announcer) {
      Executor probes =
          system.dispatchers().lookup(DispatcherSelector.fromConfig("troupe.dispatcher.probe"));
      var probe = new SilenceProbe(nodes, calls, descriptors, directory, clock, probes);
      var strays =
          new StrayReplicas(
              self, gateway, directory, store.log(), store.state(), store.disk(), clock);
      return system.systemActorOf(
          NodeUpkeep.create(
              new NodeUpkeep.Parts(
                  calls, probe, announcer, publisher, strays, nodes, directory, links, clocks)),
          "troupe-upkeep",
          Props.empty());
    }
  }

  private static KvGateway.Later later(ActorSystem<Void> system) {
    return (delayNanos, action) ->
        system
            .scheduler()
            .scheduleOnce(Duration.ofNanos(delayNanos), action, system.executionContext());
  }

  private static ReplicaStarter starter(ActorSystem<Void> system, ReplicaServices services) {
    ActorRef<ShardingEnvelope<RangeReplica.Command>> region =
        ClusterSharding.get(system)
            .init(
                Entity.of(
                        REPLICAS,
                        context ->
                            RangeReplica.create(
                                ReplicaExtractor.parse(context.getEntityId()).replica(), services))
                    .withMessageExtractor(new ReplicaExtractor<RangeReplica.Command>())
                    .withAllocationStrategy(new PinnedAllocation(system))
                    .withStopMessage(RangeReplica.Stop.INSTANCE)
                    .withEntityProps(RAFT));
    return new ShutdownAwareStarter(
        system,
        replica ->
            region.tell(
                new ShardingEnvelope<>(
                    ReplicaExtractor.entityId(replica, services.node()),
                    RangeReplica.Tick.INSTANCE)));
  }
}
