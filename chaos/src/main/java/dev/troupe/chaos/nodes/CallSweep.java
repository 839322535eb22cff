package dev.troupe.chaos.nodes;

import dev.troupe.gateway.MetaPublisher;
import dev.troupe.store.PendingCalls;
import java.time.Duration;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** What a node has to do from time to time: ends overdue calls, repairs lookup records. */
final class CallSweep {
  private static final Duration SWEEP = Duration.ofMillis(50);
  private static final Duration RECONCILE = Duration.ofSeconds(60);

  enum Command {
    SWEEP,
    CALLS_PENDING,
    RECONCILE
  }

  private CallSweep() {}

  static Behavior<Command> create(PendingCalls calls, MetaPublisher publisher) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  var self = context.getSelf();
                  timers.startTimerWithFixedDelay(Command.RECONCILE, RECONCILE);
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
                        }
                        return Behaviors.same();
                      });
                }));
  }
}
