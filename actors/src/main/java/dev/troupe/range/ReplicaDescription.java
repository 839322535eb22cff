package dev.troupe.range;

import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.raft.RaftStatus;
import org.jspecify.annotations.Nullable;

/**
 * What a replica says of itself.
 *
 * @param descriptor null before its first snapshot
 * @param role leader, follower, candidate or learner
 * @param writes answered since the replica started
 * @param reads answered since the replica started
 * @param foreign requests of both kinds that other nodes have sent since then
 */
public record ReplicaDescription(
    RangeId range,
    ReplicaId replica,
    @Nullable RangeDescriptor descriptor,
    String role,
    @Nullable ReplicaId leader,
    long term,
    LogPosition last,
    long commit,
    long applied,
    long logEntries,
    long approximateBytes,
    long writes,
    long reads,
    long foreign) {
  static ReplicaDescription of(
      LocalReplica replica,
      RaftStatus status,
      @Nullable RangeDescriptor descriptor,
      StateStore state) {
    ReplicaId self = replica.key().replica();
    String role =
        switch (status.role()) {
          case LEADER -> "leader";
          case FOLLOWER -> status.membership().isVoter(self) ? "follower" : "learner";
          case PRE_CANDIDATE, CANDIDATE -> "candidate";
        };
    return new ReplicaDescription(
        replica.key().range(),
        self,
        descriptor,
        role,
        status.leader(),
        status.term(),
        status.last(),
        status.commit(),
        replica.appliedIndex(),
        status.last().index() - status.start().index(),
        descriptor == null ? 0 : state.approximateBytes(descriptor.span()),
        replica.writes().sum(),
        replica.reads().sum(),
        replica.origins().sum());
  }
}
