package dev.troupe.rocksdb.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.error.TroupeException;
import dev.troupe.rocksdb.persistence.store.Family;
import dev.troupe.rocksdb.persistence.store.KeyCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.persistence.query.DeletedDurableState;
import org.apache.pekko.persistence.query.DurableStateChange;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.UpdatedDurableState;
import org.apache.pekko.persistence.state.DurableStateStoreRegistry;
import org.apache.pekko.persistence.state.javadsl.GetObjectResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the durable state store promises beyond Pekko's own test kit. */
final class DurableStateTest {
  @TempDir Path directory;
  private PluginSystem plugin;
  private RocksDurableStateStore store;

  @BeforeEach
  void start() {
    plugin = PluginSystem.start(directory);
    store =
        DurableStateStoreRegistry.get(plugin.system())
            .getDurableStateStoreFor(
                RocksDurableStateStore.class, RocksDurableStateStore.IDENTIFIER);
  }

  @AfterEach
  void stop() {
    plugin.close();
  }

  @Test
  void shouldKeepStatesAndRevisionsOverARestart() {
    upsert("a", 1, new Numbered("one", 1), "");
    upsert("a", 2, new Numbered("two", 2), "");
    upsert("b", 1, "gone", "");
    await(store.deleteObject("b", 2));

    plugin.close();
    start();

    assertThat(get("a").value()).contains(new Numbered("two", 2));
    assertThat(get("a").revision()).isEqualTo(2);
    assertThat(get("b").value()).isEmpty();
    assertThat(get("b").revision()).isEqualTo(2);
    assertThatThrownBy(() -> upsert("b", 1, "again", "")).hasMessageContaining("revision 2");
    upsert("b", 3, "again", "");
  }

  @Test
  void shouldLetOnlyOneOfManyWritersWin() {
    for (long revision = 1; revision <= 20; revision++) {
      List<CompletionStage<?>> writes = new ArrayList<>();
      for (int writer = 0; writer < 10; writer++) {
        writes.add(store.upsertObject("contended", revision, "writer-" + writer, ""));
      }
      long won =
          writes.stream()
              .filter(
                  write ->
                      write.handle((done, error) -> error == null).toCompletableFuture().join())
              .count();
      assertThat(won).isEqualTo(1);
    }
    assertThat(get("contended").revision()).isEqualTo(20);
  }

  @Test
  void shouldDeleteAStateThatNeverWas() {
    await(store.deleteObject("nothing", 1));
    assertThat(get("nothing").revision()).isEqualTo(1);
    upsert("nothing", 2, "something", "");
  }

  @Test
  void shouldShowTheNewestChangeOfEachIdInOrder() {
    upsert("a", 1, "a1", "red");
    upsert("b", 1, "b1", "red");
    upsert("c", 1, "c1", "blue");
    upsert("a", 2, "a2", "red");
    await(store.deleteObject("b", 2));

    List<DurableStateChange<Object>> red = currentChanges("red", Offset.noOffset());

    assertThat(red).extracting(DurableStateTest::describe).containsExactly("a2=a2", "b2 deleted");
    assertThat(red).extracting(change -> change.offset()).isSorted();
    assertThat(currentChanges("red", red.getFirst().offset()))
        .extracting(DurableStateTest::describe)
        .containsExactly("b2 deleted");
    assertThat(currentChanges("blue", Offset.noOffset())).hasSize(1);
    upsert("c", 2, "c2", "green");
    assertThat(currentChanges("blue", Offset.noOffset())).isEmpty();
    assertThat(currentChanges("none", Offset.noOffset())).isEmpty();
  }

  @Test
  void shouldFollowChangesAsTheyHappen() {
    upsert("a", 1, "a1", "red");
    try (Streamed<DurableStateChange<Object>> changes =
        Streamed.start(store.changes("red", Offset.noOffset()), plugin.system())) {
      assertThat(describe(changes.next())).isEqualTo("a1=a1");
      upsert("b", 1, "b1", "blue");
      upsert("a", 2, "a2", "red");
      assertThat(describe(changes.next())).isEqualTo("a2=a2");
      await(store.deleteObject("a", 3));
      assertThat(describe(changes.next())).isEqualTo("a3 deleted");
      assertThat(changes.poll(Duration.ofMillis(100))).isNull();
    }
  }

