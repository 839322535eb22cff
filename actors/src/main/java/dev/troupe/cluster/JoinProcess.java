package dev.troupe.cluster;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.MonotonicClock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.ClusterEvent.CurrentClusterState;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.cluster.typed.JoinSeedNodes;
import org.apache.pekko.remote.artery.ThisActorSystemQuarantinedEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for the cluster and keeps looking for lost parts of it. Ports are asked before messages are
 * sent, so that absent peers cost a refused connection and no association.
 */
final class JoinProcess extends AbstractMatchingBehavior<JoinProcess.Command> {
  /** Where the process of every node is found, below the system guardian. */
  static final String NAME = "troupe-cluster-joiner";

  private static final Logger log = LoggerFactory.getLogger(JoinProcess.class);
  private static final String DISPATCHER = "troupe.dispatcher.probe";
  private static final Duration SEEKING_PERIOD = Duration.ofMillis(250);
  private static final Duration MEMBER_PERIOD = Duration.ofSeconds(2);
  private static final Duration PROBE_LIMIT = Duration.ofMillis(300);

  /**
   * Pekko retries by itself; after this the list of members may have changed. Doubles each time, as
   * beginning again also gives up what is on its way.
   */
  private static final long JOIN_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final long JOIN_AGAIN_NANOS_MAX = TimeUnit.SECONDS.toNanos(40);

  /** How long another island must be seen: membership that is merely late settles by then. */
  private static final long ISLAND_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Messages of the process. */
  sealed interface Command permits PeerHello, Know, Tick, Probed, Quarantined {}

  /** There is a node at {@code host:port}. */
  record Know(String hostPort) implements Command {}

  private enum Tick implements Command {
    TICK
  }

  private record Probed(Address peer, PortProbe.Answer answer, long askedAt) implements Command {}

  private record Quarantined(ThisActorSystemQuarantinedEvent event) implements Command {}

  private final ClusterJoiner.Plan plan;
  private final MonotonicClock clock;
  private final Consumer<ClusterJoiner.Reason> end;
  private final TimerScheduler<Command> timers;
  private final Cluster cluster;
  private final ActorRefResolver resolver;
  private final Executor prober;
  private final PeerSightings sightings;
  private final Set<Address> beingProbed = new HashSet<>();
  private final Map<Address, Long> strangersSince = new HashMap<>();
  private final MutePeers mutes = new MutePeers();
  private boolean forming;
  private boolean wasMember;
  private boolean ending;
  private long joinPatience;
  private long joinedAt;

  static Behavior<Command> create(
      ClusterJoiner.Plan plan, MonotonicClock clock, Consumer<ClusterJoiner.Reason> end) {
    Behavior<Command> process =
        Behaviors.setup(
            context ->
                Behaviors.withTimers(timers -> new JoinProcess(context, timers, plan, clock, end)));
    return Behaviors.supervise(process).onFailure(SupervisorStrategy.resume());
  }

  private JoinProcess(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      ClusterJoiner.Plan plan,
      MonotonicClock clock,
      Consumer<ClusterJoiner.Reason> end) {
    super(context);
    this.timers = timers;
    this.plan = plan;
    this.clock = clock;
    this.end = end;
    cluster = Cluster.get(context.getSystem());
    resolver = ActorRefResolver.get(context.getSystem());
    prober = context.getSystem().dispatchers().lookup(DispatcherSelector.fromConfig(DISPATCHER));
    sightings = new PeerSightings(plan.self(), plan.founder(), clock.nanos());
    plan.peers().forEach(this::know);
    context
        .getSystem()
        .eventStream()
        .tell(
            new EventStream.Subscribe<>(
                ThisActorSystemQuarantinedEvent.class,
                context.messageAdapter(ThisActorSystemQuarantinedEvent.class, Quarantined::new)));
    timers.startTimerWithFixedDelay(Tick.TICK, Tick.TICK, SEEKING_PERIOD);
    context.getSelf().tell(Tick.TICK);
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    if (ending) {
      return this;
    }
    switch (command) {
      case Tick tick -> onTick();
      case Probed probed -> onProbed(probed);
      case PeerHello hello -> onHello(hello);
      case Know know -> know(know.hostPort());
      case Quarantined quarantined -> onQuarantined(quarantined.event());
    }
    return this;
  }

