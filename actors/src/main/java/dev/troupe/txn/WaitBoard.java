package dev.troupe.txn;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.OpenTransactions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * For whom this node's transactions wait, as leaders of ranges tell it again and again while they
 * do. For people; deadlocks are looked for elsewhere. Any thread.
 */
final class WaitBoard {
  /** What was not told for so long is over. */
  static final long FRESH_NANOS = 2_000_000_000L;

  private record Edge(TxnId holder, NodeId holderAt, long sinceNanos, long heardNanos) {}

  private final Map<TxnId, Edge> edges = new ConcurrentHashMap<>();

  /** A leader says that one waits. */
  void heard(TxnId waiter, TxnId holder, NodeId holderAt, long now) {
    edges.compute(
        waiter,
        (id, before) -> {
          boolean same =
              before != null
                  && before.holder().equals(holder)
                  && now - before.heardNanos() < FRESH_NANOS;
          return new Edge(holder, holderAt, same ? before.sinceNanos() : now, now);
        });
  }

  void forget(TxnId waiter) {
    edges.remove(waiter);
  }

  /** For whom it waits; null: nobody has said so of late. */
  OpenTransactions.@Nullable Waiting of(TxnId waiter, long now) {
    Edge edge = edges.get(waiter);
    return edge == null || now - edge.heardNanos() >= FRESH_NANOS
        ? null
        : new OpenTransactions.Waiting(
            edge.holder(), edge.holderAt(), (now - edge.sinceNanos()) / 1_000_000L);
  }
}
