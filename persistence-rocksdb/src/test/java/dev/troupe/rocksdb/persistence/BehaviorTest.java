package dev.troupe.rocksdb.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.persistence.query.DurableStateChange;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.PersistenceQuery;
import org.apache.pekko.persistence.state.DurableStateStoreRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugin under Pekko's own typed behaviors. */
final class BehaviorTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path directory;
  private ActorTestKit kit;

  @BeforeEach
  void start() {
    kit = ActorTestKit.create("behaviors", PluginSystem.config(directory, ""));
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void shouldRecoverAnEventSourcedBehavior() {
    ActorRef<Account.Command> account = kit.spawn(Account.create("1", 0));
    for (int i = 1; i <= 20; i++) {
      add(account, i);
    }
    restartActor(account);
    assertThat(total(kit.spawn(Account.create("1", 0)))).isEqualTo(210);

    stop();
    start();

    assertThat(total(kit.spawn(Account.create("1", 0)))).isEqualTo(210);
    assertThat(tagged("account")).hasSize(20);
    assertThat(tagged("odd"))
        .extracting(EventEnvelope::event)
        .hasSize(10)
        .contains(new Numbered("added", 19));
  }

  @Test
  void shouldRecoverFromSnapshotAndDeleteOldEvents() {
    ActorRef<Account.Command> account = kit.spawn(Account.create("2", 10));
    for (int i = 1; i <= 55; i++) {
      add(account, 1);
    }
    org.awaitility.Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(tagged("account")).hasSizeLessThan(36));
    restartActor(account);
    assertThat(total(kit.spawn(Account.create("2", 10)))).isEqualTo(55);
  }

  @Test
  void shouldFollowEventsByTagWhileTheyArePersisted() {
    RocksReadJournal journal =
        PersistenceQuery.get(kit.system())
            .getReadJournalFor(RocksReadJournal.class, RocksReadJournal.IDENTIFIER);
    ActorRef<Account.Command> account = kit.spawn(Account.create("3", 0));
    try (Streamed<EventEnvelope> even =
        Streamed.start(
            journal.eventsByTag("even", Offset.noOffset()), Adapter.toClassic(kit.system()))) {
      for (int i = 1; i <= 10; i++) {
        add(account, i);
        if (i % 2 == 0) {
          assertThat(even.next().event()).isEqualTo(new Numbered("added", i));
        }
      }
    }
  }

  @Test
  void shouldRecoverADurableStateBehavior() {
    TestProbe<String> probe = kit.createTestProbe(String.class);
    ActorRef<Profile.Command> profile = kit.spawn(Profile.create("1"));
    for (String name : List.of("Ada", "Grace", "Barbara")) {
      profile.tell(new Profile.Rename(name, probe.getRef()));
      probe.expectMessage(PATIENCE, name);
    }
    stop();
    start();
    probe = kit.createTestProbe(String.class);
    profile = kit.spawn(Profile.create("1"));
    profile.tell(new Profile.Describe(probe.getRef()));
    probe.expectMessage(PATIENCE, "Barbara 3");

    RocksDurableStateStore store =
        DurableStateStoreRegistry.get(kit.system())
            .getDurableStateStoreFor(
                RocksDurableStateStore.class, RocksDurableStateStore.IDENTIFIER);
    List<DurableStateChange<Object>> changes =
        Streamed.all(
            store.currentChanges("profile", Offset.noOffset()), Adapter.toClassic(kit.system()));
    assertThat(changes).hasSize(1);
  }

  private int add(ActorRef<Account.Command> account, int amount) {
    TestProbe<Integer> probe = kit.createTestProbe(Integer.class);
    account.tell(new Account.Add(amount, probe.getRef()));
    int total = probe.receiveMessage(PATIENCE);
    probe.stop();
    return total;
  }

  private int total(ActorRef<Account.Command> account) {
    TestProbe<Integer> probe = kit.createTestProbe(Integer.class);
    account.tell(new Account.Total(probe.getRef()));
    return probe.receiveMessage(PATIENCE);
  }

  private void restartActor(ActorRef<Account.Command> account) {
    TestProbe<Object> watcher = kit.createTestProbe(Object.class);
    account.tell(Account.Stop.INSTANCE);
    watcher.expectTerminated(account, PATIENCE);
  }

  private List<EventEnvelope> tagged(String tag) {
    RocksReadJournal journal =
        PersistenceQuery.get(kit.system())
            .getReadJournalFor(RocksReadJournal.class, RocksReadJournal.IDENTIFIER);
    return Streamed.all(
        journal.currentEventsByTag(tag, Offset.noOffset()), Adapter.toClassic(kit.system()));
  }
}
