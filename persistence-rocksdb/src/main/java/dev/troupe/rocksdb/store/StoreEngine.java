package dev.troupe.rocksdb.store;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.rocksdb.engine.DataDirectory;
import dev.troupe.rocksdb.engine.DurableFiles;
import dev.troupe.rocksdb.engine.FatalErrorHandler;
import dev.troupe.rocksdb.engine.GroupCommitWriter;
import dev.troupe.rocksdb.engine.StorageErrors;
import dev.troupe.rocksdb.mvcc.RocksStateStore;
import dev.troupe.rocksdb.raft.RocksRaftLogStore;
import dev.troupe.rocksdb.snapshot.InstallObserver;
import dev.troupe.rocksdb.snapshot.RocksSnapshotStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.rocksdb.Checkpoint;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * The storage of one node: both databases of a data directory, and the ports on them.
 *
 * <p>Opening finishes what a crash interrupted. The caller owns the data directory and closes it
 * after the engine. Thread-safe.
 */
public final class StoreEngine implements AutoCloseable {
  private final DataDirectory directory;
  private final NativeResources resources = new NativeResources();
  private final AtomicBoolean failed = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Databases databases;
  private final GroupCommitWriter writer;
  private final RocksRaftLogStore raftLog;
  private final RocksStateStore state;
  private final RocksSnapshotStore snapshots;
  private final StoreMetrics metrics;

  private StoreEngine(
      DataDirectory directory,
      StoreOptions options,
      FatalErrorHandler fatal,
      MonotonicClock clock,
      InstallObserver observer) {
    this.directory = directory;
    FatalErrorHandler once =
        (cause, what) -> {
          if (failed.compareAndSet(false, true)) {
            fatal.storageFailed(cause, what);
          }
        };
    try {
      boolean mayCreate = directory.confirmedIncarnation() == 0;
      databases = resources.add(new Databases(directory.path(), options, once, mayCreate));
      StoreRecords records = new StoreRecords(databases, directory);
      records.verify();
      records.record();
      writer = resources.add(GroupCommitWriter.start(databases.log, "troupe-log", once, clock));
      raftLog = resources.add(RocksRaftLogStore.open(databases.log, writer));
      state =
          resources.add(
              new RocksStateStore(
                  databases.state, databases.families, options.newestCacheBytes(), once));
      snapshots =
          RocksSnapshotStore.open(
              directory.path().resolve("snapshots"),
              raftLog,
              state.transfer(),
              options.snapshotFileBytes(),
              observer);
      metrics = new StoreMetrics(databases, writer, state, directory.path());
    } catch (RuntimeException e) {
      resources.close();
      throw e;
    }
  }

  /**
   * Opens the store in a data directory. Blocking.
   *
   * @param fatal told at most once
   * @throws TroupeException with CORRUPTION when the databases are damaged, missing, or not those
   *     that the directory's stamp was last used with
   */
  public static StoreEngine open(
      DataDirectory directory,
      StoreOptions options,
      FatalErrorHandler fatal,
      MonotonicClock clock) {
    return new StoreEngine(directory, options, fatal, clock, InstallObserver.NONE);
  }

  /** {@link #open} with an observer of installations of snapshots, for crash tests. */
  static StoreEngine open(
      DataDirectory directory,
      StoreOptions options,
      FatalErrorHandler fatal,
      MonotonicClock clock,
      InstallObserver observer) {
    return new StoreEngine(directory, options, fatal, clock, observer);
  }

  public RocksRaftLogStore raftLog() {
    return raftLog;
  }

  public RocksStateStore state() {
    return state;
  }

  public RocksSnapshotStore snapshots() {
    return snapshots;
  }

  /** What the store says in numbers. */
  public StoreMetrics metrics() {
    return metrics;
  }

  /**
   * Writes a consistent copy of the store into a new directory, with hard links where it lies on
   * the same file system. The copy opens as a data directory of its own, and is this store as of an
   * earlier moment: only a whole cluster may be restored from such copies. Blocking.
   */
  public void checkpoint(Path target) {
    if (Files.exists(target)) {
      throw new TroupeException(
          ErrorCode.INVALID_ARGUMENT, "checkpoint " + target + " exists already: name a new one");
    }
    // The state first: the log must reach from below what the state has applied to above it.
    try (RocksRaftLogStore.TruncationPause pause = raftLog.pauseTruncation()) {
      DurableFiles.createDirectories(target);
      checkpoint(databases.state, target.resolve(Databases.STATE));
      checkpoint(databases.log, target.resolve(Databases.LOG));
      directory.copyStamp(target);
    } catch (IOException e) {
      throw StorageErrors.of(e, "writing checkpoint " + target);
    } catch (RocksDBException e) {
      throw StorageErrors.of(e, "writing checkpoint " + target);
    }
  }

  /**
   * Writes what is queued, flushes the state so that the next start replays nothing, and frees
   * everything native. Waits for reads and scans that are open. May be repeated.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    metrics.close();
    try {
      writer.close();
      if (!failed.get()) {
        state.flush();
      }
    } finally {
      resources.close();
    }
  }

  /** For tests of this package that stop, flush or damage a database. */
  Databases databases() {
    return databases;
  }

  private static void checkpoint(RocksDB db, Path target) throws RocksDBException {
    try (Checkpoint checkpoint = Checkpoint.create(db)) {
      checkpoint.createCheckpoint(target.toString());
    }
  }
}
