package dev.troupe.transport;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.model.NodeId;

/** Takes what other nodes sent. Called on the inbox actor's thread: must not block. */
@FunctionalInterface
public interface PeerHandler {
  /**
   * One message.
   *
   * @param in limited to the message's bytes
   */
  void onMessage(NodeId from, ByteReader in);
}
