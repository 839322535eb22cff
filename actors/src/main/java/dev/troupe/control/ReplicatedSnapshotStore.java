package dev.troupe.control;

import com.typesafe.config.Config;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.KvRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.snapshot.japi.SnapshotStore;
import scala.concurrent.Future;

/**
 * Pekko's snapshot store beside {@link ReplicatedJournal}, for small snapshots: each is one record
 * of the system range. A snapshot of an instance that was overtaken is as good as any: it sums up
 * events that are in the journal.
 */
public final class ReplicatedSnapshotStore extends SnapshotStore {
  private final SystemRecords records;
  private final ObjectSerialization objects;

  public ReplicatedSnapshotStore(Config config) {
    var system = context().system();
    this.records = ReplicatedStorage.get(system).records();
    this.objects = new ObjectSerialization(system, config.getBytes("snapshot-bytes-max"));
  }

  private record Stored(long sequenceNr, Key key, StoredObject snapshot) {}

  /** What the criteria select, newest first. */
  private CompletionStage<List<Stored>> select(
      String persistenceId, SnapshotSelectionCriteria criteria) {
    KeySpan all = Keyspace.journalSnapshots(persistenceId);
    Key start = Keyspace.journalSnapshot(persistenceId, Math.max(0, criteria.minSequenceNr()));
    Key end =
        criteria.maxSequenceNr() == Long.MAX_VALUE
            ? all.end()
            : Keyspace.journalSnapshot(persistenceId, criteria.maxSequenceNr()).next();
    var found = new ArrayList<Stored>();
    return records
        .each(
            new KeySpan(start, end),
            true,
            false,
            Long.MAX_VALUE,
            row -> {
              StoredObject snapshot = StoredObject.decode(row.value());
              if (snapshot.timestampMillis() >= criteria.minTimestamp()
                  && snapshot.timestampMillis() <= criteria.maxTimestamp()) {
                long number = EventRecords.numberOf(row.key(), all.start());
                found.add(new Stored(number, row.key(), snapshot));
              }
            })
        .thenApply(done -> found);
  }

  @Override
  public Future<Optional<SelectedSnapshot>> doLoadAsync(
      String persistenceId, SnapshotSelectionCriteria criteria) {
    return ScalaFutures.of(
        select(persistenceId, criteria)
            .thenApply(found -> found.stream().findFirst().map(s -> selected(persistenceId, s))));
  }

  private SelectedSnapshot selected(String persistenceId, Stored stored) {
    String what = "snapshot " + stored.sequenceNr() + " of '" + persistenceId + "'";
    return SelectedSnapshot.create(
        SnapshotMetadata.apply(
            persistenceId, stored.sequenceNr(), stored.snapshot().timestampMillis()),
        objects.restore(stored.snapshot(), what));
  }

  @Override
  public Future<Void> doSaveAsync(SnapshotMetadata metadata, Object snapshot) {
    try {
      byte[] content = objects.store(snapshot, metadata.timestamp(), "", "").encode();
      Key key = Keyspace.journalSnapshot(metadata.persistenceId(), metadata.sequenceNr());
      return ScalaFutures.of(records.put(List.of(new KvRequest.Put(key, content))));
    } catch (Exception refusal) {
      // Whatever a serializer throws.
      return ScalaFutures.of(CompletableFuture.failedStage(refusal));
    }
  }

  @Override
  public Future<Void> doDeleteAsync(SnapshotMetadata metadata) {
    Key key = Keyspace.journalSnapshot(metadata.persistenceId(), metadata.sequenceNr());
    return ScalaFutures.of(records.put(List.of(new KvRequest.Delete(key))));
  }

  @Override
  public Future<Void> doDeleteAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
    return ScalaFutures.of(
        select(persistenceId, criteria)
            .thenCompose(
                found ->
                    found.isEmpty()
                        ? CompletableFuture.completedStage(null)
                        : records.put(
                            found.stream()
                                .map(s -> (KvRequest.Write) new KvRequest.Delete(s.key()))
                                .toList())));
  }
}
