package dev.troupe.chaos.sim;

import dev.troupe.chaos.check.Fingerprint;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.raft.RaftMessage;

/** What travels between nodes. */
sealed interface Packet {
  ReplicaId from();

  ReplicaId to();

  /** A message of the core. */
  record Raft(RaftMessage message) implements Packet {
    @Override
    public ReplicaId from() {
      return message.from();
    }

    @Override
    public ReplicaId to() {
      return message.to();
    }

    @Override
    public String toString() {
      return message.toString();
    }
  }

  /**
   * A piece of a snapshot; the last one completes it.
   *
   * @param term of the leader that sends it
   * @param stream number of this attempt
   */
  record SnapshotChunk(
      ReplicaId from, ReplicaId to, long term, long stream, int number, int count, StateImage image)
      implements Packet {}

  /** Tells the sender how its snapshot ended. */
  record SnapshotEnd(ReplicaId from, ReplicaId to, long stream, boolean installed)
      implements Packet {}

  /** What tells this packet from others, for the trace. */
  default long digest() {
    long route = from().value() << 16 | to().value();
    return switch (this) {
      case Raft raft -> Fingerprint.mix(route, digest(raft.message()));
      case SnapshotChunk chunk ->
          Fingerprint.mix(route, chunk.stream() * 64 + chunk.number() + chunk.image().checksum());
      case SnapshotEnd end -> Fingerprint.mix(route, end.stream() * 2 + (end.installed() ? 1 : 0));
    };
  }

  private static long digest(RaftMessage message) {
    long detail =
        switch (message) {
          case RaftMessage.VoteRequest m ->
              m.last().index() * 4 + (m.preVote() ? 1 : 0) + (m.transfer() ? 2 : 0);
          case RaftMessage.VoteResponse m -> (m.preVote() ? 1 : 0) + (m.granted() ? 2 : 0) + 8;
          case RaftMessage.Append m ->
              Fingerprint.mix(m.prev().index(), m.entries().size() * 1_000_003L + m.commit());
          case RaftMessage.AppendResponse m ->
              Fingerprint.mix(m.matched(), m.rejected() * 31 + m.hint().index());
          case RaftMessage.Heartbeat m -> m.commit() * 2 + (m.quiesce() ? 1 : 0);
          case RaftMessage.HeartbeatResponse m -> 3 * m.context();
          case RaftMessage.TimeoutNow m -> 77;
        };
    return Fingerprint.mix(message.term(), detail);
  }
}
