package dev.troupe.cluster;

import dev.troupe.gateway.MetaPublisher;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.range.ReplicaDirectory;
import dev.troupe.range.StrayReplicas;
import dev.troupe.store.PeerMessage;
import dev.troupe.store.PendingCalls;
import dev.troupe.transport.PeerNetwork;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** Does what a node has to do from time to time, and as seldom as it can. */
final class NodeUpkeep {
  private static final Duration SWEEP = Duration.ofMillis(50);
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration SLOW_LOOK = Duration.ofSeconds(60);
  private static final Duration SUMMARY = Duration.ofSeconds(5);

  /** Reads all lookup records. They are right without it: what fails is tried again by itself. */
  private static final Duration RECONCILE = Duration.ofMinutes(5);

  private static final Duration STRAYS = Duration.ofSeconds(10);

  sealed interface Command {}

  /** Tells the others at once what placement should know. */
  enum Announce implements Command {
    INSTANCE
  }

  /** Makes sure soon that the system range can still be reached: some node may be lost. */
  enum Doubt implements Command {
    INSTANCE
  }

  private enum Looked implements Command {
    INSTANCE
  }

  private enum CallsPending implements Command {
    INSTANCE
  }

  private enum Sweep implements Command {
    INSTANCE
  }

  private enum Look implements Command {
    INSTANCE
  }

  private enum Reconcile implements Command {
    INSTANCE
  }

  private enum LookForStrays implements Command {
    INSTANCE
  }

  /** Whom it looks after. */
  record Parts(
      PendingCalls calls,
      SilenceProbe probe,
      NodeAnnouncer announcer,
      MetaPublisher publisher,
      StrayReplicas strays,
      ClusterNodes nodes,
      ReplicaDirectory directory,
      PeerNetwork peers,
      ClockOffsets clocks) {}

  private final Parts parts;
  private final TimerScheduler<Command> timers;
  private final ActorRef<Command> self;
  private boolean looking;
  private boolean doubtful;

  private NodeUpkeep(Parts parts, TimerScheduler<Command> timers, ActorRef<Command> self) {
    this.parts = parts;
    this.timers = timers;
    this.self = self;
  }

  static Behavior<Command> create(Parts parts) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  var upkeep = new NodeUpkeep(parts, timers, context.getSelf());
                  upkeep.start();
                  return Behaviors.receiveMessage(
                      command -> {
                        upkeep.onCommand(command);
                        return Behaviors.same();
                      });
                }));
  }

  private void start() {
    timers.startTimerWithFixedDelay(Announce.INSTANCE, SUMMARY);
    timers.startTimerWithFixedDelay(Reconcile.INSTANCE, RECONCILE);
    timers.startTimerWithFixedDelay(LookForStrays.INSTANCE, STRAYS);
    parts.calls().onFirst(() -> self.tell(CallsPending.INSTANCE));
    look();
  }

  private void look() {
    if (!looking) {
      looking = true;
      doubtful = false;
      parts.announcer().look(() -> self.tell(Looked.INSTANCE));
    }
  }

  /** Often until the node is ready; then seldom, because a look wakes the system range. */
  private void onLooked() {
    looking = false;
    if (doubtful) {
      look();
    } else {
      timers.startSingleTimer(
          Look.INSTANCE,
          parts.announcer().ready() ? slowLook(parts.clocks().wall().millis()) : LOOK);
    }
  }

  /**
   * How long to wait when nothing is amiss: until a multiple of the period since 1970, as all other
   * nodes do, for whom the system range then wakes up once.
   */
  static Duration slowLook(long wallMillis) {
    long period = SLOW_LOOK.toMillis();
    long left = period - Math.floorMod(wallMillis, period);
    return Duration.ofMillis(left < period / 2 ? left + period : left);
  }

  private void sweep() {
    parts.calls().expire();
    parts.probe().look();
    if (parts.calls().unwatched()) {
      timers.cancel(Sweep.INSTANCE);
    }
  }

  private void onCommand(Command command) {
    switch (command) {
      case CallsPending m -> timers.startTimerWithFixedDelay(Sweep.INSTANCE, SWEEP);
      case Sweep m -> sweep();
      case Look m -> look();
      case Looked m -> onLooked();
      case Doubt m -> {
        doubtful = true;
        look();
      }
      case Announce m -> {
        var summary =
            new PeerMessage.StoreSummary(
                parts.nodes().draining(),
                parts.directory().all().size(),
                parts.clocks().wall().millis());
        for (NodeId node : parts.nodes().others()) {
          parts.peers().send(node, summary);
        }
      }
      case Reconcile m -> parts.publisher().reconcile();
      case LookForStrays m -> parts.strays().look();
    }
  }
}
