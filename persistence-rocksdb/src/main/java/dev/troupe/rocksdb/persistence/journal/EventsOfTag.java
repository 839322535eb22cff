package dev.troupe.rocksdb.persistence.journal;

import dev.troupe.rocksdb.persistence.query.Pages;
import dev.troupe.rocksdb.persistence.store.Family;
import dev.troupe.rocksdb.persistence.store.Frame;
import dev.troupe.rocksdb.persistence.store.KeyCodec;
import dev.troupe.rocksdb.persistence.store.RowCursor;
import dev.troupe.rocksdb.persistence.store.StoreView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.persistence.query.EventEnvelope;

/**
 * Reads the events of one tag by offset. Offsets become visible in order, so whatever a page does
 * not show yet lies behind it.
 */
final class EventsOfTag implements Pages<EventEnvelope> {
  private static final long UNKNOWN = -1;

  private final EventLog log;
  private final EventReader reader;
  private final String tag;
  private final boolean live;
  private long offset;
  private long last = UNKNOWN;

  /**
   * @param offset the first event is behind it
   */
  EventsOfTag(EventLog log, EventReader reader, String tag, long offset, boolean live) {
    this.log = log;
    this.reader = reader;
    this.tag = tag;
    this.offset = offset;
    this.live = live;
  }

  @Override
  public Page<EventEnvelope> next(int max) {
    List<EventEnvelope> items = new ArrayList<>();
    try (StoreView view = log.store().view()) {
      if (live || last == UNKNOWN) {
        last = view.lastOffset();
      }
      boolean caughtUp = offset >= last || read(view, max, items);
      return new Page<>(items, caughtUp, caughtUp && !live);
    }
  }

  /** True when there was less to look at than allowed. */
  private boolean read(StoreView view, int max, List<EventEnvelope> items) {
    Map<String, Long> deletedTo = new HashMap<>();
    int seen = 0;
    byte[] begin = EventKeys.tag(tag, offset + 1);
    byte[] end = EventKeys.tag(tag, last + 1);
    try (RowCursor rows = view.rows(Family.TAGS, begin, end).first()) {
      for (; seen < max && rows.valid(); rows.next()) {
        seen++;
        offset = KeyCodec.lastNumber(rows.key());
        String what = "entry " + offset + " of tag '" + tag + "'";
        EventPosition position = EventKeys.decodePointer(rows.key(), rows.value(), what);
        long deleted =
            deletedTo.computeIfAbsent(
                position.persistenceId(), id -> log.record(view, id).deletedTo());
        if (position.sequenceNr() > deleted) {
          items.addAll(reader.envelopes(position, event(view, position)));
        }
      }
    }
    return seen < max;
  }

  private static StoredEvent event(StoreView view, EventPosition position) {
    byte[] key = EventKeys.event(position);
    byte[] frame = view.get(Family.EVENTS, key);
    if (frame == null) {
      throw Frame.damaged(position.toString(), "it is missing, though a tag names it");
    }
    return EventLog.decode(position, key, frame);
  }
}
