package dev.troupe.control;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.KvRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/**
 * Events of persistent actors as records of the system range.
 *
 * <p>Each write replaces the actor's {@link JournalHead} by comparison, and its first event has to
 * follow the last one there: so every event was written by somebody who knew all before it. Of two
 * writers of one persistence id, on whichever nodes, the one that is behind is refused, and has to
 * recover. Any thread; never blocks.
 */
final class EventRecords {
  /** An event with its number. */
  record Numbered(long sequenceNr, StoredObject event) {}

  private final SystemRecords records;

  /** Where each actor's writes here have led, or will lead to: one entry for each that writes. */
  private final Map<String, CompletionStage<JournalHead>> heads = new HashMap<>();

  EventRecords(SystemRecords records) {
    this.records = records;
  }

  /**
   * Adds events, all or none, behind those of earlier calls.
   *
   * @param events numbered one after the other
   */
  CompletionStage<Void> write(String persistenceId, String writer, List<Numbered> events) {
    CompletionStage<JournalHead> written;
    synchronized (heads) {
      CompletionStage<JournalHead> before = heads.get(persistenceId);
      CompletionStage<JournalHead> start = before == null ? head(persistenceId) : before;
      written = start.thenCompose(head -> append(persistenceId, head, writer, events));
      heads.put(persistenceId, written);
    }
    CompletionStage<JournalHead> mine = written;
    return written
        .whenComplete(
            (head, failure) -> {
              if (failure != null) {
                forget(persistenceId, mine);
              }
            })
        .thenApply(head -> null);
  }

  private void forget(String persistenceId, CompletionStage<JournalHead> head) {
    synchronized (heads) {
      heads.remove(persistenceId, head);
    }
  }

  private CompletionStage<JournalHead> append(
      String persistenceId, JournalHead head, String writer, List<Numbered> events) {
    long first = events.getFirst().sequenceNr();
    if (first != head.highest() + 1) {
      return CompletableFuture.failedStage(overtaken(persistenceId, first, head));
    }
    var next = new JournalHead(events.getLast().sequenceNr(), writer);
    var writes = new ArrayList<KvRequest.Write>(events.size());
    for (Numbered each : events) {
      writes.add(
          new KvRequest.Put(
              Keyspace.journalEvent(persistenceId, each.sequenceNr()), each.event().encode()));
    }
    byte[] content = Objects.requireNonNull(next.encode());
    return records
        .swap(Keyspace.journalHead(persistenceId), head.encode(), content, writes)
        .thenApply(
            found -> {
              if (found != null) {
                throw overtaken(persistenceId, first, JournalHead.decode(found.value()));
              }
              return next;
            });
  }

  private static TroupeException overtaken(String persistenceId, long first, JournalHead head) {
    return new TroupeException(
        ErrorCode.PRECONDITION_FAILED,
        "event "
            + first
            + " of '"
            + persistenceId
            + "' cannot follow event "
            + head.highest()
            + ": somebody else has written in between; recover, and decide anew");
  }

  /** As the cluster has it now; later writes from here start with that. */
  CompletionStage<Long> highest(String persistenceId) {
    CompletionStage<JournalHead> read;
    synchronized (heads) {
      CompletionStage<JournalHead> before = heads.get(persistenceId);
      read =
          (before == null
                  ? CompletableFuture.completedStage(null)
                  : before.exceptionally(e -> null))
              .thenCompose(settled -> head(persistenceId));
      heads.put(persistenceId, read);
    }
    CompletionStage<JournalHead> mine = read;
    return read.whenComplete(
            (head, failure) -> {
              if (failure != null) {
                forget(persistenceId, mine);
              }
            })
        .thenApply(JournalHead::highest);
  }

  private CompletionStage<JournalHead> head(String persistenceId) {
    return records.get(Keyspace.journalHead(persistenceId)).thenApply(JournalHead::decode);
  }

  /** Gives the events that are there, in order. */
  CompletionStage<Void> replay(
      String persistenceId, long from, long to, long max, BiConsumer<Long, StoredObject> receiver) {
    if (from > to || max <= 0) {
      return CompletableFuture.completedStage(null);
    }
    KeySpan all = Keyspace.journalEvents(persistenceId);
    Key start = Keyspace.journalEvent(persistenceId, Math.max(0, from));
    Key end = to == Long.MAX_VALUE ? all.end() : Keyspace.journalEvent(persistenceId, to).next();
    return records.each(
        new KeySpan(start, end),
        false,
        false,
        max,
        row -> receiver.accept(numberOf(row.key(), all.start()), StoredObject.decode(row.value())));
  }

  static long numberOf(Key key, Key prefix) {
    return new ByteReader(key.bytes(), prefix.length(), key.length() - prefix.length()).readLong();
  }

  /** Removes events up to a number; their numbers are not given again. */
  CompletionStage<Void> deleteTo(String persistenceId, long sequenceNr) {
    KeySpan all = Keyspace.journalEvents(persistenceId);
    Key end =
        sequenceNr == Long.MAX_VALUE
            ? all.end()
            : Keyspace.journalEvent(persistenceId, sequenceNr).next();
    return records.delete(new KeySpan(all.start(), end));
  }
}
