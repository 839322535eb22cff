package dev.troupe.protocol.spi;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.TxnId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The transactions that this node coordinates, for those who look. Any thread; never blocks. */
@FunctionalInterface
public interface OpenTransactions {
  /** Nobody is there to ask. */
  OpenTransactions NONE = List::of;

  /** More are not told, the oldest first. */
  int SEEN_MAX = 500;

  /** Of the keys that a transaction holds, so many are told. */
  int KEYS_MAX = 8;

  /**
   * One transaction.
   *
   * @param ageMillis since it was begun
   * @param held how many keys it holds, or has asked to hold, before it writes
   * @param keys some of them
   * @param waiting null: it waits for nobody, or not for long
   */
  record Seen(TxnId id, long ageMillis, int held, List<Key> keys, @Nullable Waiting waiting) {
    public Seen {
      keys = List.copyOf(keys);
    }
  }

  /**
   * A wait of more than a tenth of a second.
   *
   * @param holder who has what is waited for
   * @param holderAt where that one is coordinated
   * @param millis since it was first heard of
   */
  record Waiting(TxnId holder, NodeId holderAt, long millis) {}

  List<Seen> seen();
}
