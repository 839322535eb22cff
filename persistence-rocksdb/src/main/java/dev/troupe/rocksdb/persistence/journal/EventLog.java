package dev.troupe.rocksdb.persistence.journal;

import dev.troupe.rocksdb.persistence.store.Family;
import dev.troupe.rocksdb.persistence.store.Frame;
import dev.troupe.rocksdb.persistence.store.KeyCodec;
import dev.troupe.rocksdb.persistence.store.PersistenceStore;
import dev.troupe.rocksdb.persistence.store.RowCursor;
import dev.troupe.rocksdb.persistence.store.StoreView;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * The events of a store. Reads take a view and block; writes return at once. Thread-safe.
 *
 * <p>Order for callers: a read that begins after {@link #settled} sees every write of that
 * persistence id submitted before.
 */
public final class EventLog {
  /** Receives events of a replay in order; false ends it. */
  @FunctionalInterface
  public interface EventVisitor {
    boolean visit(EventPosition position, StoredEvent event);
  }

  private final PersistenceStore store;
  private final EventPurge purge;

  /**
   * @param blocking where deleted events are removed from disk
   */
  public EventLog(PersistenceStore store, Executor blocking) {
    this.store = store;
    this.purge = new EventPurge(store, this, blocking);
  }

  public PersistenceStore store() {
    return store;
  }

  /** Completes when the works of this persistence id submitted before have ended. */
  public CompletionStage<Void> settled(String persistenceId) {
    return store.settled(JournalTopics.lane(persistenceId));
  }

  /** The highest sequence number ever written; 0 when there is none. Survives deletion. */
  public long highestSequenceNr(StoreView view, String persistenceId) {
    return record(view, persistenceId).highest();
  }

  /** Events with {@code from <= sequence number <= to} that are not deleted, in order. */
  public void visit(
      StoreView view, String persistenceId, long from, long to, EventVisitor visitor) {
    long begin = Math.max(Math.max(1, from), record(view, persistenceId).deletedTo() + 1);
    if (begin > to) {
      return;
    }
    byte[] first = EventKeys.event(new EventPosition(persistenceId, begin));
    byte[] end =
        to == Long.MAX_VALUE
            ? KeyCodec.after(KeyCodec.text(persistenceId))
            : EventKeys.event(new EventPosition(persistenceId, to + 1));
    try (RowCursor rows = view.rows(Family.EVENTS, first, end).first()) {
      boolean more = true;
      for (; more && rows.valid(); rows.next()) {
        EventPosition position = position(persistenceId, rows.key());
        more = visitor.visit(position, decode(position, rows.key(), rows.value()));
      }
    }
  }

  CompletionStage<Void> write(List<PreparedEvent> events) {
    return store.submit(new EventWrite(events));
  }

  /** Completes when the events are hidden for good; their bytes are removed afterwards. */
  CompletionStage<Void> deleteTo(String persistenceId, long toSequenceNr) {
    return store
        .submit(new EventDeletion(persistenceId, toSequenceNr))
        .thenRun(() -> purge.start(persistenceId));
  }

  IdRecord record(StoreView view, String persistenceId) {
    byte[] key = EventKeys.idRecord(persistenceId);
    return IdRecord.decode(key, view.get(Family.IDS, key), persistenceId);
  }

  static EventPosition position(String persistenceId, byte[] key) {
    return new EventPosition(persistenceId, KeyCodec.lastNumber(key));
  }

  static StoredEvent decode(EventPosition position, byte[] key, byte[] frame) {
    return Frame.open(key, frame, position.toString(), StoredEvent::decode);
  }
}
