package dev.troupe.rocksdb.engine;

import dev.troupe.protocol.model.NodeId;

/**
 * Who a data directory belongs to, once its node has joined a cluster.
 *
 * @param clusterId of the cluster that the node joined
 * @param nodeId the number that the cluster gave to the node
 * @param storeId drawn when the directory was made; tells a wiped or exchanged disk from the old
 *     one
 * @param incarnation rises with every opening; an older one than the cluster has seen means that an
 *     old copy of the directory was put back, whose votes and acknowledgements are forgotten
 */
public record StoreIdentity(String clusterId, NodeId nodeId, String storeId, long incarnation) {}
