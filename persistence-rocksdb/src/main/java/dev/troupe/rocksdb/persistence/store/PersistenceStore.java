package dev.troupe.rocksdb.persistence.store;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.rocksdb.engine.DataDirectory;
import dev.troupe.rocksdb.engine.GroupCommitWriter;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * One directory with one database and one group-commit writer. Whatever several plugins and any
 * number of persistent actors write at the same time shares a sync.
 *
 * <p>Works are applied, made durable and visible in the order of submission, so a view never shows
 * an offset before all lower ones. A failed write or sync ends the store: everything pending and
 * everything later fails, and the failure listener is told once.
 *
 * <p>Thread-safe. Submitting never blocks; views do.
 */
public final class PersistenceStore implements AutoCloseable {
  private static final String SUBDIRECTORY = "persistence";

  private final DataDirectory directory;
  private final RocksFiles files;
  private final StoreSettings settings;
  private final Consumer<TroupeException> failureListener;
  private final UseGate gate;
  private final WriteContext context;
  private final ChangeSignals signals = new ChangeSignals();
  private final Set<Submission> pending = ConcurrentHashMap.newKeySet();
  private final ConcurrentHashMap<String, CompletableFuture<Void>> lanes =
      new ConcurrentHashMap<>();
  private final GroupCommitWriter writer;
  private volatile @Nullable TroupeException failure;

  private PersistenceStore(
      DataDirectory directory,
      RocksFiles files,
      StoreSettings settings,
      Consumer<TroupeException> failureListener) {
    this.directory = directory;
    this.files = files;
    this.settings = settings;
    this.failureListener = failureListener;
    this.gate = new UseGate("the persistence store in " + directory.path());
    try (StoreView view = view()) {
      this.context = new WriteContext(files, view.lastOffset());
    }
    this.writer =
        GroupCommitWriter.start(
            files.db(),
            "troupe-persistence-writer " + directory.path(),
            this::failed,
            SystemClocks.monotonic());
  }

  /**
   * Opens or creates the store of a directory. Blocking.
   *
   * @param failureListener told once, on the writer's thread, when the disk can no longer be
   *     trusted
   * @throws TroupeException when the directory is in use, foreign or damaged; nothing is held then
   */
  public static PersistenceStore open(
      Path path, StoreSettings settings, Consumer<TroupeException> failureListener) {
    DataDirectory directory = DataDirectory.open(path);
    RocksFiles files = null;
    try {
      files = RocksFiles.open(directory.path().resolve(SUBDIRECTORY), settings);
      return new PersistenceStore(directory, files, settings, failureListener);
    } catch (RuntimeException e) {
      if (files != null) {
        files.close();
      }
      directory.close();
      throw e;
    }
  }

  /** Absolute, without links. */
  public Path path() {
    return directory.path();
  }

  /** Everything durable now. Close it soon. */
  public StoreView view() {
    return StoreView.enter(files, gate);
  }

  /** Bytes accepted and not yet durable. Any thread. */
  public long pendingBytes() {
    return writer.pendingBytes();
  }

  /**
   * Queues a change. Completes on the writer's thread once it is durable and visible; fails with
   * what the work refused itself with, OVERLOADED, SHUTTING_DOWN or STORAGE_FAILED.
   */
  public CompletionStage<Void> submit(StoreWork work) {
    if (writer.pendingBytes() > settings.pendingBytesMax()) {
      return CompletableFuture.failedFuture(
          new TroupeException(
              ErrorCode.OVERLOADED,
              "more than "
                  + settings.pendingBytesMax()
                  + " bytes wait to be written to "
                  + path()
                  + " (troupe.persistence.rocksdb.pending-bytes-max); nothing was done"));
    }
    return submitAdmitted(work);
  }

  /** As {@link #submit}, for the parts of something that was admitted before. */
  public CompletionStage<Void> submitAdmitted(StoreWork work) {
    Submission submission = new Submission(work);
    pending.add(submission);
    work.lanes().forEach(lane -> lanes.put(lane, submission.done));
    try {
      writer.submit(submission);
    } catch (TroupeException e) {
      submission.finish(e);
    }
    TroupeException failed = failure;
    if (failed != null) {
      // The writer may have accepted it after all pending works were told of the failure.
      submission.finish(failed);
    }
    return submission.done;
  }

  /** Completes, always normally, when all works submitted on this lane before have ended. */
  public CompletionStage<Void> settled(String lane) {
    CompletableFuture<Void> newest = lanes.get(lane);
    return newest == null
        ? CompletableFuture.completedFuture(null)
        : newest.handle((nothing, error) -> null);
  }

  public ChangeSignals signals() {
    return signals;
  }

  public GroupCommitWriter.Counters counters() {
    return writer.counters();
  }

  /** Writes what is pending, waits for the views to be closed, and frees everything. Blocking. */
  @Override
  public void close() {
    gate.close();
    writer.close();
    files.close();
    directory.close();
  }

  private void failed(Throwable cause, String what) {
    TroupeException told =
        new TroupeException(
            ErrorCode.STORAGE_FAILED,
            what
                + ": "
                + cause
                + ". Whether the pending writes survived is unknown: restart once"
                + " the disk under "
                + path()
                + " is sound");
    failure = told;
    pending.forEach(submission -> submission.finish(told));
    failureListener.accept(told);
  }

  /** A work on its way through the writer. */
  private final class Submission implements GroupCommitWriter.Work {
    private final StoreWork work;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private @Nullable RuntimeException refusal;

    private Submission(StoreWork work) {
      this.work = work;
    }

    @Override
    public void addTo(WriteBatch batch) throws RocksDBException {
      try {
        context.run(work, batch);
      } catch (RuntimeException e) {
        if (context.hasChanged()) {
          // Half a change is in the batch: it must not be written.
          throw e;
        }
        refusal = e;
      }
    }

    @Override
    public void durable() {
      context.batchDurable();
      if (refusal == null) {
        work.announce(signals);
      }
      finish(refusal);
    }

    @Override
    public int sizeBytes() {
      return work.sizeBytes();
    }

    private void finish(@Nullable RuntimeException error) {
      pending.remove(this);
      work.lanes().forEach(lane -> lanes.remove(lane, done));
      if (error == null) {
        done.complete(null);
      } else {
        done.completeExceptionally(error);
      }
    }
  }
}
