package dev.troupe.cluster;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.ReplicaKey;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.ShardingMessageExtractor;

/**
 * Names of replicas as sharding entities: {@code <range id>-<replica id>@<node id>}. The shard is
 * the node, so that sharding finds the way to every replica of a node once it knows the node.
 *
 * @param <M> messages of the entity
 */
public final class ReplicaExtractor<M> extends ShardingMessageExtractor<ShardingEnvelope<M>, M> {
  private static final char NODE_MARK = '@';
  private static final char REPLICA_MARK = '-';

  /** Where and which a replica is. */
  public record Location(ReplicaKey replica, NodeId node) {}

  public static String entityId(ReplicaKey replica, NodeId node) {
    return Long.toString(replica.range().value())
        + REPLICA_MARK
        + replica.replica().value()
        + NODE_MARK
        + node.value();
  }

  /** The shard that holds every replica of a node. */
  public static String shardOf(NodeId node) {
    return Integer.toString(node.value());
  }

  /**
   * @throws IllegalArgumentException when it is not an entity id
   */
  public static Location parse(String entityId) {
    int at = entityId.indexOf(NODE_MARK);
    int dash = entityId.indexOf(REPLICA_MARK);
    if (dash < 0 || at < dash) {
      throw new IllegalArgumentException(
          "'" + entityId + "' is not <range id>-<replica id>@<node id>");
    }
    ReplicaKey replica =
        new ReplicaKey(
            new RangeId(Long.parseLong(entityId, 0, dash, 10)),
            new ReplicaId(Long.parseLong(entityId, dash + 1, at, 10)));
    int node = Integer.parseInt(entityId, at + 1, entityId.length(), 10);
    return new Location(replica, new NodeId(node));
  }

  @Override
  public String entityId(ShardingEnvelope<M> envelope) {
    return envelope.entityId();
  }

  @Override
  public String shardId(String entityId) {
    return entityId.substring(entityId.indexOf(NODE_MARK) + 1);
  }

  @Override
  public M unwrapMessage(ShardingEnvelope<M> envelope) {
    return envelope.message();
  }
}
