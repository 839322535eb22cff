package dev.troupe.chaos.nodes;

import dev.troupe.chaos.check.Violation;
import dev.troupe.protocol.codec.DescriptorCodec;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.spi.StateStore.LocalRecord;
import dev.troupe.range.AppliedState;
import dev.troupe.range.Subsumed;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whatever is on disk of a range, on any machine and at any time: where the same entries have been
 * applied the state is the same, to the byte. Looked at again and again, also while nodes are down.
 */
final class Agreement {
  private record Place(RangeId range, long index) {}

  private record Seen(long checksum, String where) {}

  private final NodeCluster cluster;
  private final Map<Place, Seen> first = new HashMap<>();

  Agreement(NodeCluster cluster) {
    this.cluster = cluster;
  }

  void check() {
    for (Machine machine : cluster.machines()) {
      var replicas = machine.log().known();
      var parts = Subsumed.among(replicas, machine.state());
      for (ReplicaKey replica : replicas) {
        // What is part of another range here changes as that one does.
        if (!parts.contains(replica) && hasState(machine, replica)) {
          check(machine, replica.range());
        }
      }
    }
  }

  private void check(Machine machine, RangeId range) {
    AppliedState applied = applied(machine, range);
    RangeDescriptor current = descriptor(machine, range);
    if (applied == null || current == null) {
      return;
    }
    long checksum = machine.state().content().checksum(range, current.span());
    var now = new Seen(checksum, "n" + machine.number() + " with " + current);
    Seen before = first.putIfAbsent(new Place(range, applied.position().index()), now);
    if (before != null && before.checksum() != checksum) {
      throw new Violation(
          "ReplicaAgreement",
          "%s at %s: %s has another state than %s had"
              .formatted(range, applied.position(), now.where(), before.where()));
    }
  }

  /**
   * Whether a replica has come to state of its own. One that still waits for its first snapshot may
   * find records of a removed one, which a crash kept from being cleared, and does not read them.
   */
  static boolean hasState(Machine machine, ReplicaKey replica) {
    return machine
        .log()
        .replica(replica)
        .filter(stored -> !stored.start().equals(LogPosition.ZERO))
        .isPresent();
  }

  /** How far a machine's state of a range has come; null when it has none. */
  static @Nullable AppliedState applied(Machine machine, RangeId range) {
    byte[] record = machine.state().getLocal(range, LocalRecord.APPLIED);
    return record == null ? null : AppliedState.decode(record);
  }

  /** How a machine's state describes a range; null when it has none. */
  static @Nullable RangeDescriptor descriptor(Machine machine, RangeId range) {
    byte[] record = machine.state().getLocal(range, LocalRecord.DESCRIPTOR);
    return record == null ? null : DescriptorCodec.decodeDescriptor(record);
  }
}
