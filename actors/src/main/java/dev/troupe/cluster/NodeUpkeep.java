package dev.troupe.cluster;

import dev.troupe.gateway.MetaPublisher;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.range.ReplicaDirectory;
import dev.troupe.store.PeerMessage;
import dev.troupe.store.PendingCalls;
import dev.troupe.transport.PeerNetwork;
import java.time.Duration;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** Does what a node has to do from time to time. Keeps nothing. */
final class NodeUpkeep {
  private static final Duration SWEEP = Duration.ofMillis(50);
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final Duration SUMMARY = Duration.ofSeconds(3);
  private static final Duration RECONCILE = Duration.ofSeconds(60);

  sealed interface Command {}

  /** Tells the others at once what placement should know. */
  enum Announce implements Command {
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

  /** Whom it looks after. */
  record Parts(
      PendingCalls calls,
      SilenceProbe probe,
      NodeAnnouncer announcer,
      MetaPublisher publisher,
      ClusterNodes nodes,
      ReplicaDirectory directory,
      PeerNetwork peers) {}

  private final Parts parts;

  private NodeUpkeep(Parts parts) {
    this.parts = parts;
  }

  static Behavior<Command> create(Parts parts) {
    return Behaviors.withTimers(
        timers -> {
          schedule(timers);
          var upkeep = new NodeUpkeep(parts);
          return Behaviors.receiveMessage(
              command -> {
                upkeep.onCommand(command);
                return Behaviors.same();
              });
        });
  }

  private static void schedule(TimerScheduler<Command> timers) {
    timers.startTimerWithFixedDelay(Sweep.INSTANCE, SWEEP);
    timers.startTimerWithFixedDelay(Look.INSTANCE, Duration.ZERO, LOOK);
    timers.startTimerWithFixedDelay(Announce.INSTANCE, SUMMARY);
    timers.startTimerWithFixedDelay(Reconcile.INSTANCE, RECONCILE);
  }

  private void onCommand(Command command) {
    switch (command) {
      case Sweep m -> {
        parts.calls().expire();
        parts.probe().look();
      }
      case Look m -> parts.announcer().look();
      case Announce m -> {
        var summary =
            new PeerMessage.StoreSummary(parts.nodes().draining(), parts.directory().all().size());
        for (NodeId node : parts.nodes().others()) {
          parts.peers().send(node, summary);
        }
      }
      case Reconcile m -> parts.publisher().reconcile();
    }
  }
}
