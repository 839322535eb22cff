package dev.troupe.store;

import dev.troupe.protocol.spi.RaftLogStore;
import dev.troupe.protocol.spi.RowProgram;
import dev.troupe.protocol.spi.SnapshotStore;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.range.Applier;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * An open store with the threads that wait for it. Lives as long as the process: actor systems come
 * and go on it, and what one of them has handed to the applier is done before the next one reads.
 */
public final class StoreRuntime implements AutoCloseable {
  private static final int APPLY_THREADS = 2;
  private static final int DISK_THREADS = 4;
  private static final long CLOSE_SECONDS = 10;

  private final RaftLogStore log;
  private final StateStore state;
  private final SnapshotStore snapshots;
  private final RowProgram.Factory programs;
  private final ExecutorService applyThreads;
  private final ExecutorService diskThreads;
  private final Applier applier;

  /**
   * Starts the threads on an open store, which the caller closes afterwards.
   *
   * @param programs reads the programs that scans of this store bring along
   * @param fatal told when committed entries could not be applied
   */
  public StoreRuntime(
      RaftLogStore log,
      StateStore state,
      SnapshotStore snapshots,
      RowProgram.Factory programs,
      Consumer<Throwable> fatal) {
    this.log = log;
    this.state = state;
    this.snapshots = snapshots;
    this.programs = programs;
    applyThreads = threads("troupe-apply", APPLY_THREADS);
    diskThreads = threads("troupe-disk", DISK_THREADS);
    applier = new Applier(state, APPLY_THREADS, applyThreads, fatal);
  }

  private static ExecutorService threads(String name, int count) {
    var number = new AtomicInteger();
    return Executors.newFixedThreadPool(
        count,
        runnable -> {
          Thread thread = new Thread(runnable, name + "-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  public RaftLogStore log() {
    return log;
  }

  public StateStore state() {
    return state;
  }

  public SnapshotStore snapshots() {
    return snapshots;
  }

  public RowProgram.Factory programs() {
    return programs;
  }

  public Applier applier() {
    return applier;
  }

  /** Bounded platform threads for whatever waits for the disk. */
  public Executor disk() {
    return diskThreads;
  }

  /** Lets what was begun end. The actor system must have ended before. */
  @Override
  public void close() {
    applyThreads.shutdown();
    diskThreads.shutdown();
    try {
      if (!applyThreads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)
          || !diskThreads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException(
            "the store was still being worked on after " + CLOSE_SECONDS + " seconds");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
