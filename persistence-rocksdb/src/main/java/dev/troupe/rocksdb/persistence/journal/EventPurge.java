package dev.troupe.rocksdb.persistence.journal;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.rocksdb.persistence.store.Family;
import dev.troupe.rocksdb.persistence.store.PersistenceStore;
import dev.troupe.rocksdb.persistence.store.RowCursor;
import dev.troupe.rocksdb.persistence.store.StoreView;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes deleted events from the disk in the background, in steps, so that a deletion is
 * acknowledged at once however much it covers. What a stop interrupts goes on with the next
 * deletion of that persistence id. Thread-safe.
 */
final class EventPurge {
  private static final Logger LOG = LoggerFactory.getLogger(EventPurge.class);
  private static final int STEP_EVENTS_MAX = 1000;

  private final PersistenceStore store;
  private final EventLog log;
  private final Executor blocking;
  private final Set<String> running = ConcurrentHashMap.newKeySet();

  EventPurge(PersistenceStore store, EventLog log, Executor blocking) {
    this.store = store;
    this.log = log;
    this.blocking = blocking;
  }

  /** Begins to remove what is deleted; one purge per persistence id at a time. */
  void start(String persistenceId) {
    if (running.add(persistenceId)) {
      blocking.execute(() -> step(persistenceId));
    }
  }

  private void step(String persistenceId) {
    PurgeStep next;
    try {
      next = planOrEnd(persistenceId);
    } catch (RuntimeException e) {
      stop(persistenceId, e);
      return;
    }
    if (next == null) {
      return;
    }
    store
        .submit(next)
        .whenCompleteAsync(
            (nothing, error) -> {
              if (error == null) {
                step(persistenceId);
              } else {
                stop(persistenceId, error);
              }
            },
            blocking);
  }

  private void stop(String persistenceId, Throwable error) {
    running.remove(persistenceId);
    if (error instanceof TroupeException told && told.code() == ErrorCode.SHUTTING_DOWN) {
      return;
    }
    LOG.warn(
        "Deleted events of '{}' stay on disk until its next deletion: {}",
        persistenceId,
        error.toString());
  }

  private @Nullable PurgeStep planOrEnd(String persistenceId) {
    PurgeStep next = plan(persistenceId);
    if (next == null) {
      running.remove(persistenceId);
      // A deletion that became durable meanwhile has found this purge still running.
      next = plan(persistenceId);
      return next != null && running.add(persistenceId) ? next : null;
    }
    return next;
  }

  private @Nullable PurgeStep plan(String persistenceId) {
    try (StoreView view = store.view()) {
      IdRecord record = log.record(view, persistenceId);
      if (record.purgedTo() >= record.deletedTo()) {
        return null;
      }
      long from = record.purgedTo() + 1;
      List<byte[]> tagKeys = new ArrayList<>();
      long to = collect(view, persistenceId, from, record.deletedTo(), tagKeys);
      return new PurgeStep(persistenceId, from, to, tagKeys);
    }
  }

  /** Collects the tags' entries of one step; returns the sequence number where the step ends. */
  private static long collect(
      StoreView view, String persistenceId, long from, long deletedTo, List<byte[]> tagKeys) {
    byte[] begin = EventKeys.event(new EventPosition(persistenceId, from));
    byte[] end = EventKeys.event(new EventPosition(persistenceId, deletedTo + 1));
    int events = 0;
    try (RowCursor rows = view.rows(Family.EVENTS, begin, end).first()) {
      for (; rows.valid(); rows.next()) {
        EventPosition position = EventLog.position(persistenceId, rows.key());
        if (++events > STEP_EVENTS_MAX) {
          return position.sequenceNr() - 1;
        }
        addTagKeys(position, rows, tagKeys);
      }
    }
    return deletedTo;
  }

  private static void addTagKeys(EventPosition position, RowCursor rows, List<byte[]> tagKeys) {
    try {
      StoredEvent event = EventLog.decode(position, rows.key(), rows.value());
      event.tags().forEach(tag -> tagKeys.add(EventKeys.tag(tag, event.offset())));
    } catch (TroupeException e) {
      // It is to go anyway. Entries of tags that point to it are skipped by every reader.
      LOG.warn("Deleting a damaged event: {}", e.getMessage());
    }
  }
}
