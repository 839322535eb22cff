package dev.troupe.rocksdb.persistence;

import com.typesafe.config.Config;
import dev.troupe.rocksdb.persistence.snapshot.SnapshotArchive;
import java.util.Optional;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.snapshot.japi.SnapshotStore;
import scala.concurrent.Future;

/**
 * Pekko's snapshot store on a persistence store; configured by {@code
 * troupe.persistence.snapshot-store}. Keeps any number of snapshots of any size below 2 GiB.
 */
public final class RocksSnapshotStore extends SnapshotStore {
  private final SnapshotArchive archive;

  public RocksSnapshotStore(Config config) {
    this.archive = PersistenceStores.get(context().system()).open(config).snapshots();
  }

  @Override
  public Future<Optional<SelectedSnapshot>> doLoadAsync(
      String persistenceId, SnapshotSelectionCriteria criteria) {
    return ScalaFutures.of(archive.load(persistenceId, criteria));
  }

  @Override
  public Future<Void> doSaveAsync(SnapshotMetadata metadata, Object snapshot) {
    return ScalaFutures.of(archive.save(metadata, snapshot));
  }

  @Override
  public Future<Void> doDeleteAsync(SnapshotMetadata metadata) {
    return ScalaFutures.of(archive.delete(metadata));
  }

  @Override
  public Future<Void> doDeleteAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
    return ScalaFutures.of(archive.delete(persistenceId, criteria));
  }
}
