package dev.troupe.transport;

import dev.troupe.protocol.model.NodeId;

/**
 * Sends messages to other nodes. What is handed in for the same node while an earlier envelope is
 * on its way goes out together. Any message may be lost; order between two nodes is kept. Any
 * thread; never blocks.
 */
public interface PeerNetwork {
  /**
   * Queues a message.
   *
   * @return false when the node is not known or its window is full: the message was dropped
   */
  boolean send(NodeId to, OutboundMessage message);
}
