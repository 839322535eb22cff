package dev.troupe.rocksdb.persistence;

import com.typesafe.config.Config;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.rocksdb.persistence.journal.EventLog;
import dev.troupe.rocksdb.persistence.payload.PayloadSerialization;
import dev.troupe.rocksdb.persistence.snapshot.SnapshotArchive;
import dev.troupe.rocksdb.persistence.state.StateTable;
import dev.troupe.rocksdb.persistence.store.PersistenceStore;
import dev.troupe.rocksdb.persistence.store.StoreSettings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;
import org.apache.pekko.event.Logging;

/**
 * The stores of one actor system: each directory is opened once, when the first plugin asks for it,
 * shared by all plugins that name it, and closed when the system has terminated. A directory in use
 * by another actor system or process is refused. Thread-safe.
 */
public final class PersistenceStores implements Extension {
  static final String SECTION = "troupe.persistence";

  private static final Id ID = new Id();

  /** Finds the extension of a system. */
  private static final class Id extends AbstractExtensionId<PersistenceStores> {
    @Override
    public PersistenceStores createExtension(ExtendedActorSystem system) {
      return new PersistenceStores(system);
    }
  }

  /** What to do when the disk can no longer be trusted. */
  private enum FailureAction {
    TERMINATE,
    REFUSE;

    static FailureAction of(Config section) {
      String name = section.getString("on-storage-failure");
      return switch (name) {
        case "terminate" -> TERMINATE;
        case "refuse" -> REFUSE;
        default ->
            throw new IllegalArgumentException(
                "troupe.persistence.on-storage-failure must be terminate or refuse, is " + name);
      };
    }
  }

  private record StorageFailed(String message) implements CoordinatedShutdown.Reason {}

  /** A store with what is common to all its users. */
  record OpenStore(
      PersistenceStore store, EventLog events, SnapshotArchive snapshots, StateTable states) {}

  private final ExtendedActorSystem system;
  private final Config section;
  private final FailureAction failureAction;
  private final Executor blocking;
  private final PayloadSerialization payloads;
  private final Map<Path, OpenStore> stores = new HashMap<>();
  private boolean terminated;

  private PersistenceStores(ExtendedActorSystem system) {
    this.system = system;
    this.section = system.settings().config().getConfig(SECTION);
    this.failureAction = FailureAction.of(section);
    this.blocking = system.dispatchers().lookup(SECTION + ".blocking-dispatcher");
    this.payloads = new PayloadSerialization(system);
    system.registerOnTermination(this::closeAll);
  }

  public static PersistenceStores get(ActorSystem system) {
    return ID.get(system);
  }

  public static PersistenceStores get(ClassicActorSystemProvider system) {
    return ID.get(system);
  }

  /**
   * The store in a directory, opened when it is not yet. Blocking then.
   *
   * @param directory relative to the working directory; empty for {@code
   *     troupe.persistence.directory}
   * @throws TroupeException when the directory is in use, foreign or damaged
   */
  public PersistenceStore store(String directory) {
    return open(directory).store();
  }

  synchronized OpenStore open(String directory) {
    if (terminated) {
      throw new IllegalStateException("actor system " + system.name() + " has terminated");
    }
    String named = directory.isEmpty() ? section.getString("directory") : directory;
    Path path = Path.of(named).toAbsolutePath().normalize();
    return stores.computeIfAbsent(path, this::openNow);
  }

  /** As {@link #open(String)}, of the directory that a plugin's section names. */
  OpenStore open(Config plugin) {
    return open(plugin.getString("directory"));
  }

  Executor blocking() {
    return blocking;
  }

  PayloadSerialization payloads() {
    return payloads;
  }

  private OpenStore openNow(Path path) {
    StoreSettings settings = StoreSettings.of(section.getConfig("rocksdb"));
    PersistenceStore store = PersistenceStore.open(path, settings, this::storageFailed);
    return new OpenStore(
        store,
        new EventLog(store, blocking),
        new SnapshotArchive(store, payloads, blocking),
        new StateTable(store, payloads, blocking));
  }

  private void storageFailed(TroupeException failure) {
    Logging.getLogger(system, PersistenceStores.class)
        .error("The persistence store has failed and accepts nothing more. {}", failure);
    if (failureAction == FailureAction.TERMINATE) {
      CoordinatedShutdown.get(system).runAll(new StorageFailed(String.valueOf(failure)));
    }
  }

  private synchronized void closeAll() {
    terminated = true;
    stores.values().forEach(open -> open.store().close());
    stores.clear();
  }
}
