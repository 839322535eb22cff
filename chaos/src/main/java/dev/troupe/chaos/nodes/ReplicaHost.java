package dev.troupe.chaos.nodes;

import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.range.RangeReplica;
import dev.troupe.range.ReplicaServices;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Starts replicas instead of Cluster Sharding: a child for each, which is told the time when it
 * runs already. A start that meets a replica on its way out is lost, as it may be with sharding.
 */
final class ReplicaHost {
  private static final DispatcherSelector RAFT =
      DispatcherSelector.fromConfig("troupe.dispatcher.raft");

  record Start(ReplicaKey replica) {}

  private ReplicaHost() {}

  static Behavior<Start> create(ReplicaServices services, Alarm alarm) {
    return Behaviors.setup(
        context ->
            Behaviors.receiveMessage(
                start -> {
                  ReplicaKey key = start.replica();
                  String name = key.range().value() + "-" + key.replica().value();
                  var running = context.getChild(name);
                  if (running.isPresent()) {
                    running
                        .get()
                        .<RangeReplica.Command>unsafeUpcast()
                        .tell(RangeReplica.Tick.INSTANCE);
                  } else {
                    context.spawn(
                        Watched.watch(
                            RangeReplica.Command.class, alarm, RangeReplica.create(key, services)),
                        name,
                        RAFT);
                  }
                  return Behaviors.same();
                }));
  }
}
