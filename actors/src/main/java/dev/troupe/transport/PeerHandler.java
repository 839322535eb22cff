package dev.troupe.transport;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.model.NodeId;

/**
 * Takes what other nodes sent. Called on the transport's thread, which also carries the heartbeats
 * of the cluster: it must not block, and should do no more than pass the message on.
 */
@FunctionalInterface
public interface PeerHandler {
  /**
   * One message.
   *
   * @param in limited to the message's bytes
   */
  void onMessage(NodeId from, ByteReader in);
}
