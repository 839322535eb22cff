package dev.troupe.node.grpc;

import dev.troupe.node.config.NodeSettings.TxnLimits;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.spi.TxnResponse;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Bounds the interactive transactions that are open on this node. Any thread. */
public final class OpenSessions {
  private final int max;
  private final AtomicInteger open = new AtomicInteger();

  public OpenSessions(TxnLimits limits) {
    max = limits.openSessions();
  }

  /** Null when there is room; then {@link #leave} must follow exactly once. */
  TxnResponse.@Nullable Failed enter() {
    if (open.incrementAndGet() <= max) {
      return null;
    }
    open.decrementAndGet();
    return new TxnResponse.Failed(
        ErrorCode.OVERLOADED,
        "this node has %d open sessions already (troupe.transactions.open-sessions); try again later or another node"
            .formatted(max));
  }

  void leave() {
    open.decrementAndGet();
  }

  public int count() {
    return open.get();
  }
}
