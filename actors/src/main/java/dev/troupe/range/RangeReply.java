package dev.troupe.range;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import org.jspecify.annotations.Nullable;

/**
 * What a replica answers to a request. All but {@link Done} say: nothing was done, ask elsewhere.
 */
public sealed interface RangeReply {
  record Done(KvResponse response) implements RangeReply {}

  /** Maybe that node's replica leads. */
  record NotLeader(@Nullable NodeId leader) implements RangeReply {}

  /** The key does not belong to the range as it is now. */
  record NotOwner(RangeDescriptor current) implements RangeReply {}

  /** The first key belongs to the range as it is now, others do not. */
  record CrossesBorder(RangeDescriptor current) implements RangeReply {}

  /** The node has no running replica of the range. */
  record NoReplica() implements RangeReply {}

  /**
   * What a node answers that has no running replica of the range that was asked: whose the key is
   * as far as it knows, which helps when the range has become part of its neighbour.
   */
  static RangeReply noReplica(ReplicaDirectory directory, KvRequest request) {
    RangeDescriptor holding = directory.holding(request.routingKey());
    return holding == null ? new NoReplica() : new NotOwner(holding);
  }
}