  private void know(String hostPort) {
    Address peer = parse(hostPort);
    if (!peer.equals(selfAddress().address())) {
      sightings.know(peer);
    }
  }

  static Address parse(String hostPort) {
    int colon = hostPort.lastIndexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException("peer '" + hostPort + "' is not host:port");
    }
    try {
      int port = Integer.parseInt(hostPort, colon + 1, hostPort.length(), 10);
      return new Address("pekko", PekkoConfig.SYSTEM_NAME, hostPort.substring(0, colon), port);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("peer '" + hostPort + "' is not host:port", e);
    }
  }

  static String hostPort(Address address) {
    return address.getHost().orElseThrow() + ":" + address.getPort().orElseThrow();
  }

  private void onTick() {
    if (phase() == PeerHello.Phase.MEMBER) {
      if (!wasMember) {
        wasMember = true;
        timers.startTimerWithFixedDelay(Tick.TICK, Tick.TICK, MEMBER_PERIOD);
      }
      lookForIslands();
    } else {
      sightings.known().forEach(this::probe);
      seek();
    }
  }

  /** Asks those who should be members and are not, or cannot be reached. */
  private void lookForIslands() {
    CurrentClusterState state = cluster.state();
    Set<Address> absent = sightings.known();
    for (Member member : state.getMembers()) {
      if (state.getUnreachable().contains(member)) {
        absent.add(member.address());
      } else {
        absent.remove(member.address());
      }
      if (!member.address().equals(selfAddress().address())) {
        sightings.know(member.address());
      }
    }
    strangersSince.keySet().retainAll(absent);
    absent.forEach(this::probe);
  }

  private void probe(Address peer) {
    if (!beingProbed.add(peer)) {
      return;
    }
    String host = peer.getHost().orElseThrow();
    int port = peer.getPort().orElseThrow();
    long askedAt = clock.nanos();
    getContext()
        .pipeToSelf(
            CompletableFuture.supplyAsync(() -> PortProbe.ask(host, port, PROBE_LIMIT), prober),
            (answer, failure) ->
                new Probed(peer, answer == null ? PortProbe.Answer.SILENT : answer, askedAt));
  }

  private void onProbed(Probed probed) {
    beingProbed.remove(probed.peer());
    sightings.probed(probed.peer(), probed.answer(), probed.askedAt());
    if (phase() == PeerHello.Phase.MEMBER) {
      mindMutes(probed);
    }
    if (probed.answer() == PortProbe.Answer.OPEN) {
      say(probed.peer(), hello(true, clock.nanos(), false));
    } else if (phase() != PeerHello.Phase.MEMBER) {
      seek();
    }
  }

  /** Without an end, two sides that have removed each other would stay apart for ever. */
  private void mindMutes(Probed probed) {
    boolean member = false;
    for (Member other : cluster.state().getMembers()) {
      member |= other.address().equals(probed.peer());
    }
    mutes.probed(probed.peer(), probed.answer(), member, clock.nanos());
    if (isUp() && mutes.outnumber(hello(false, 0, false).members(), clock.nanos())) {
      log.warn("Most nodes have removed this one, and it has removed them: starting anew");
      end(ClusterJoiner.Reason.EXPELLED);
    }
  }

  private void onHello(PeerHello hello) {
    Address peer = parse(hello.origin());
    mutes.heard(peer);
    if (hello.clusterHash() != plan.clusterHash()) {
      if (sightings.foreign(peer)) {
        log.error(
            "{} belongs to another cluster: it is left alone. Check the 'join' setting",
            hello.origin());
      }
    } else {
      sightings.heard(peer, hello, clock.nanos());
    }
    if (hello.question()) {
      say(peer, hello(false, hello.askedAt(), isMember(peer, hello.uid())));
    }
    if (phase() == PeerHello.Phase.MEMBER) {
      compareIslands(peer, hello);
    } else {
      seek();
    }
  }

  private void seek() {
    switch (sightings.decide(clock.nanos())) {
      case PeerSightings.Decision.Wait wait -> log.debug("Waiting for peers");
      case PeerSightings.Decision.Join join -> join(join);
      case PeerSightings.Decision.Form form -> form();
      case PeerSightings.Decision.WrongCluster wrong -> {
        log.error("All known peers belong to another cluster: this node cannot join them");
        end(ClusterJoiner.Reason.WRONG_CLUSTER);
      }
    }
  }

  private void join(PeerSightings.Decision.Join decision) {
    long now = clock.nanos();
    if (forming || isJoining(now)) {
      return;
    }
    joinPatience = Math.min(JOIN_AGAIN_NANOS_MAX, Math.max(JOIN_AGAIN_NANOS, joinPatience * 2));
    joinedAt = now;
    log.info("Joining the cluster of {}", decision.members());
    cluster.manager().tell(new JoinSeedNodes(decision.members()));
  }

  private boolean isJoining(long now) {
    return joinPatience > 0 && now - joinedAt < joinPatience;
  }

  private void form() {
    if (!forming && !isJoining(clock.nanos())) {
      forming = true;
      log.info("No peer is in a cluster: {} forms it", plan.self());
      cluster.manager().tell(new Join(selfAddress().address()));
    }
  }

  /** Two islands know nothing of each other's members; the smaller one gives in. */
  private void compareIslands(Address peer, PeerHello hello) {
    boolean stranger =
        hello.clusterHash() == plan.clusterHash()
            && hello.phase() == PeerHello.Phase.MEMBER
            && !hello.question()
            && !(hello.knowsReceiver() && isMember(peer, hello.uid()))
            && isUp();
    if (!stranger) {
      if (!hello.question()) {
        strangersSince.remove(peer);
      }
      return;
    }
    long now = clock.nanos();
    long since = strangersSince.merge(peer, now, (first, ignored) -> first);
    if (now - since >= ISLAND_NANOS && givesIn(hello)) {
      log.warn(
          "{} is in a larger part of this cluster ({} members) that does not know this node:"
              + " leaving the smaller part to join it",
          hello.origin(),
          hello.members());
      end(ClusterJoiner.Reason.MERGING);
    }
  }

  private void end(ClusterJoiner.Reason reason) {
    ending = true;
    timers.cancel(Tick.TICK);
    end.accept(reason);
  }

  private boolean givesIn(PeerHello other) {
    PeerHello own = hello(false, 0, false);
    if (own.members() != other.members()) {
      return own.members() < other.members();
    }
    return own.lowest().compareTo(other.lowest()) > 0;
  }

  private void onQuarantined(ThisActorSystemQuarantinedEvent event) {
    Address remote = event.remoteAddress().address();
    for (Member member : cluster.state().getMembers()) {
      if (member.address().equals(remote) && member.status() == MemberStatus.up()) {
        log.warn("{} has removed this node while it was cut off: starting anew", remote);
        end(ClusterJoiner.Reason.EXPELLED);
        return;
      }
    }
  }

  private void say(Address peer, PeerHello hello) {
    ActorRef<Command> process = resolver.resolveActorRef(peer + "/system/" + NAME);
    process.tell(hello);
  }

  private PeerHello hello(boolean question, long askedAt, boolean knowsReceiver) {
    CurrentClusterState state = cluster.state();
    int members = 0;
    NodeId lowest = plan.self();
    for (Member member : state.getMembers()) {
      if (member.status() == MemberStatus.down() || state.getUnreachable().contains(member)) {
        continue;
      }
      members++;
      NodeId node = MemberRoles.nodeOf(member).orElse(lowest);
      lowest = node.compareTo(lowest) < 0 ? node : lowest;
    }
    return new PeerHello(
        question,
        plan.clusterHash(),
        plan.self(),
        hostPort(selfAddress().address()),
        selfAddress().longUid(),
        phase(),
        plan.founder(),
        members,
        lowest,
        askedAt,
        knowsReceiver);
  }

  private PeerHello.Phase phase() {
    MemberStatus status = cluster.selfMember().status();
    if (status == MemberStatus.removed()) {
      return forming ? PeerHello.Phase.FORMING : PeerHello.Phase.SEEKING;
    }
    return PeerHello.Phase.MEMBER;
  }

  private boolean isUp() {
    return cluster.selfMember().status() == MemberStatus.up();
  }

  private boolean isMember(Address address, long uid) {
    for (Member member : cluster.state().getMembers()) {
      if (member.address().equals(address) && member.uniqueAddress().longUid() == uid) {
        return member.status() != MemberStatus.down();
      }
    }
    return false;
  }

  private UniqueAddress selfAddress() {
    return cluster.selfMember().uniqueAddress();
  }
}
