package dev.troupe.rocksdb.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.rocksdb.engine.GroupCommitWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

  @Test
  void shouldShareSyncsAmongSixteenActors() {
    int actors = 16;
    int events = 300;
    TestProbe<Integer> probe = kit.createTestProbe(Integer.class);
    List<ActorRef<Account.Command>> accounts = new ArrayList<>();
    for (int i = 0; i < actors; i++) {
      ActorRef<Account.Command> account = kit.spawn(Account.create("many-" + i, 0));
      add(account, 1);
      accounts.add(account);
    }
    GroupCommitWriter.Counters before = counters();
    long begin = System.nanoTime();
    // One at a time for each actor: otherwise an actor itself would put its events together.
    TestProbe<Integer>[] probes = probes(actors);
    for (int i = 0; i < actors; i++) {
      accounts.get(i).tell(new Account.Add(1, probes[i].getRef()));
    }
    for (int event = 2; event <= events; event++) {
      for (int i = 0; i < actors; i++) {
        probes[i].receiveMessage(PATIENCE);
        accounts.get(i).tell(new Account.Add(1, probes[i].getRef()));
      }
    }
    for (TestProbe<Integer> last : probes) {
      last.receiveMessage(PATIENCE);
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    long syncs = counters().syncs() - before.syncs();
    System.out.printf(
        Locale.ROOT,
        "%d actors, one event each at a time: %d events in %.2f s = %.0f/s, %d syncs%n",
        actors,
        actors * events,
        seconds,
        actors * events / seconds,
        syncs);
    assertThat(syncs).isLessThan((long) actors * events / 2);
    assertThat(total(accounts.get(7))).isEqualTo(events + 1);
    probe.stop();
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private TestProbe<Integer>[] probes(int count) {
    TestProbe<Integer>[] probes = new TestProbe[count];
    for (int i = 0; i < count; i++) {
      probes[i] = kit.createTestProbe(Integer.class);
    }
    return probes;
  }

  private GroupCommitWriter.Counters counters() {
    return PersistenceStores.get(kit.system()).store("").counters();
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
