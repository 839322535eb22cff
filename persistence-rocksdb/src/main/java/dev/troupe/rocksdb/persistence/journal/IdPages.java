package dev.troupe.rocksdb.persistence.journal;

import dev.troupe.rocksdb.persistence.query.Pages;
import dev.troupe.rocksdb.persistence.store.Family;
import dev.troupe.rocksdb.persistence.store.KeyCodec;
import dev.troupe.rocksdb.persistence.store.PersistenceStore;
import dev.troupe.rocksdb.persistence.store.RowCursor;
import dev.troupe.rocksdb.persistence.store.StoreView;
import dev.troupe.rocksdb.persistence.store.StoredText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads persistence ids that ever had an event, also when all their events are deleted. */
final class IdPages implements Pages<String> {
  private static final byte[] BY_NAME = {EventKeys.ID_RECORD};
  private static final byte[] BY_APPEARANCE = {EventKeys.ID_APPEARANCE};

  private final PersistenceStore store;
  private final byte[] end;
  private final boolean live;
  private byte[] next;

  private IdPages(PersistenceStore store, byte[] next, byte[] end, boolean live) {
    this.store = store;
    this.next = next;
    this.end = end;
    this.live = live;
  }

  /** In the order of their names, from the beginning. */
  static IdPages byName(PersistenceStore store) {
    return new IdPages(store, BY_NAME, KeyCodec.after(BY_NAME), false);
  }

  /** In the order of their names, behind this one. */
  static IdPages byNameBehind(PersistenceStore store, String persistenceId) {
    byte[] begin = KeyCodec.after(EventKeys.idRecord(persistenceId));
    return new IdPages(store, begin, KeyCodec.after(BY_NAME), false);
  }

  /** In the order of their first events; goes on with new ones. */
  static IdPages byAppearance(PersistenceStore store) {
    return new IdPages(store, BY_APPEARANCE, KeyCodec.after(BY_APPEARANCE), true);
  }

  @Override
  public Page<String> next(int max) {
    List<String> ids = new ArrayList<>();
    try (StoreView view = store.view();
        RowCursor rows = view.rows(Family.IDS, next, end).first()) {
      for (; ids.size() < max && rows.valid(); rows.next()) {
        ids.add(live ? appeared(rows) : KeyCodec.textAt(rows.key(), 1));
        // The smallest key behind this one.
        next = Arrays.copyOf(rows.key(), rows.key().length + 1);
      }
    }
    boolean caughtUp = ids.size() < max;
    return new Page<>(ids, caughtUp, caughtUp && !live);
  }

  private static String appeared(RowCursor rows) {
    return StoredText.decode(rows.key(), rows.value(), "an entry of the persistence ids");
  }
}
