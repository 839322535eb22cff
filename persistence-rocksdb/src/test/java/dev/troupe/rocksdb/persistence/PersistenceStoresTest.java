package dev.troupe.rocksdb.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.error.TroupeException;
import java.nio.file.Path;
import org.apache.pekko.persistence.PersistentRepr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PersistenceStoresTest {
  @TempDir Path directory;

  @Test
  void shouldShareOneStoreAmongPluginsOfTheSameDirectory() {
    Path first = directory.resolve("first");
    try (PluginSystem plugin = PluginSystem.start(first)) {
      PersistenceStores stores = PersistenceStores.get(plugin.system());
      assertThat(stores.store("")).isSameAs(stores.store(first.toString()));
      assertThat(stores.store(directory.resolve("x/../first").toString()))
          .isSameAs(stores.store(""));
      assertThat(stores.store(directory.resolve("second").toString()))
          .isNotSameAs(stores.store(""));
    }
  }

  @Test
  void shouldServeTwoActorSystemsInTwoDirectories() {
    try (PluginSystem left = PluginSystem.start(directory.resolve("left"));
        PluginSystem right = PluginSystem.start(directory.resolve("right"))) {
      new Journalist(left, "id").write(1, 2);
      new Journalist(right, "id").write(1, 3);
      assertThat(new Journalist(left, "id").replay(2)).hasSize(2);
      assertThat(new Journalist(right, "id").replay(3)).hasSize(3);
    }
  }

  @Test
  void shouldRefuseADirectoryThatAnotherActorSystemUses() {
    try (PluginSystem first = PluginSystem.start(directory);
        PluginSystem second = PluginSystem.start(directory)) {
      new Journalist(first, "id").write(1, 1);
      assertThatThrownBy(() -> PersistenceStores.get(second.system()).store(""))
          .isInstanceOf(TroupeException.class)
          .hasMessageContaining("in use")
          .hasMessageContaining(directory.toString());
    }
  }

  @Test
  void shouldGiveTheDirectoryFreeWhenTheActorSystemHasEnded() {
    for (int i = 1; i <= 3; i++) {
      try (PluginSystem plugin = PluginSystem.start(directory)) {
        new Journalist(plugin, "id").write(i, i);
        assertThat(new Journalist(plugin, "id").replay(i)).hasSize(i);
      }
    }
  }

  @Test
  void shouldOpenAJournalUnderAnotherPluginId() {
    String config =
        """
        pekko.persistence.journal.plugin = "other-journal"
        other-journal {
          class = "dev.troupe.rocksdb.persistence.RocksJournal"
          directory = "%s"
          replay-dispatcher = "troupe.persistence.blocking-dispatcher"
          event-bytes-max = 1 MiB
        }
        """
            .formatted(directory.resolve("other"));
    try (PluginSystem plugin = PluginSystem.start(directory.resolve("unused"), config)) {
      new Journalist(plugin, "id").write(1, 2);
      assertThat(new Journalist(plugin, "id").replay(2))
          .extracting(PersistentRepr::payload)
          .containsExactly("e-1", "e-2");
      assertThat(directory.resolve("other/persistence")).isDirectory();
      assertThat(directory.resolve("unused")).doesNotExist();
    }
  }
}
