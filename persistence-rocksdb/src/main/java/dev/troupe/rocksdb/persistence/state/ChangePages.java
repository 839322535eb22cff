package dev.troupe.rocksdb.persistence.state;

import dev.troupe.rocksdb.persistence.query.Pages;
import dev.troupe.rocksdb.persistence.store.Family;
import dev.troupe.rocksdb.persistence.store.KeyCodec;
import dev.troupe.rocksdb.persistence.store.RowCursor;
import dev.troupe.rocksdb.persistence.store.StoreView;
import dev.troupe.rocksdb.persistence.store.StoredText;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.pekko.persistence.query.DurableStateChange;

/**
 * Reads the newest change of each persistence id by offset. A persistence id that changes again
 * moves to the end, so that changes in between may be skipped, but never the newest one.
 */
final class ChangePages implements Pages<DurableStateChange<Object>> {
  private static final long UNKNOWN = -1;

  private final StateTable table;
  private final int kind;
  private final String name;
  private final Predicate<String> wanted;
  private final boolean live;
  private long offset;
  private long last = UNKNOWN;

  /**
   * @param kind whether the name is a tag or an entity type, as in {@link StateKeys}
   * @param wanted which persistence ids to show
   * @param offset the first change is behind it
   */
  ChangePages(
      StateTable table,
      int kind,
      String name,
      Predicate<String> wanted,
      long offset,
      boolean live) {
    this.table = table;
    this.kind = kind;
    this.name = name;
    this.wanted = wanted;
    this.offset = offset;
    this.live = live;
  }

  @Override
  public Page<DurableStateChange<Object>> next(int max) {
    List<DurableStateChange<Object>> items = new ArrayList<>();
    try (StoreView view = table.store().view()) {
      if (live || last == UNKNOWN) {
        last = view.lastOffset();
      }
      boolean caughtUp = offset >= last || read(view, max, items);
      return new Page<>(items, caughtUp, caughtUp && !live);
    }
  }

  private boolean read(StoreView view, int max, List<DurableStateChange<Object>> items) {
    int seen = 0;
    byte[] begin = StateKeys.change(kind, name, offset + 1);
    byte[] end = StateKeys.change(kind, name, last + 1);
    try (RowCursor rows = view.rows(Family.STATE_CHANGES, begin, end).first()) {
      for (; seen < max && rows.valid(); rows.next()) {
        seen++;
        offset = KeyCodec.lastNumber(rows.key());
        String what = "change " + offset + " of durable states";
        String persistenceId = StoredText.decode(rows.key(), rows.value(), what);
        if (wanted.test(persistenceId)) {
          StateHead head = table.head(view, persistenceId);
          if (head != null && head.offset() == offset) {
            items.add(table.change(view, persistenceId, head));
          }
        }
      }
    }
    return seen < max;
  }
}
