package dev.troupe.cluster;

import dev.troupe.protocol.spi.MonotonicClock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.ClusterEvent.CurrentClusterState;
import org.apache.pekko.cluster.ClusterEvent.UnreachableMember;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Subscribe;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the members that cannot be reached and decides which of them are gone:
 *
 * <ul>
 *   <li>its port refuses connections: the process is gone, it is removed at once;
 *   <li>it is silent, or its port is open although nothing comes from it (stopped, cut off): it
 *       stays, and is back as soon as it is heard again;
 *   <li>silent for longer than a limit, not heard by this node itself either, and most members can
 *       be reached from here: it is removed.
 * </ul>
 *
 * <p>Every node decides for itself; a wrong decision costs the other node a restart of its actor
 * system and nothing else. Costs nothing while all members are reachable.
 */
final class UnreachableMembers extends AbstractMatchingBehavior<UnreachableMembers.Command> {
  private static final Logger log = LoggerFactory.getLogger(UnreachableMembers.class);
  private static final String DISPATCHER = "troupe.dispatcher.probe";

  /** Messages of the watcher. */
  sealed interface Command {}

  private record BecameUnreachable(UnreachableMember event) implements Command {}

  private record Probed(UniqueAddress member, PortProbe.Answer answer) implements Command {}

  private enum Tick implements Command {
    TICK
  }

  /**
   * How often and how long.
   *
   * @param probeLimit for one connection attempt
   * @param silentLimit after which a silent member is removed
   */
  record Limits(Duration probeInterval, Duration probeLimit, Duration silentLimit) {}

  private final TimerScheduler<Command> timers;
  private final Limits limits;
  private final MonotonicClock clock;
  private final Cluster cluster;
  private final Executor prober;
  private final Map<UniqueAddress, Long> unreachableSince = new HashMap<>();
  private final Set<UniqueAddress> beingProbed = new HashSet<>();

  static Behavior<Command> create(Limits limits, MonotonicClock clock) {
    Behavior<Command> watcher =
        Behaviors.setup(
            context ->
                Behaviors.withTimers(
                    timers -> new UnreachableMembers(context, timers, limits, clock)));
    return Behaviors.supervise(watcher).onFailure(SupervisorStrategy.restart());
  }

  private UnreachableMembers(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Limits limits,
      MonotonicClock clock) {
    super(context);
    this.timers = timers;
    this.limits = limits;
    this.clock = clock;
    cluster = Cluster.get(Adapter.toClassic(context.getSystem()));
    prober = context.getSystem().dispatchers().lookup(DispatcherSelector.fromConfig(DISPATCHER));
    org.apache.pekko.cluster.typed.Cluster.get(context.getSystem())
        .subscriptions()
        .tell(
            new Subscribe<>(
                context.messageAdapter(UnreachableMember.class, BecameUnreachable::new),
                UnreachableMember.class));
    startTicking();
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case BecameUnreachable event -> startTicking();
      case Tick tick -> onTick();
      case Probed probed -> onProbed(probed);
    }
    return this;
  }

  private void startTicking() {
    if (!timers.isTimerActive(Tick.TICK)) {
      timers.startTimerWithFixedDelay(Tick.TICK, Tick.TICK, limits.probeInterval());
    }
  }

  private void onTick() {
    Set<UniqueAddress> present = new HashSet<>();
    for (Member member : cluster.state().getUnreachable()) {
      if (member.status() != MemberStatus.down()) {
        present.add(member.uniqueAddress());
        unreachableSince.putIfAbsent(member.uniqueAddress(), clock.nanos());
        probe(member.uniqueAddress());
      }
    }
    unreachableSince.keySet().retainAll(present);
    if (present.isEmpty()) {
      timers.cancel(Tick.TICK);
    }
  }

  private void probe(UniqueAddress member) {
    Address address = member.address();
    if (address.getHost().isEmpty() || address.getPort().isEmpty() || !beingProbed.add(member)) {
      return;
    }
    String host = address.getHost().get();
    int port = address.getPort().get();
    getContext()
        .pipeToSelf(
            CompletableFuture.supplyAsync(
                () -> PortProbe.ask(host, port, limits.probeLimit()), prober),
            (answer, failure) ->
                new Probed(member, answer == null ? PortProbe.Answer.SILENT : answer));
  }

  private void onProbed(Probed probed) {
    UniqueAddress member = probed.member();
    beingProbed.remove(member);
    CurrentClusterState state = cluster.state();
    if (!isUnreachable(state, member)) {
      return;
    }
    if (probed.answer() == PortProbe.Answer.REFUSED) {
      log.info("Member {} refuses connections: its process is gone, removed", member.address());
      cluster.down(member.address());
    } else if (isSilentForLong(member) && seesMajority(state)) {
      log.warn(
          "Member {} is silent for {} s: removed. It joins again as soon as it can",
          member.address(),
          limits.silentLimit().toSeconds());
      cluster.down(member.address());
    }
  }

  private static boolean isUnreachable(CurrentClusterState state, UniqueAddress member) {
    for (Member unreachable : state.getUnreachable()) {
      if (unreachable.uniqueAddress().equals(member)) {
        return unreachable.status() != MemberStatus.down();
      }
    }
    return false;
  }

  private boolean isSilentForLong(UniqueAddress member) {
    Long since = unreachableSince.get(member);
    return since != null
        && clock.nanos() - since >= limits.silentLimit().toNanos()
        && !cluster.failureDetector().isAvailable(member.address());
  }

  private static boolean seesMajority(CurrentClusterState state) {
    int all = 0;
    int reachable = 0;
    for (Member member : state.getMembers()) {
      if (member.status() == MemberStatus.down()) {
        continue;
      }
      all++;
      if (!state.getUnreachable().contains(member)) {
        reachable++;
      }
    }
    return reachable * 2 > all;
  }
}
