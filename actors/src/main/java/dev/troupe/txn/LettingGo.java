package dev.troupe.txn;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvRequest;
import java.util.ArrayList;
import java.util.List;

/** Tells leaders that a transaction holds keys no more. What is lost is found out by who waits. */
final class LettingGo {
  /** Keys are let go of also when time is up, which is when others most want them. */
  private static final long PATIENCE_NANOS = 5_000_000_000L;

  private LettingGo() {}

  static void send(TransactionParts parts, Turns turns, TxnId txn, List<Key> keys) {
    var changes = new ArrayList<KvRequest.Change>();
    keys.forEach(key -> changes.add(new KvRequest.Change(key, null)));
    long deadline = parts.clock().nanos() + PATIENCE_NANOS;
    Partition.of(
        turns.ranges(parts.ranges()),
        deadline,
        changes,
        List.of(),
        divided -> {
          if (divided != null) {
            for (Part part : divided) {
              parts.kv().send(new KvRequest.LetGo(txn, part.keys()), deadline, response -> {});
            }
          }
        });
  }
}
