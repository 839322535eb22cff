package dev.troupe.rocksdb.persistence.state;

import dev.troupe.rocksdb.persistence.query.Pages;
import dev.troupe.rocksdb.persistence.store.Family;
import dev.troupe.rocksdb.persistence.store.KeyCodec;
import dev.troupe.rocksdb.persistence.store.PersistenceStore;
import dev.troupe.rocksdb.persistence.store.RowCursor;
import dev.troupe.rocksdb.persistence.store.StoreView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the persistence ids that have a state, by name. */
final class StateIdPages implements Pages<String> {
  private static final byte[] ALL = {StateKeys.VALUE};

  private final PersistenceStore store;
  private byte[] next;

  /**
   * @param behind begins behind this id; null for all
   */
  StateIdPages(PersistenceStore store, @Nullable String behind) {
    this.store = store;
    this.next = behind == null ? ALL : KeyCodec.after(StateKeys.value(behind));
  }

  @Override
  public Page<String> next(int max) {
    List<String> ids = new ArrayList<>();
    try (StoreView view = store.view();
        RowCursor rows = view.rows(Family.STATES, next, KeyCodec.after(ALL)).first()) {
      for (; ids.size() < max && rows.valid(); rows.next()) {
        ids.add(KeyCodec.textAt(rows.key(), 1));
        next = KeyCodec.after(rows.key());
      }
    }
    boolean caughtUp = ids.size() < max;
    return new Page<>(ids, caughtUp, caughtUp);
  }
}
