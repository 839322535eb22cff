package dev.troupe.rocksdb.persistence.journal;

import dev.troupe.rocksdb.persistence.query.Pages;
import dev.troupe.rocksdb.persistence.store.StoreView;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.persistence.query.EventEnvelope;

/** Reads the events of one persistence id by sequence number. */
final class EventsOfId implements Pages<EventEnvelope> {
  private final EventLog log;
  private final EventReader reader;
  private final String persistenceId;
  private final boolean live;
  private long next;
  private long last;
  private boolean bounded;

  EventsOfId(
      EventLog log, EventReader reader, String persistenceId, long from, long to, boolean live) {
    this.log = log;
    this.reader = reader;
    this.persistenceId = persistenceId;
    this.next = from;
    this.last = to;
    this.live = live;
  }

  @Override
  public Page<EventEnvelope> next(int max) {
    List<EventEnvelope> items = new ArrayList<>();
    try (StoreView view = log.store().view()) {
      long highest = log.highestSequenceNr(view, persistenceId);
      if (!live && !bounded) {
        // What is written after the query began does not belong to it.
        last = Math.min(last, highest);
        bounded = true;
      }
      Counter counter = new Counter(max, items);
      log.visit(view, persistenceId, next, last, counter);
      boolean caughtUp = counter.left > 0;
      // The last event itself may be deleted or was rejected: it will not come any more.
      boolean complete = next > last || (caughtUp && highest >= last);
      return new Page<>(items, caughtUp, complete || (caughtUp && !live));
    }
  }

  private final class Counter implements EventLog.EventVisitor {
    private final List<EventEnvelope> items;
    private int left;

    private Counter(int max, List<EventEnvelope> items) {
      this.left = max;
      this.items = items;
    }

    @Override
    public boolean visit(EventPosition position, StoredEvent event) {
      items.addAll(reader.envelopes(position, event));
      next = position.sequenceNr() + 1;
      return --left > 0;
    }
  }
}
