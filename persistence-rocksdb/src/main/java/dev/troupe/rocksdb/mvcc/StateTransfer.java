package dev.troupe.rocksdb.mvcc;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.SnapshotStore.RecordReader;
import dev.troupe.protocol.spi.StateStore.LocalRecord;
import dev.troupe.rocksdb.codec.MvccKeyCodec;
import dev.troupe.rocksdb.codec.StateRecordCodec;
import dev.troupe.rocksdb.engine.FatalErrorHandler;
import dev.troupe.rocksdb.engine.StorageErrors;
import dev.troupe.rocksdb.engine.UseCount;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.FlushOptions;
import org.rocksdb.IngestExternalFileOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Moves the whole state of a range out of and into the database, as files of versions with all
 * timestamps and deletions, and the local records beside them. Blocking; any thread.
 */
public final class StateTransfer {
  private static final long READAHEAD_BYTES = 2 << 20;

  private final RocksDB db;
  private final ColumnFamilyHandle locals;
  private final ColumnFamilyHandle versions;
  private final NewestVersions newest;
  private final UseCount uses;
  private final FatalErrorHandler fatal;

  StateTransfer(
      RocksDB db,
      ColumnFamilyHandle locals,
      ColumnFamilyHandle versions,
      NewestVersions newest,
      UseCount uses,
      FatalErrorHandler fatal) {
    this.db = db;
    this.locals = locals;
    this.versions = versions;
    this.newest = newest;
    this.uses = uses;
    this.fatal = fatal;
  }

  /**
   * A range's state as of one moment.
   *
   * @param files versions in key order
   */
  public record Exported(
      KeySpan span, byte[] appliedRecord, byte[] descriptorRecord, List<Path> files) {}

  /** Steps of {@link #replace}, in their order. */
  public enum Step {
    CLEARED,
    INGESTED,
    RECORDS_PUT,
    FLUSHED
  }

  /** Told after each step; tests crash here. */
  @FunctionalInterface
  public interface StepObserver {
    void after(Step step);
  }

  /**
   * Writes a range's state into files of a directory.
   *
   * @throws TroupeException with UNKNOWN_RANGE when the range has no state here
   */
  public Exported export(RangeId range, RecordReader records, Path directory, long fileBytes)
      throws IOException {
    uses.enter();
    Snapshot snapshot = db.getSnapshot();
    try (ReadOptions options = new ReadOptions().setSnapshot(snapshot)) {
      byte[] applied = local(options, range, LocalRecord.APPLIED);
      byte[] descriptor = local(options, range, LocalRecord.DESCRIPTOR);
      KeySpan span = records.span(descriptor);
      return new Exported(span, applied, descriptor, write(snapshot, span, directory, fileBytes));
    } catch (RocksDBException e) {
      throw StorageErrors.of(e, "taking a snapshot of range " + range);
    } finally {
      db.releaseSnapshot(snapshot);
      snapshot.close();
      uses.exit();
    }
  }

  /**
   * Replaces what a range holds by files, durably. Repeating it after a crash is harmless. Once
   * begun it must be completed: a failure goes to the fatal handler. The files are consumed.
   */
  public void replace(RangeId range, Exported state, StepObserver observer) {
    newest.suspend();
    uses.enter();
    try (WriteOptions noWal = new WriteOptions().setDisableWAL(true)) {
      clear(noWal, state.span());
      observer.after(Step.CLEARED);
      ingest(state.files());
      observer.after(Step.INGESTED);
      putRecords(noWal, range, state);
      observer.after(Step.RECORDS_PUT);
      flush();
      observer.after(Step.FLUSHED);
    } catch (RocksDBException e) {
      fatal.storageFailed(e, "putting a snapshot of range " + range + " in place");
      throw StorageErrors.of(e, "putting a snapshot of range " + range + " in place");
    } finally {
      uses.exit();
      newest.resume();
    }
  }

  private byte[] local(ReadOptions options, RangeId range, LocalRecord record)
      throws RocksDBException {
    byte @Nullable [] value = db.get(locals, options, StateRecordCodec.localKey(range, record));
    if (value == null) {
      throw new TroupeException(
          ErrorCode.UNKNOWN_RANGE,
          "range " + range + " has no " + record + " record on this store");
    }
    return value;
  }

  private List<Path> write(Snapshot snapshot, KeySpan span, Path directory, long fileBytes)
      throws IOException, RocksDBException {
    try (Slice lower = new Slice(MvccKeyCodec.stem(span.start()));
        Slice upper = new Slice(MvccKeyCodec.stem(span.end()));
        ReadOptions options =
            new ReadOptions()
                .setSnapshot(snapshot)
                .setIterateLowerBound(lower)
                .setIterateUpperBound(upper)
                .setTotalOrderSeek(true)
                .setFillCache(false)
                .setReadaheadSize(READAHEAD_BYTES);
        RocksIterator records = db.newIterator(versions, options);
        VersionFiles files = new VersionFiles(directory, fileBytes)) {
      for (records.seekToFirst(); records.isValid(); records.next()) {
        files.add(records);
      }
      records.status();
      return files.finish();
    }
  }

  private void clear(WriteOptions noWal, KeySpan span) throws RocksDBException {
    db.deleteRange(versions, noWal, MvccKeyCodec.stem(span.start()), MvccKeyCodec.stem(span.end()));
    // Files cannot go beneath what is still in memory.
    flush();
  }

  private void ingest(List<Path> files) throws RocksDBException {
    if (files.isEmpty()) {
      return;
    }
    try (IngestExternalFileOptions options =
        new IngestExternalFileOptions()
            .setMoveFiles(true)
            .setSnapshotConsistency(true)
            .setAllowGlobalSeqNo(true)
            .setAllowBlockingFlush(true)) {
      db.ingestExternalFile(versions, files.stream().map(Path::toString).toList(), options);
    }
  }

  private void putRecords(WriteOptions noWal, RangeId range, Exported state)
      throws RocksDBException {
    try (WriteBatch batch = new WriteBatch()) {
      batch.put(
          locals, StateRecordCodec.localKey(range, LocalRecord.APPLIED), state.appliedRecord());
      batch.put(
          locals,
          StateRecordCodec.localKey(range, LocalRecord.DESCRIPTOR),
          state.descriptorRecord());
      db.write(noWal, batch);
    }
  }

  private void flush() throws RocksDBException {
    try (FlushOptions options = new FlushOptions().setWaitForFlush(true)) {
      db.flush(options, List.of(locals, versions));
    }
  }
}
