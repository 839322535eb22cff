package dev.troupe.txn;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.KvRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * What a transaction did in one range, or a piece of it that fits into one log entry.
 *
 * @param owned the keys that the range is believed to own
 */
record Part(KeySpan owned, List<KvRequest.Change> changes, List<KeySpan> reads) {

  Part(KeySpan owned) {
    this(owned, new ArrayList<>(), new ArrayList<>());
  }

  List<Key> keys() {
    var keys = new ArrayList<Key>(changes.size());
    for (KvRequest.Change change : changes) {
      keys.add(change.key());
    }
    return keys;
  }

  long bytes() {
    long bytes = 0;
    for (KvRequest.Change change : changes) {
      bytes += sizeOf(change);
    }
    return bytes;
  }

  static long sizeOf(KvRequest.Change change) {
    byte[] value = change.value();
    return 16L + change.key().length() + (value == null ? 0 : value.length);
  }

  /** Cuts the changes so that none is much larger than a limit. Reads stay with the first. */
  List<Part> cut(long bytesMax) {
    var pieces = new ArrayList<Part>();
    Part piece = new Part(owned, new ArrayList<>(), reads);
    long bytes = 0;
    for (KvRequest.Change change : changes) {
      if (bytes >= bytesMax) {
        pieces.add(piece);
        piece = new Part(owned);
        bytes = 0;
      }
      piece.changes().add(change);
      bytes += sizeOf(change);
    }
    pieces.add(piece);
    return pieces;
  }
}
