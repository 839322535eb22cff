package dev.troupe.control;

import com.typesafe.config.Config;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.protocol.spi.WallClock;
import java.io.NotSerializableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.journal.japi.AsyncWriteJournal;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Pekko's journal in the replicated system keyspace: a persistent actor recovers on whichever node
 * it wakes up. For a few actors of the control plane that write seldom; each write is a write to
 * the system range.
 *
 * <p>A write that does not follow directly on the last event in the journal is refused: another
 * instance of the actor is alive, and this one has to recover. An atomic write that cannot be
 * serialized is rejected; so is, then, whatever follows it. Tags and metadata are not kept.
 */
public final class ReplicatedJournal extends AsyncWriteJournal {
  private final EventRecords records;
  private final ObjectSerialization objects;
  private final WallClock clock = SystemClocks.wall();

  public ReplicatedJournal(Config config) {
    var system = context().system();
    this.records = new EventRecords(ReplicatedStorage.get(system).records());
    this.objects = new ObjectSerialization(system, config.getBytes("event-bytes-max"));
  }

  @Override
  public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(
      Iterable<AtomicWrite> messages) {
    return ScalaFutures.of(write(messages));
  }

  private CompletionStage<Iterable<Optional<Exception>>> write(Iterable<AtomicWrite> messages) {
    List<Optional<Exception>> results = new ArrayList<>();
    List<EventRecords.Numbered> events = new ArrayList<>();
    String persistenceId = "";
    String writer = "";
    boolean rejected = false;
    for (AtomicWrite message : messages) {
      persistenceId = message.persistenceId();
      requireTerminable(persistenceId);
      try {
        for (PersistentRepr each : CollectionConverters.asJava(message.payload())) {
          writer = each.writerUuid();
          events.add(new EventRecords.Numbered(each.sequenceNr(), stored(each)));
        }
        results.add(Optional.empty());
      } catch (Exception refusal) {
        // Whatever a serializer throws concerns this atomic write alone.
        events.removeIf(event -> event.sequenceNr() >= message.lowestSequenceNr());
        results.add(Optional.of(refusal));
        rejected = true;
      }
    }
    Iterable<Optional<Exception>> answer = rejected ? results : List.of();
    return events.isEmpty()
        ? CompletableFuture.completedStage(answer)
        : records.write(persistenceId, writer, events).thenApply(done -> answer);
  }

  private StoredObject stored(PersistentRepr event) throws NotSerializableException {
    long written = event.timestamp() == 0 ? clock.millis() : event.timestamp();
    return objects.store(event.payload(), written, event.manifest(), event.writerUuid());
  }

  @Override
  public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long toSequenceNr) {
    return ScalaFutures.of(records.deleteTo(persistenceId, toSequenceNr));
  }

  @Override
  public Future<Void> doAsyncReplayMessages(
      String persistenceId,
      long fromSequenceNr,
      long toSequenceNr,
      long max,
      Consumer<PersistentRepr> replayCallback) {
    return ScalaFutures.of(
        records.replay(
            persistenceId,
            fromSequenceNr,
            toSequenceNr,
            max,
            (number, event) -> replayCallback.accept(restored(persistenceId, number, event))));
  }

  private PersistentRepr restored(String persistenceId, long number, StoredObject event) {
    return PersistentRepr.apply(
            objects.restore(event, "event " + number + " of '" + persistenceId + "'"),
            number,
            persistenceId,
            event.adapterManifest(),
            false,
            null,
            event.writer())
        .withTimestamp(event.timestampMillis());
  }

  @Override
  public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long fromSequenceNr) {
    requireTerminable(persistenceId);
    return ScalaFutures.of(records.highest(persistenceId));
  }

  private static void requireTerminable(String persistenceId) {
    if (persistenceId.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a persistence id must not contain a zero character");
    }
  }
}
