package dev.troupe.cluster;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.SessionSignals;
import dev.troupe.store.PeerMessage;
import dev.troupe.transport.PeerNetwork;
import java.util.function.Consumer;

/** Signals to sessions, as messages between nodes. Any thread. */
final class PeerSignals implements SessionSignals {
  private final NodeId self;
  private final PeerNetwork peers;
  private volatile Consumer<Cancel> listener = cancel -> {};

  PeerSignals(NodeId self, PeerNetwork peers) {
    this.self = self;
    this.peers = peers;
  }

  @Override
  public NodeId self() {
    return self;
  }

  @Override
  public void send(NodeId to, Cancel cancel) {
    peers.send(to, new PeerMessage.CancelStatement(cancel.session(), cancel.secret()));
  }

  @Override
  public void listen(Consumer<Cancel> local) {
    listener = local;
  }

  /** On the transport's thread. */
  void received(PeerMessage.CancelStatement message) {
    listener.accept(new Cancel(message.session(), message.secret()));
  }
}
