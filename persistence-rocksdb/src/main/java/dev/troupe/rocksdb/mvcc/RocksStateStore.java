package dev.troupe.rocksdb.mvcc;

import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.rocksdb.codec.MvccKeyCodec;
import dev.troupe.rocksdb.codec.StateRecordCodec;
import dev.troupe.rocksdb.engine.FatalErrorHandler;
import dev.troupe.rocksdb.engine.StorageErrors;
import dev.troupe.rocksdb.engine.UseCount;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.FlushOptions;
import org.rocksdb.Range;
import org.rocksdb.ReadOptions;
import org.rocksdb.ReadTier;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.SizeApproximationFlag;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The replicated state on one RocksDB, whose column families are flushed together or not at all;
 * see {@link StateFamilies} for the layout.
 *
 * <p>Thread-safe. Values handed in or out are shared with a cache: nobody may change the arrays.
 * Blocking as the port says; native code pins a virtual thread, so use platform threads. A failed
 * write goes to the fatal handler, since half of what the state holds in memory can then never
 * become durable. Does not own the database; close it before.
 */
public final class RocksStateStore implements StateStore, AutoCloseable {
  private final RocksDB db;
  private final StateFamilies families;
  private final FatalErrorHandler fatal;
  private final NewestVersions newest;
  private final VersionReader reader;
  private final UseCount uses = new UseCount("the state store");
  private final SideRecords sides;
  private final RewriteGate rewrites = new RewriteGate();
  private final SpanCompaction compaction;
  private final WriteOptions noWal = new WriteOptions().setDisableWAL(true);
  private final WriteOptions noWalNoWait =
      new WriteOptions().setDisableWAL(true).setNoSlowdown(true);
  private final WriteOptions noWalYielding = new WriteOptions().setDisableWAL(true).setLowPri(true);
  private final ReadOptions present = new ReadOptions();
  private final ReadOptions durable = new ReadOptions().setReadTier(ReadTier.PERSISTED_TIER);

  /**
   * @param newestCacheBytes heap that the newest versions of recently read keys may take
   */
  public RocksStateStore(
      RocksDB db, StateFamilies families, long newestCacheBytes, FatalErrorHandler fatal) {
    this.db = db;
    this.families = families;
    this.fatal = fatal;
    this.newest = new NewestVersions(newestCacheBytes);
    this.reader = new VersionReader(db, families.versions(), newest);
    this.compaction = new SpanCompaction(db, families);
    this.sides = new SideRecords(db, families.sides(), uses);
  }

  /** Waits for reads, batches being committed and open scans to end; stops compactions. */
  @Override
  public void close() {
    compaction.stop();
    uses.close();
    reader.close();
    sides.close();
    noWal.close();
    noWalNoWait.close();
    noWalYielding.close();
    present.close();
    durable.close();
  }

  @Override
  public Batch newBatch() {
    return new VersionBatch(families, this::commit);
  }

  /** Reads answered from versions that are kept as objects. */
  public long newestHits() {
    return newest.hits();
  }

  /** Reads that were not. */
  public long newestMisses() {
    return newest.misses();
  }

  @Override
  public @Nullable Version newest(Key key, Timestamp at, ReadMode mode) {
    Version known = newest.get(key);
    if (known != null && known.timestamp().compareTo(at) <= 0) {
      return known;
    }
    uses.enter();
    try {
      return reader.newest(key, at, mode);
    } finally {
      uses.exit();
    }
  }

  @Override
  public @Nullable Noted noted(Key key, Timestamp after, byte[] beginning) {
    uses.enter();
    try (SpanRecords records = new SpanRecords(db, families.versions(), KeySpan.of(key))) {
      return NewerVersions.noted(records, after, beginning);
    } finally {
      uses.exit();
    }
  }

  @Override
  public Scan scan(KeySpan span, Timestamp at, boolean reverse) {
    uses.enter();
    return reverse
        ? new ReverseScan(db, families.versions(), span, at, uses)
        : new ForwardScan(db, families.versions(), span, at, uses);
  }

  @Override
  public byte @Nullable [] getSide(Key key, SideKind kind, byte[] id, ReadMode mode) {
    return sides.get(key, kind, id, mode);
  }

  @Override
  public SideScan scanSide(KeySpan span) {
    return sides.scan(span);
  }

  @Override
  public boolean changedSince(KeySpan span, Timestamp after) {
    if (span.isOneKey()) {
      Version last = newest(span.start(), Timestamp.MAX, ReadMode.MAY_BLOCK);
      return last != null && last.timestamp().compareTo(after) > 0;
    }
    uses.enter();
    try (SpanRecords records = new SpanRecords(db, families.versions(), span)) {
      return NewerVersions.exist(records, after);
    } finally {
      uses.exit();
    }
  }

  @Override
  public byte @Nullable [] getLocal(RangeId range, LocalRecord record) {
    return local(range, record, present);
  }

  @Override
  public byte @Nullable [] getDurableLocal(RangeId range, LocalRecord record) {
    return local(range, record, durable);
  }

  @Override
  public void flush() {
    uses.enter();
    try (FlushOptions options = new FlushOptions().setWaitForFlush(true)) {
      db.flush(options, families.all());
    } catch (RocksDBException e) {
      throw writeFailure(e, "flushing the state");
    } finally {
      uses.exit();
    }
  }

