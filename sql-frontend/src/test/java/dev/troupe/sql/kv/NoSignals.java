package dev.troupe.sql.kv;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.SessionSignals;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Of a node that is in no cluster. */
public final class NoSignals implements SessionSignals {
  @Override
  public @Nullable NodeId self() {
    return null;
  }

  @Override
  public void send(NodeId to, Signal signal) {
    throw new IllegalStateException("there is no node " + to);
  }

  @Override
  public void listen(Consumer<Signal> local) {}
}
