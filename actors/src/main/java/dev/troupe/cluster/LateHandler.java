package dev.troupe.cluster;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.transport.PeerHandler;
import org.jspecify.annotations.Nullable;

/** Drops messages until the parts of the node are connected: peers send them again. */
final class LateHandler implements PeerHandler {
  private volatile @Nullable PeerHandler target;

  void connect(PeerHandler ready) {
    target = ready;
  }

  @Override
  public void onMessage(NodeId from, ByteReader in) {
    PeerHandler ready = target;
    if (ready != null) {
      ready.onMessage(from, in);
    }
  }
}
