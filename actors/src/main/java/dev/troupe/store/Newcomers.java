package dev.troupe.store;

import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.spi.RaftLogStore;
import dev.troupe.range.RangeBirth;
import dev.troupe.range.ReplicaServices;
import dev.troupe.transport.PeerNetwork;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Makes replicas that a leader or a candidate speaks to and that this store does not have. Not
 * before that one has said which keys the range has: while another replica here holds one of them,
 * it has not applied the split by which the range came into being, and will bring the replica
 * itself.
 *
 * <p>A replica that was never here has promised and acknowledged nothing, so it is a member with an
 * empty log, and may vote as such (Raft, section 5.4.1: what is committed was never counted on it).
 * One that was here and was removed has left a tombstone, and is not made again.
 *
 * <p>{@link #mayAsk} belongs to the store's actor; the rest blocks and may run on any thread.
 */
final class Newcomers {
  /** They speak every heartbeat; the question goes out less often. */
  private static final long ASK_AGAIN_NANOS = 500_000_000L;

  private static final int ASKED_MAX = 4_096;

  private final ReplicaServices services;
  private final PeerNetwork peers;
  private final ReplicaStarter starter;
  private final Map<ReplicaKey, Long> askedAt = new HashMap<>();

  Newcomers(ReplicaServices services, PeerNetwork peers, ReplicaStarter starter) {
    this.services = services;
    this.peers = peers;
    this.starter = starter;
  }

  /** Whether it is time to look for a replica. */
  boolean mayAsk(ReplicaKey key) {
    long now = services.clock().nanos();
    Long before = askedAt.get(key);
    if (before != null && now - before < ASK_AGAIN_NANOS) {
      return false;
    }
    if (askedAt.size() >= ASKED_MAX) {
      askedAt.values().removeIf(at -> now - at >= ASK_AGAIN_NANOS);
    }
    if (before == null && askedAt.size() >= ASKED_MAX) {
      return false;
    }
    askedAt.put(key, now);
    return true;
  }

  /**
   * Asks about a replica that is not stored, unless it was removed.
   *
   * @return whether it is stored, and to be started
   */
  boolean lookFor(ReplicaKey key, NodeId asking) {
    var stored = services.log().replica(key);
    if (stored.isEmpty()) {
      if (!wasRemoved(key)) {
        peers.send(asking, new PeerMessage.FindRange(key.range(), key.replica()));
      }
      return false;
    }
    return !RangeBirth.isAwaited(stored.get(), services.state());
  }

  /** Makes a replica without state: who leads its range will send a snapshot. */
  void make(ReplicaKey key, RangeDescriptor range) {
    var claims = services.directory().claims();
    claims.exclusively(
        () -> {
          boolean free = claims.holder(range, services.log(), services.state()).isEmpty();
          if (free && !wasRemoved(key) && !services.log().known().contains(key)) {
            var create = new RaftLogStore.LogWrite.Create(key, HardState.INITIAL, LogPosition.ZERO);
            services.log().write(create, () -> starter.start(key));
          }
        });
  }

  /** Whether the range has removed this replica or a later one from here. */
  private boolean wasRemoved(ReplicaKey key) {
    OptionalLong lowest = services.log().tombstone(key.range());
    return lowest.isPresent() && key.replica().value() < lowest.getAsLong();
  }
}
