package dev.troupe.range;

import dev.troupe.raft.RaftCore;
import dev.troupe.raft.Role;
import java.time.Duration;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * Makes a replica lead that was split from one that led. The others may not have applied the split
 * yet and hear nothing: it asks again shortly, which a pre-vote makes harmless, until somebody
 * leads or it has had its time. Owned by the replica.
 */
final class FirstElection {
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final ActorContext<RangeReplica.Command> context;
  private final RaftCore core;
  private final long untilNanos;

  FirstElection(ActorContext<RangeReplica.Command> context, RaftCore core, long untilNanos) {
    this.context = context;
    this.core = core;
    this.untilNanos = untilNanos;
  }

  void proceed(long now) {
    if (core.leader() == null && core.role() != Role.LEADER && now - untilNanos < 0) {
      // A candidate's round is under way: it ends by itself.
      if (core.role() != Role.CANDIDATE) {
        core.campaign(now);
      }
      context.scheduleOnce(PAUSE, context.getSelf(), RangeReplica.Campaign.INSTANCE);
    }
  }
}
