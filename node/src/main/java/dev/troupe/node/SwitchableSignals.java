package dev.troupe.node;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.SessionSignals;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Signals to sessions, which stay while the cluster part behind them comes, goes and comes again.
 * Any thread.
 */
public final class SwitchableSignals implements SessionSignals {
  private volatile @Nullable SessionSignals current;
  private volatile Consumer<Cancel> listener = cancel -> {};

  /** Goes on with another cluster part. */
  public void connect(SessionSignals signals) {
    current = signals;
    signals.listen(cancel -> listener.accept(cancel));
  }

  @Override
  public @Nullable NodeId self() {
    SessionSignals connected = current;
    return connected == null ? null : connected.self();
  }

  @Override
  public void send(NodeId to, Cancel cancel) {
    SessionSignals connected = current;
    if (connected != null) {
      connected.send(to, cancel);
    }
  }

  @Override
  public void listen(Consumer<Cancel> local) {
    listener = local;
  }
}
