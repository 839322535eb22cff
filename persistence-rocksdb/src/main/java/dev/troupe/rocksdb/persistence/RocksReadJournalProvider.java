package dev.troupe.rocksdb.persistence;

import com.typesafe.config.Config;
import dev.troupe.rocksdb.persistence.journal.EventQueries;
import dev.troupe.rocksdb.persistence.journal.EventReader;
import dev.troupe.rocksdb.persistence.query.QuerySettings;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.persistence.query.ReadJournalProvider;

/** Makes the read journal of a section like {@code troupe.persistence.query}. */
public final class RocksReadJournalProvider implements ReadJournalProvider {
  private final RocksReadJournal readJournal;

  public RocksReadJournalProvider(ExtendedActorSystem system, Config config) {
    PersistenceStores stores = PersistenceStores.get(system);
    Persistence persistence = Persistence.get(system);
    EventReader reader =
        new EventReader(
            stores.payloads(), persistence.adaptersFor(config.getString("journal-plugin")));
    EventQueries queries =
        new EventQueries(
            stores.open(config).events(), reader, QuerySettings.of(config, stores.blocking()));
    this.readJournal = new RocksReadJournal(queries, persistence);
  }

  @Override
  public ScalaRocksReadJournal scaladslReadJournal() {
    return new ScalaRocksReadJournal(readJournal);
  }

  @Override
  public RocksReadJournal javadslReadJournal() {
    return readJournal;
  }
}
