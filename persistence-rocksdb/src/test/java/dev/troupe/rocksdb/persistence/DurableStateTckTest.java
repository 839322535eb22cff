package dev.troupe.rocksdb.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.rocksdb.persistence.state.StaleRevisionException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.persistence.state.DurableStateStoreRegistry;
import org.apache.pekko.persistence.state.exception.DeleteRevisionException;
import org.apache.pekko.persistence.state.scaladsl.DurableStateUpdateStore;
import org.apache.pekko.persistence.state.scaladsl.GetObjectResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;
import scala.concurrent.Future;
import scala.jdk.javaapi.FutureConverters;

/** Each rule of Pekko's DurableStateStoreSpec, with every optional capability. */
final class DurableStateTckTest {
  private static final String TAG = "test-tag";

  @TempDir static Path directory;
  private static PluginSystem plugin;
  private static DurableStateUpdateStore<Object> store;

  private String id;

  @BeforeAll
  static void start() {
    plugin = PluginSystem.start(directory);
    store =
        DurableStateStoreRegistry.get(plugin.system())
            .<DurableStateUpdateStore<Object>>durableStateStoreFor("");
  }

  @AfterAll
  static void stop() {
    plugin.close();
  }

  @BeforeEach
  void name(TestInfo test) {
    id = test.getDisplayName();
  }

  @Test
  void shouldNotFindWhatDoesNotExist() {
    assertThat(get(id).value()).isEqualTo(Option.empty());
    assertThat(get(id).revision()).isZero();
  }

  @Test
  void shouldPersistAStateAndRetrieveIt() {
    upsert(id, 1, "state");
    expect(id, "state", 1);
  }

  @Test
  void shouldUpdateAState() {
    upsert(id, 1, "state-1");
    upsert(id, 2, "state-2");
    expect(id, "state-2", 2);
  }

  @Test
  void shouldDeleteAState() {
    upsert(id, 1, "state");
    await(store.deleteObject(id, 2));
    assertThat(get(id).value()).isEqualTo(Option.empty());
  }

  @Test
  void shouldKeepPersistenceIdsApart() {
    upsert(id, 1, "left");
    upsert(id + "-2", 1, "right");
    expect(id, "left", 1);
    expect(id + "-2", "right", 1);
  }

  @Test
  void shouldUpsertAgainAfterADeletion() {
    upsert(id, 1, "original");
    await(store.deleteObject(id, 2));
    upsert(id, 3, "recreated");
    expect(id, "recreated", 3);
  }

  @Test
  void shouldRefuseToDeleteWithAnotherRevision() {
    upsert(id, 1, "state");
    assertThatThrownBy(() -> await(store.deleteObject(id, 99)))
        .hasCauseInstanceOf(DeleteRevisionException.class)
        .hasMessageContaining("is at revision 1");
    expect(id, "state", 1);
  }

  @Test
  void shouldRefuseToUpsertAStaleRevision() {
    upsert(id, 1, "original");
    assertThatThrownBy(() -> upsert(id, 1, "stale"))
        .hasCauseInstanceOf(StaleRevisionException.class)
        .hasMessageContaining("it would have to be 2");
    expect(id, "original", 1);
  }

  @Test
  void shouldSerializeStates() {
    TckPayload payload = new TckPayload(plugin.probe().getRef());
    upsert(id, 1, payload);
    expect(id, payload, 1);
  }

  @Test
  @SuppressWarnings("deprecation") // The rule is about the deprecated method.
  void shouldDeleteWhateverTheRevision() {
    upsert(id, 1, "state");
    await(store.deleteObject(id));
    assertThat(get(id).value()).isEqualTo(Option.empty());
    await(store.deleteObject(id));
  }

  private static void upsert(String id, long revision, Object state) {
    assertThat(await(store.upsertObject(id, revision, state, TAG))).isEqualTo(Done.done());
  }

  private static void expect(String id, Object state, long revision) {
    assertThat(get(id).value()).isEqualTo(Option.apply(state));
    assertThat(get(id).revision()).isEqualTo(revision);
  }

  private static GetObjectResult<Object> get(String id) {
    return await(store.getObject(id));
  }

  private static <T> T await(Future<T> future) {
    return FutureConverters.asJava(future)
        .toCompletableFuture()
        .orTimeout(5, TimeUnit.SECONDS)
        .join();
  }
}
