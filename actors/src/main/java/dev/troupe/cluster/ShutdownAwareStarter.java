package dev.troupe.cluster;

import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.store.ReplicaStarter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * Starts replicas until its node begins to leave the cluster, and none after that.
 *
 * <p>A region that shuts down waits for its shards to end and for the messages that it still holds
 * to be delivered. Other nodes speak to the replicas of a node that is leaving as long as it is a
 * member: a start that follows from that asks for a shard that no other node may have, so that the
 * region would hold the message, and the node could not leave, until the whole phase has timed out.
 *
 * <p>Any thread may call.
 */
final class ShutdownAwareStarter implements ReplicaStarter {
  private final ReplicaStarter starter;
  private boolean ended;

  ShutdownAwareStarter(ActorSystem<?> system, ReplicaStarter starter) {
    this.starter = starter;
    Supplier<CompletionStage<Done>> end =
        () -> {
          end();
          return CompletableFuture.completedFuture(Done.getInstance());
        };
    CoordinatedShutdown.get(system)
        .addTask(CoordinatedShutdown.PhaseBeforeClusterShutdown(), "troupe-start-no-replicas", end);
  }

  // Under the lock: a start that has begun is in the region's mailbox before the phase has ended.
  @Override
  public synchronized void start(ReplicaKey replica) {
    if (!ended) {
      starter.start(replica);
    }
  }

  private synchronized void end() {
    ended = true;
  }
}
