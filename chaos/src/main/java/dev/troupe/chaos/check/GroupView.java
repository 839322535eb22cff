package dev.troupe.chaos.check;

import dev.troupe.protocol.model.ReplicaId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All replicas of the group that ever lived, also those that are down. */
public interface GroupView {
  /** What a replica has on disk; null when it never existed. */
  @Nullable DurableView disk(ReplicaId replica);

  /** The replicas that run now, in the order of their nodes. */
  List<ReplicaView> running();
}
