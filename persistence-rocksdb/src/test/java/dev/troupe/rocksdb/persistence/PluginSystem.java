package dev.troupe.rocksdb.persistence;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.troupe.rocksdb.persistence.store.PersistenceStore;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.testkit.javadsl.TestKit;

/** An actor system whose persistence plugins are all ours, in one directory. */
final class PluginSystem implements AutoCloseable {
  private final ActorSystem system;

  private PluginSystem(ActorSystem system) {
    this.system = system;
  }

  static PluginSystem start(Path directory) {
    return start(directory, "");
  }

  static PluginSystem start(Path directory, String moreConfig) {
    return new PluginSystem(ActorSystem.create("plugin-test", config(directory, moreConfig)));
  }

  static Config config(Path directory, String moreConfig) {
    String own =
        """
        pekko.loglevel = WARNING
        pekko.actor.allow-java-serialization = off
        pekko.persistence.publish-plugin-commands = on
        pekko.persistence.journal.plugin = "troupe.persistence.journal"
        pekko.persistence.snapshot-store.plugin = "troupe.persistence.snapshot-store"
        pekko.persistence.state.plugin = "troupe.persistence.durable-state-store"
        pekko.actor.serializers.tck-test = "%s"
        pekko.actor.serialization-bindings."%s" = tck-test
        pekko.actor.serializers.numbered = "%s"
        pekko.actor.serialization-bindings."%s" = numbered
        """
            .formatted(
                TckPayload.Serializer.class.getName(),
                TckPayload.class.getName(),
                Numbered.Serializer.class.getName(),
                Numbered.class.getName());
    return ConfigFactory.parseString(moreConfig)
        .withFallback(ConfigFactory.parseString(own))
        .withFallback(
            ConfigFactory.parseMap(
                java.util.Map.of("troupe.persistence.directory", directory.toString())))
        .withFallback(ConfigFactory.load());
  }

  ActorSystem system() {
    return system;
  }

  ActorRef journal() {
    return Persistence.get(system).journalFor(null, ConfigFactory.empty());
  }

  ActorRef snapshotStore() {
    return Persistence.get(system).snapshotStoreFor(null, ConfigFactory.empty());
  }

  TestKit probe() {
    return new TestKit(system);
  }

  long syncs() {
    return store().counters().syncs();
  }

  PersistenceStore store() {
    return PersistenceStores.get(system).store("");
  }

  /** Ends the system and waits until its stores are closed. */
  @Override
  public void close() {
    system.terminate();
    try {
      system.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("the actor system did not end", e);
    }
  }
}
