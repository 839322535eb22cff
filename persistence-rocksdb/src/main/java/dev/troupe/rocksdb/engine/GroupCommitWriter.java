package dev.troupe.rocksdb.engine;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.metric.Histogram;
import dev.troupe.protocol.spi.MonotonicClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The only thing that waits for the disk on the write path of a database: one platform thread that
 * merges whatever is waiting into one batch, writes and syncs it once, and reports each work.
 *
 * <p>Works are written and reported in the order in which they were submitted. Any thread may
 * submit; nobody is blocked. The queue is unbounded by itself: whoever admits load bounds it by
 * {@link #pendingBytes()}.
 *
 * <p>A write or sync that fails is never retried: the handler is told once, no further work is
 * reported or accepted, and the databases must be closed. The writer does not own the database.
 */
public final class GroupCommitWriter implements AutoCloseable {
  /** A batch is closed when it holds this many bytes; a single larger work still gets its own. */
  public static final int BATCH_BYTES_MAX = 4 << 20;

  private static final int BATCH_BYTES_RESERVED = 64 << 10;

  /** One change that is written whole, together with others. */
  public interface Work {
    /** Adds the change to the common batch. Runs once, on the writer's thread. */
    void addTo(WriteBatch batch) throws RocksDBException;

    /** The change is on disk. Runs on the writer's thread: short, does not block or throw. */
    void durable();

    /** Rough number of bytes the change adds to a batch; the same at every call. */
    int sizeBytes();
  }

  /** The changing part of a {@link Work}. */
  @FunctionalInterface
  public interface Change {
    void addTo(WriteBatch batch) throws RocksDBException;
  }

  /** A queued change that somebody waits for. */
  @FunctionalInterface
  public interface Awaited {
    /**
     * Returns once the change is durable. Blocking.
     *
     * @throws TroupeException with STORAGE_FAILED when the writer fails
     */
    void await();
  }

  /**
   * Totals since the start, for metrics.
   *
   * @param syncNanos time spent in writes with their syncs
   */
  public record Counters(long syncs, long works, long bytes, long syncNanos) {}

  private final RocksDB db;
  private final String name;
  private final FatalErrorHandler fatal;
  private final MonotonicClock clock;
  private final Thread thread;
  private final Queue<Work> queue = new ConcurrentLinkedQueue<>();
  private final AtomicLong pendingWorks = new AtomicLong();
  private final AtomicLong pendingBytes = new AtomicLong();
  private final CompletableFuture<Void> failure = new CompletableFuture<>();
  private final Histogram syncs = Histogram.ofNanos();
  private final Histogram batches = Histogram.ofCounts();
  private volatile Counters counters = new Counters(0, 0, 0, 0);
  private volatile boolean parked;
  private volatile boolean closing;

  private GroupCommitWriter(
      RocksDB db, String name, FatalErrorHandler fatal, MonotonicClock clock) {
    this.db = db;
    this.name = name;
    this.fatal = fatal;
    this.clock = clock;
    this.thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this::run);
  }

  /**
   * Starts the writer's thread.
   *
   * @param db stays the caller's, who closes it after the writer
   * @param name of the thread, and in messages
   */
  public static GroupCommitWriter start(
      RocksDB db, String name, FatalErrorHandler fatal, MonotonicClock clock) {
    GroupCommitWriter writer = new GroupCommitWriter(db, name, fatal, clock);
    writer.thread.start();
    return writer;
  }

  /**
   * Queues a work. Never blocks; any thread.
   *
   * @throws TroupeException with SHUTTING_DOWN after {@link #close}, with STORAGE_FAILED after a
   *     failure; the work is not accepted then
   */
  public void submit(Work work) {
    int bytes = work.sizeBytes();
    // Counted before the check: a closing writer waits until the count is zero, so that a work
    // accepted here cannot slip in behind its last look at the queue.
    pendingWorks.incrementAndGet();
    if (closing || failure.isDone()) {
      pendingWorks.decrementAndGet();
      wake();
      throw refusal();
    }
    pendingBytes.addAndGet(bytes);
    queue.add(work);
    wake();
  }

  /**
   * Writes a change behind everything queued and waits until it is durable. Blocking; not on the
   * writer's thread, a virtual thread or an actor's thread.
   *
   * @throws TroupeException as of {@link #submit}, also when the writer fails meanwhile
   */
  public void writeAndAwait(int sizeBytes, Change change) {
    submitAwaited(sizeBytes, change).await();
  }

  /** {@link #writeAndAwait} in two steps: queues the change without blocking. */
  public Awaited submitAwaited(int sizeBytes, Change change) {
    AwaitedWork work = new AwaitedWork(sizeBytes, change);
    submit(work);
    return () -> {
      Invariant.check(Thread.currentThread() != thread, "%s would wait for itself", name);
      try {
        CompletableFuture.anyOf(work.done, failure).join();
      } catch (CompletionException e) {
        throw refusal();
      }
    };
  }

  /** Bytes accepted and not yet durable. */
  public long pendingBytes() {
    return pendingBytes.get();
  }

  public Counters counters() {
    return counters;
  }

  /** How long writes with their syncs took; nanoseconds. */
  public Histogram syncs() {
    return syncs;
  }

  /** Works that shared a sync. */
  public Histogram batches() {
    return batches;
  }

  /** Whether a write or sync has failed. */
  public boolean hasFailed() {
    return failure.isDone();
  }

  /** Writes everything accepted, then ends the thread. Blocking; may be repeated. */
  @Override
  public void close() {
    Invariant.check(Thread.currentThread() != thread, "%s cannot close itself", name);
    closing = true;
    LockSupport.unpark(thread);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        // The database is closed next: leaving before the thread has ended would crash the process.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private TroupeException refusal() {
    return failure.isDone()
        ? new TroupeException(
            ErrorCode.STORAGE_FAILED,
            name + " stopped after a failed write or sync: restart the node once the disk is sound")
        : new TroupeException(ErrorCode.SHUTTING_DOWN, name + " is closed");
  }

  /** A wake-up costs several microseconds on both sides: only when the writer really sleeps. */
  private void wake() {
    if (parked) {
      parked = false;
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    List<Work> works = new ArrayList<>();
    try (WriteOptions synced = new WriteOptions().setSync(true);
        WriteBatch batch = new WriteBatch(BATCH_BYTES_RESERVED)) {
      while (awaitWork()) {
        long bytes = fill(works, batch);
        commit(works, batch, synced, bytes);
        works.clear();
        batch.clear();
      }
    } catch (Throwable e) {
      // Also a work that throws lands here: what the batch would have held is unknown.
      fail(e);
    }
  }

  /** Waits for the next work; false when the writer is closed and everything is written. */
  private boolean awaitWork() {
    while (queue.isEmpty()) {
      if (closing && pendingWorks.get() == 0) {
        return false;
      }
      parked = true;
      // Looked at again after the flag is up: whoever adds later sees the flag and wakes.
      if (queue.isEmpty() && !(closing && pendingWorks.get() == 0)) {
        LockSupport.park(this);
      }
      parked = false;
    }
    return true;
  }

  private long fill(List<Work> works, WriteBatch batch) throws RocksDBException {
    long bytes = 0;
    @Nullable Work work;
    while (bytes < BATCH_BYTES_MAX && (work = queue.poll()) != null) {
      work.addTo(batch);
      bytes += work.sizeBytes();
      works.add(work);
    }
    return bytes;
  }

  private void commit(List<Work> works, WriteBatch batch, WriteOptions synced, long bytes)
      throws RocksDBException {
    long begin = clock.nanos();
    db.write(synced, batch);
    long nanos = clock.nanos() - begin;
    syncs.record(nanos);
    batches.record(works.size());
    Counters before = counters;
    counters =
        new Counters(
            before.syncs + 1,
            before.works + works.size(),
            before.bytes + bytes,
            before.syncNanos + nanos);
    pendingBytes.addAndGet(-bytes);
    for (int i = 0; i < works.size(); i++) {
      works.get(i).durable();
    }
    pendingWorks.addAndGet(-works.size());
  }

  private void fail(Throwable cause) {
    // In this order: when somebody sees the failure, the handler has already been told.
    try {
      fatal.storageFailed(cause, name + " could not write and sync; nothing more is acknowledged");
    } finally {
      failure.completeExceptionally(cause);
    }
  }

  private static final class AwaitedWork implements Work {
    private final int sizeBytes;
    private final Change change;
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    private AwaitedWork(int sizeBytes, Change change) {
      this.sizeBytes = sizeBytes;
      this.change = change;
    }

    @Override
    public void addTo(WriteBatch batch) throws RocksDBException {
      change.addTo(batch);
    }

    @Override
    public void durable() {
      done.complete(null);
    }

    @Override
    public int sizeBytes() {
      return sizeBytes;
    }
  }
}
