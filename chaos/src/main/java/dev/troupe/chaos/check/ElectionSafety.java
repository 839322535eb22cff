package dev.troupe.chaos.check;

import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.raft.Role;
import java.util.HashMap;
import java.util.Map;

/** At most one leader in each term (Raft, figure 3). */
public final class ElectionSafety implements Check {
  private final Map<Long, ReplicaId> leaders = new HashMap<>();

  @Override
  public void observed(ReplicaView replica) {
    if (replica.role() != Role.LEADER) {
      return;
    }
    ReplicaId first = leaders.putIfAbsent(replica.term(), replica.replica());
    if (first != null && !first.equals(replica.replica())) {
      throw new Violation(
          name(),
          "%s and %s both lead term %d".formatted(first, replica.replica(), replica.term()));
    }
  }
}
