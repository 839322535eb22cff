package dev.troupe.node;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.SessionSignals;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Signals to sessions, which stay while the cluster part behind them comes, goes and comes again.
 * Any thread.
 */
public final class SwitchableSignals implements SessionSignals {
  private volatile @Nullable SessionSignals current;
  private final List<Consumer<Signal>> listeners = new CopyOnWriteArrayList<>();

  /** Goes on with another cluster part. */
  public void connect(SessionSignals signals) {
    current = signals;
    signals.listen(signal -> listeners.forEach(listener -> listener.accept(signal)));
  }

  @Override
  public @Nullable NodeId self() {
    SessionSignals connected = current;
    return connected == null ? null : connected.self();
  }

  @Override
  public void send(NodeId to, Signal signal) {
    SessionSignals connected = current;
    if (connected != null) {
      connected.send(to, signal);
    }
  }

  @Override
  public void listen(Consumer<Signal> local) {
    listeners.add(local);
  }
}
