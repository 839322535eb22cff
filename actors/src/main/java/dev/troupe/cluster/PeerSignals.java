package dev.troupe.cluster;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.SessionSignals;
import dev.troupe.store.PeerMessage;
import dev.troupe.transport.PeerNetwork;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Signals of sessions, as messages between nodes. Any thread. */
final class PeerSignals implements SessionSignals {
  private final NodeId self;
  private final PeerNetwork peers;
  private final List<Consumer<Signal>> listeners = new CopyOnWriteArrayList<>();

  PeerSignals(NodeId self, PeerNetwork peers) {
    this.self = self;
    this.peers = peers;
  }

  @Override
  public NodeId self() {
    return self;
  }

  @Override
  public void send(NodeId to, Signal signal) {
    peers.send(to, new PeerMessage.OfSessions(signal));
  }

  @Override
  public void listen(Consumer<Signal> local) {
    listeners.add(local);
  }

  /** On the transport's thread. */
  void received(Signal signal) {
    for (Consumer<Signal> listener : listeners) {
      listener.accept(signal);
    }
  }
}
