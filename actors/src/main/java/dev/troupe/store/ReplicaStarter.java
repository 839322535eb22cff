package dev.troupe.store;

import dev.troupe.protocol.model.ReplicaKey;

/** Starts the actor of a replica that this node's disk holds. Idempotent; any thread. */
@FunctionalInterface
public interface ReplicaStarter {
  void start(ReplicaKey replica);
}
