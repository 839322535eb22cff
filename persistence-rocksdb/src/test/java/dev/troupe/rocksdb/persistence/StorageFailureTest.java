package dev.troupe.rocksdb.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.rocksdb.persistence.store.Family;
import dev.troupe.rocksdb.persistence.store.PersistenceStore;
import dev.troupe.rocksdb.persistence.store.StoreWork;
import dev.troupe.rocksdb.persistence.store.WriteContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens when the writer cannot write any more. */
final class StorageFailureTest {
  @TempDir Path directory;

  @Test
  void shouldFailEverythingPendingAndLater() throws Exception {
    try (PluginSystem plugin =
        PluginSystem.start(directory, "troupe.persistence.on-storage-failure = refuse")) {
      PersistenceStore store = PersistenceStores.get(plugin.system()).store("");
      Journalist journalist = new Journalist(plugin, "id");
      journalist.write(1, 3);
      CountDownLatch writerIsBusy = new CountDownLatch(1);
      CountDownLatch goOn = new CountDownLatch(1);
      List<CompletableFuture<Void>> pending = new ArrayList<>();
      pending.add(submit(store, context -> await(writerIsBusy, goOn)));
      assertThat(writerIsBusy.await(20, TimeUnit.SECONDS)).isTrue();
      pending.add(submit(store, StorageFailureTest::breakHalfway));
      pending.add(submit(store, context -> context.put(Family.META, new byte[] {1}, new byte[1])));
      long before = store.pendingBytes();
      journalist.send(journalist.repr(4, "pending"));
      Awaitility.await().until(() -> store.pendingBytes() > before);
      goOn.countDown();

      for (CompletableFuture<Void> work : pending.subList(1, 3)) {
        assertFailed(work);
      }
      assertThat(journalist.expectFailed(1)).hasMessageContaining("restart once the disk");
      assertFailed(submit(store, context -> {}));
      journalist.send(journalist.repr(4, "later"));
      assertThat(((TroupeException) journalist.expectFailed(1)).code())
          .isEqualTo(ErrorCode.STORAGE_FAILED);
      assertThat(journalist.replay(3)).hasSize(3);
      assertThat(plugin.system().whenTerminated().isCompleted()).isFalse();
    }
    try (PluginSystem plugin = PluginSystem.start(directory)) {
      assertThat(new Journalist(plugin, "id").replay(3)).hasSize(3);
    }
  }

  @Test
  void shouldEndTheActorSystemWhenAskedTo() {
    try (PluginSystem plugin = PluginSystem.start(directory)) {
      PersistenceStore store = PersistenceStores.get(plugin.system()).store("");
      assertFailed(submit(store, StorageFailureTest::breakHalfway));
      plugin
          .system()
          .getWhenTerminated()
          .toCompletableFuture()
          .orTimeout(20, TimeUnit.SECONDS)
          .join();
    }
  }

  @Test
  void shouldRefuseAnUnknownFailureAction() {
    try (PluginSystem plugin =
        PluginSystem.start(directory, "troupe.persistence.on-storage-failure = ignore")) {
      assertThatThrownBy(() -> PersistenceStores.get(plugin.system()))
          .hasMessageContaining("on-storage-failure must be terminate or refuse, is ignore");
    }
  }

  @Test
  void shouldRefuseMoreThanMayBePending() throws Exception {
    try (PluginSystem plugin =
        PluginSystem.start(directory, "troupe.persistence.rocksdb.pending-bytes-max = 1 MiB")) {
      PersistenceStore store = PersistenceStores.get(plugin.system()).store("");
      CountDownLatch writerIsBusy = new CountDownLatch(1);
      CountDownLatch goOn = new CountDownLatch(1);
      submit(store, context -> await(writerIsBusy, goOn));
      assertThat(writerIsBusy.await(20, TimeUnit.SECONDS)).isTrue();
      Journalist journalist = new Journalist(plugin, "id");
      journalist.send(journalist.repr(1, "x".repeat(2 << 20)));
      org.awaitility.Awaitility.await()
          .until(() -> store.settled("journal/id").toCompletableFuture().isDone() ? false : true);
      Journalist other = new Journalist(plugin, "other");
      other.send(other.repr(1, "too much"));
      goOn.countDown();
      journalist.expectWritten(1);
      assertThat(other.expectFailed(1)).hasMessageContaining("pending-bytes-max");
      other.write(1, 1);
    }
  }

  private static void await(CountDownLatch reached, CountDownLatch goOn) {
    reached.countDown();
    try {
      goOn.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void breakHalfway(WriteContext context) {
    context.put(Family.META, new byte[] {1}, new byte[1]);
    throw new IllegalStateException("the disk is gone");
  }

  private static void assertFailed(CompletableFuture<Void> work) {
    assertThatThrownBy(() -> work.orTimeout(20, TimeUnit.SECONDS).join())
        .isInstanceOf(CompletionException.class)
        .extracting(error -> ((TroupeException) error.getCause()).code())
        .isEqualTo(ErrorCode.STORAGE_FAILED);
  }

  private static CompletableFuture<Void> submit(
      PersistenceStore store, java.util.function.Consumer<WriteContext> change) {
    return store
        .submit(
            new StoreWork() {
              @Override
              public List<String> lanes() {
                return List.of();
              }

              @Override
              public int sizeBytes() {
                return 10;
              }

              @Override
              public void apply(WriteContext context) {
                change.accept(context);
              }
            })
        .toCompletableFuture();
  }
}
