package dev.troupe.chaos.nodes;

import dev.troupe.gateway.MetaPublisher;
import dev.troupe.range.StrayReplicas;
import dev.troupe.store.PendingCalls;
import java.time.Duration;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * What a node has to do from time to time: ends overdue calls, repairs lookup records, looks for
 * replicas that are left of ranges which are no more.
 */
final class CallSweep {
  private static final Duration SWEEP = Duration.ofMillis(50);
  private static final Duration RECONCILE = Duration.ofSeconds(60);
  private static final Duration STRAYS = Duration.ofSeconds(10);

  enum Command {
    SWEEP,
    CALLS_PENDING,
    RECONCILE,
    STRAYS
  }

  private CallSweep() {}

  static Behavior<Command> create(
      PendingCalls calls, MetaPublisher publisher, StrayReplicas strays) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  var self = context.getSelf();
                  timers.startTimerWithFixedDelay(Command.RECONCILE, RECONCILE);
                  timers.startTimerWithFixedDelay(Command.STRAYS, STRAYS);
                  calls.onFirst(() -> self.tell(Command.CALLS_PENDING));
                  return Behaviors.receiveMessage(
                      command -> {
                        switch (command) {
                          case CALLS_PENDING ->
                              timers.startTimerWithFixedDelay(Command.SWEEP, SWEEP);
                          case SWEEP -> {
                            calls.expire();
                            if (calls.unwatched()) {
                              timers.cancel(Command.SWEEP);
                            }
                          }
                          case RECONCILE -> publisher.reconcile();
                          case STRAYS -> strays.look();
                        }
                        return Behaviors.same();
                      });
                }));
  }
}
