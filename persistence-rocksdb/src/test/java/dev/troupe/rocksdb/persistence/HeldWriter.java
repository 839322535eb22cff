package dev.troupe.rocksdb.persistence;

import dev.troupe.rocksdb.persistence.store.PersistenceStore;
import dev.troupe.rocksdb.persistence.store.StoreWork;
import dev.troupe.rocksdb.persistence.store.WriteContext;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;

/** Keeps the thread of a store's writer busy until it is closed, so that works pile up behind. */
final class HeldWriter implements StoreWork, AutoCloseable {
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  /** Returns once the writer is held. */
  static HeldWriter of(PersistenceStore store) {
    HeldWriter held = new HeldWriter();
    CompletionStage<Void> written = store.submit(held);
    await(held.entered);
    if (written.toCompletableFuture().isDone()) {
      throw new AssertionError("the writer went on");
    }
    return held;
  }

  @Override
  public List<String> lanes() {
    return List.of();
  }

  @Override
  public int sizeBytes() {
    return 0;
  }

  @Override
  public void apply(WriteContext context) {
    entered.countDown();
    await(released);
  }

  @Override
  public void close() {
    released.countDown();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
