package dev.troupe.rocksdb.persistence;

import com.typesafe.config.Config;
import dev.troupe.rocksdb.persistence.query.QuerySettings;
import dev.troupe.rocksdb.persistence.state.StateQueries;
import dev.troupe.rocksdb.persistence.state.StateTable;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.persistence.state.DurableStateStoreProvider;

/**
 * Makes the durable state store of a section like {@code troupe.persistence.durable-state-store}.
 */
public final class RocksDurableStateStoreProvider implements DurableStateStoreProvider {
  private final RocksDurableStateStore store;

  public RocksDurableStateStoreProvider(ExtendedActorSystem system, Config config) {
    PersistenceStores stores = PersistenceStores.get(system);
    Persistence persistence = Persistence.get(system);
    StateTable table = stores.open(config).states();
    QuerySettings settings = QuerySettings.of(config, stores.blocking());
    this.store =
        new RocksDurableStateStore(
            table,
            new StateQueries(table, settings, persistence::sliceForPersistenceId),
            persistence);
  }

  @Override
  public ScalaRocksDurableStateStore scaladslDurableStateStore() {
    return new ScalaRocksDurableStateStore(store);
  }

  @Override
  public RocksDurableStateStore javadslDurableStateStore() {
    return store;
  }
}
