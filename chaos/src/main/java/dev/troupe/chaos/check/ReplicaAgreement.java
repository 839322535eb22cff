package dev.troupe.chaos.check;

import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import java.util.HashMap;
import java.util.Map;

/** Replicas that have applied the same entries are in the same state. */
public final class ReplicaAgreement implements Check {
  private final Map<Long, Long> checksums = new HashMap<>();

  @Override
  public void booted(ReplicaView replica) {
    compare(replica);
  }

  @Override
  public void applied(ReplicaView replica, LogEntry entry) {
    compare(replica);
  }

  @Override
  public void installed(ReplicaView replica, LogPosition snapshot) {
    compare(replica);
  }

  private void compare(ReplicaView replica) {
    Long first = checksums.putIfAbsent(replica.applied().index(), replica.checksum());
    if (first != null && first != replica.checksum()) {
      throw new Violation(
          name(),
          "%s is in another state at %s than the first replica there"
              .formatted(replica.replica(), replica.applied()));
    }
  }
}
