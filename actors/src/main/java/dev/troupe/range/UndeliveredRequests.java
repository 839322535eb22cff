package dev.troupe.range;

import org.apache.pekko.actor.DeadLetter;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Answers what a replica was asked after it had ended: in its mailbox then, or sent by somebody who
 * had found it a moment before. Nothing of that was done and nothing will be, so that another
 * replica can be asked at once; without an answer a write would be in doubt at its deadline. One
 * for each actor system.
 */
public final class UndeliveredRequests {
  private UndeliveredRequests() {}

  /** The only way to make one. */
  public static Behavior<DeadLetter> create() {
    return Behaviors.setup(
        context -> {
          var self = Adapter.toClassic(context.getSelf());
          Adapter.toClassic(context.getSystem()).eventStream().subscribe(self, DeadLetter.class);
          return Behaviors.receiveMessage(
              letter -> {
                if (letter.message() instanceof RangeReplica.Command command) {
                  refuse(command);
                }
                return Behaviors.same();
              });
        });
  }

  /** Refuses what somebody waits for; everything else needs no answer. */
  static void refuse(RangeReplica.Command command) {
    switch (command) {
      case RangeReplica.Kv m -> m.replyTo().accept(new RangeReply.NotLeader(null));
      case RangeReplica.LockMet m -> m.kv().replyTo().accept(new RangeReply.NotLeader(null));
      case RangeReplica.Administer m ->
          m.replyTo().accept(new RangeReplica.AdminOutcome.Elsewhere(null));
      case RangeReplica.Close m -> m.replyTo().accept(null);
      // Nobody waits for an answer to the others, or whoever does asks again.
      default -> {}
    }
  }
}