  @Test
  void shouldSplitChangesBySlice() {
    int ids = 40;
    for (int i = 0; i < ids; i++) {
      upsert("Cart|" + i, 1, i, "");
      upsert("User|" + i, 1, -i, "");
    }
    Map<String, Integer> seen = new HashMap<>();
    store
        .sliceRanges(4)
        .forEach(
            range -> {
              List<DurableStateChange<Object>> part =
                  Streamed.all(
                      store.currentChangesBySlices(
                          "Cart", range.first(), range.second(), Offset.noOffset()),
                      plugin.system());
              part.forEach(change -> seen.merge(change.persistenceId(), 1, Integer::sum));
            });
    assertThat(seen).hasSize(ids).allSatisfy((id, count) -> assertThat(count).isEqualTo(1));
    assertThat(seen.keySet()).allMatch(id -> id.startsWith("Cart|"));
    try (Streamed<DurableStateChange<Object>> live =
        Streamed.start(
            store.changesBySlices("User", 0, 1023, Offset.noOffset()), plugin.system())) {
      live.next(ids);
      upsert("User|new", 1, "x", "");
      assertThat(live.next().persistenceId()).isEqualTo("User|new");
    }
  }

  @Test
  void shouldListIdsThatHaveAState() {
    upsert("b", 1, "x", "");
    upsert("a", 1, "x", "");
    upsert("c", 1, "x", "");
    await(store.deleteObject("b", 2));
    assertThat(Streamed.all(store.currentPersistenceIds(Optional.empty(), 10), plugin.system()))
        .containsExactly("a", "c");
    assertThat(Streamed.all(store.currentPersistenceIds(Optional.of("a"), 10), plugin.system()))
        .containsExactly("c");
    assertThat(Streamed.all(store.currentPersistenceIds(Optional.empty(), 1), plugin.system()))
        .containsExactly("a");
  }

  @Test
  void shouldNotMissTheNewestChangeUnderConcurrentWrites() {
    int ids = 20;
    int revisions = 50;
    try (Streamed<DurableStateChange<Object>> changes =
        Streamed.start(store.changes("busy", Offset.noOffset()), plugin.system())) {
      List<Thread> writers = new ArrayList<>();
      for (int i = 0; i < ids; i++) {
        String id = "id-" + i;
        writers.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (int r = 1; r <= revisions; r++) {
                        upsert(id, r, r, "busy");
                      }
                    }));
      }
      Map<String, Long> newest = new HashMap<>();
      while (newest.size() < ids || newest.values().stream().anyMatch(r -> r < revisions)) {
        DurableStateChange<Object> change = changes.next();
        long revision = ((UpdatedDurableState<Object>) change).revision();
        Long before = newest.put(change.persistenceId(), revision);
        assertThat(before == null || before < revision).isTrue();
      }
      writers.forEach(DurableStateTest::join);
    }
  }

  @Test
  void shouldFailToReadADamagedState() {
    upsert("a", 1, "a1", "");
    StoreBytes.damage(
        PersistenceStores.get(plugin.system()).store(""), Family.STATES, KeyCodec.text('v', "a"));
    assertThatThrownBy(() -> get("a"))
        .hasCauseInstanceOf(TroupeException.class)
        .hasMessageContaining("durable state of 'a' is damaged");
  }

  @Test
  void shouldRefuseForeignOffsetsAndWrongSlices() {
    Offset foreign = Offset.timeBasedUUID(new java.util.UUID(0x1000, 1));
    assertThatThrownBy(() -> store.changes("red", foreign)).hasMessageContaining("offset");
    assertThatThrownBy(() -> store.changesBySlices("x", 5, 4, Offset.noOffset()))
        .hasMessageContaining("slices");
    assertThatThrownBy(() -> upsert("a", 1, new Object(), ""))
        .hasRootCauseInstanceOf(java.io.NotSerializableException.class);
  }

  private static String describe(DurableStateChange<Object> change) {
    return switch (change) {
      case UpdatedDurableState<Object> updated ->
          updated.persistenceId() + updated.revision() + "=" + updated.value();
      case DeletedDurableState<Object> deleted ->
          deleted.persistenceId() + deleted.revision() + " deleted";
      default -> throw new AssertionError(change);
    };
  }

  private List<DurableStateChange<Object>> currentChanges(String tag, Offset offset) {
    return Streamed.all(store.currentChanges(tag, offset), plugin.system());
  }

  private void upsert(String id, long revision, Object state, String tag) {
    await(store.upsertObject(id, revision, state, tag));
  }

  private GetObjectResult<Object> get(String id) {
    return await(store.getObject(id));
  }

  private static <T> T await(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
