package dev.troupe.txn;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.range.TxnWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The keys that transactions of this node hold, or ask to hold, at leaders of ranges: these keep
 * them in memory only, and a new leader asks here what its predecessor had. Any thread.
 */
final class HeldKeys {
  /** So many bytes of keys are told at a time: beyond it a new leader has to do without. */
  static final long TOLD_BYTES_MAX = 1 << 20;

  private enum State {
    ASKED,
    HELD,
    /** Asked of a leader that may have a successor by now, which will not know of a grant. */
    OUTDATED
  }

  private final NodeId self;
  private final Map<TxnId, OfTransaction> holders = new ConcurrentHashMap<>();

  HeldKeys(NodeId self) {
    this.self = self;
  }

  /** What one transaction holds. Its coordinator begins, and ends by {@link #take}. */
  final class OfTransaction {
    private final TxnId txn;
    private final ConcurrentNavigableMap<Key, State> keys = new ConcurrentSkipListMap<>();

    private OfTransaction(TxnId txn) {
      this.txn = txn;
    }

    /** A wish to hold a key is about to be sent. */
    void asks(Key key) {
      keys.merge(key, State.ASKED, (before, now) -> before == State.HELD ? before : now);
    }

    /**
     * A leader has granted the wish; false when it has to be asked for again, since its successor
     * was told that the key is not held.
     */
    boolean granted(Key key) {
      return keys.replace(key, State.ASKED, State.HELD) || keys.get(key) != State.OUTDATED;
    }

    void refused(Key key) {
      keys.remove(key);
    }

    /** Nothing is held any more as far as new leaders are concerned; answers what was. */
    List<Key> take() {
      holders.remove(txn, this);
      return List.copyOf(keys.keySet());
    }

    private long tell(KeySpan span, List<Key> to, long bytesMax) {
      long bytes = 0;
      for (Key key : keys.subMap(span.start(), span.end()).keySet()) {
        if (!keys.replace(key, State.ASKED, State.OUTDATED)
            && keys.get(key) == State.HELD
            && bytes < bytesMax) {
          to.add(key);
          bytes += key.length();
        }
      }
      return bytes;
    }
  }

  OfTransaction begin(TxnId txn) {
    var begun = new OfTransaction(txn);
    holders.put(txn, begun);
    return begun;
  }

  /** For a new leader of a span: which of its keys are held. Wishes on their way are outdated. */
  List<TxnWatch.Holder> within(KeySpan span) {
    var told = new ArrayList<TxnWatch.Holder>();
    long left = TOLD_BYTES_MAX;
    for (OfTransaction holder : holders.values()) {
      var keys = new ArrayList<Key>();
      left -= holder.tell(span, keys, left);
      if (!keys.isEmpty()) {
        told.add(new TxnWatch.Holder(holder.txn, self, keys));
      }
    }
    return told;
  }

  /** What a transaction holds or asks to hold, for those who only look; some of it. */
  List<Key> some(TxnId txn, int max) {
    OfTransaction holder = holders.get(txn);
    return holder == null ? List.of() : holder.keys.keySet().stream().limit(max).toList();
  }

  /** How many keys a transaction holds, or asks to hold. */
  int count(TxnId txn) {
    OfTransaction holder = holders.get(txn);
    return holder == null ? 0 : holder.keys.size();
  }

  /** Transactions that hold something, or ask to. */
  int size() {
    return holders.size();
  }
}
