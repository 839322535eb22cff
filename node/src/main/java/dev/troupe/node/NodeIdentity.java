package dev.troupe.node;

import dev.troupe.protocol.model.NodeId;

/**
 * Who a node is, for as long as its data directory lives.
 *
 * @param clusterId the cluster it belongs to
 * @param nodeId its number in that cluster
 * @param storeId unique to the data directory
 */
public record NodeIdentity(String clusterId, NodeId nodeId, String storeId) {}