  @Override
  public void clear(RangeId range, KeySpan span) {
    change(
        "clearing range " + range + " " + span,
        batch -> {
          byte[] start = MvccKeyCodec.stem(span.start());
          byte[] end = MvccKeyCodec.stem(span.end());
          batch.deleteRange(families.versions(), start, end);
          batch.deleteRange(families.sides(), start, end);
          forget(range, batch);
        });
  }

  @Override
  public void forget(RangeId range) {
    change("forgetting range " + range, batch -> forget(range, batch));
  }

  private void forget(RangeId range, WriteBatch batch) throws RocksDBException {
    for (LocalRecord record : LocalRecord.values()) {
      batch.delete(families.locals(), StateRecordCodec.localKey(range, record));
    }
  }

  @Override
  public Collected collect(KeySpan span, Timestamp horizon, int maxVersions) {
    return collect(span, horizon, maxVersions, () -> {});
  }

  /**
   * @param whenRead run between reading and removing, for tests
   */
  Collected collect(KeySpan span, Timestamp horizon, int maxVersions, Runnable whenRead) {
    if (maxVersions < 1) {
      throw new IllegalArgumentException("at least one version must be looked at");
    }
    while (true) {
      long stamp = rewrites.awaitNone();
      uses.enter();
      ReadOptions options = new ReadOptions().setFillCache(false);
      try (WriteBatch batch = new WriteBatch();
          SpanRecords records = new SpanRecords(db, families.versions(), span, options)) {
        VersionCollector collector =
            new VersionCollector(records, families.versions(), span, horizon, maxVersions, batch);
        Collected collected = collector.collect();
        whenRead.run();
        if (rewrites.runUnlessRewritten(stamp, () -> remove(batch, collector.emptied()))) {
          return collected;
        }
      } catch (RocksDBException e) {
        throw StorageErrors.of(e, "collecting old versions of " + span);
      } finally {
        uses.exit();
      }
    }
  }

  /**
   * @param emptied keys whose newest version the batch removes
   */
  private void remove(WriteBatch batch, List<Key> emptied) {
    if (batch.count() == 0) {
      return;
    }
    for (Key key : emptied) {
      newest.beginWrite(key);
    }
    try {
      db.write(noWalYielding, batch);
    } catch (RocksDBException e) {
      throw writeFailure(e, "removing old versions");
    } finally {
      for (Key key : emptied) {
        newest.endWrite(key, null, null);
      }
    }
  }

  @Override
  public void compact(KeySpan span) {
    uses.enter();
    try {
      compaction.run(span);
    } finally {
      uses.exit();
    }
  }

  /** Whole ranges out of and into this store. */
  public StateTransfer transfer() {
    return new StateTransfer(db, families, newest, rewrites, uses, fatal);
  }

  @Override
  public long approximateBytes(KeySpan span) {
    uses.enter();
    try (Slice start = new Slice(MvccKeyCodec.stem(span.start()));
        Slice end = new Slice(MvccKeyCodec.stem(span.end()))) {
      return db.getApproximateSizes(
              families.versions(),
              List.of(new Range(start, end)),
              SizeApproximationFlag.INCLUDE_FILES,
              SizeApproximationFlag.INCLUDE_MEMTABLES)[0];
    } finally {
      uses.exit();
    }
  }

  /** A change that does not go through a {@link Batch}. */
  private interface BatchChange {
    void addTo(WriteBatch batch) throws RocksDBException;
  }

  private void change(String what, BatchChange change) {
    uses.enter();
    rewrites.begin();
    newest.suspend();
    try (WriteBatch batch = new WriteBatch()) {
      change.addTo(batch);
      db.write(noWal, batch);
    } catch (RocksDBException e) {
      throw writeFailure(e, what);
    } finally {
      newest.resume();
      rewrites.end();
      uses.exit();
    }
  }

  private boolean commit(WriteBatch batch, List<VersionBatch.Change> changes, boolean mayWait) {
    uses.enter();
    boolean visible = false;
    for (VersionBatch.Change change : changes) {
      change.before = newest.beginWrite(change.key);
    }
    try {
      db.write(mayWait ? noWal : noWalNoWait, batch);
      visible = true;
      return true;
    } catch (RocksDBException e) {
      if (!mayWait && StorageErrors.isWaitRefused(e)) {
        return false;
      }
      throw writeFailure(e, "writing the state");
    } finally {
      for (VersionBatch.Change change : changes) {
        newest.endWrite(change.key, change.before, visible ? change.written : null);
      }
      uses.exit();
    }
  }

  private byte @Nullable [] local(RangeId range, LocalRecord record, ReadOptions options) {
    uses.enter();
    try {
      return db.get(families.locals(), options, StateRecordCodec.localKey(range, record));
    } catch (RocksDBException e) {
      throw StorageErrors.of(e, "reading record " + record + " of range " + range);
    } finally {
      uses.exit();
    }
  }

  private TroupeException writeFailure(RocksDBException cause, String what) {
    fatal.storageFailed(cause, what);
    return StorageErrors.of(cause, what);
  }
}
