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
import dev.troupe.rocksdb.mvcc.StateFiles.Content;
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
import org.rocksdb.Snapshot;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Moves the whole state of a range out of and into the database, as files of versions with all
 * timestamps and deletions, files of side records, and the local records beside them. Blocking; any
 * thread.
 */
public final class StateTransfer {
  private static final long READAHEAD_BYTES = 2 << 20;

  private final RocksDB db;
  private final StateFamilies families;
  private final NewestVersions newest;
  private final RewriteGate rewrites;
  private final UseCount uses;
  private final FatalErrorHandler fatal;

  StateTransfer(
      RocksDB db,
      StateFamilies families,
      NewestVersions newest,
      RewriteGate rewrites,
      UseCount uses,
      FatalErrorHandler fatal) {
    this.db = db;
    this.families = families;
    this.newest = newest;
    this.rewrites = rewrites;
    this.uses = uses;
    this.fatal = fatal;
  }

  /**
   * A range's state as of one moment.
   *
   * @param versionFiles versions in key order
   * @param sideFiles side records in key order
   */
  public record Exported(
      KeySpan span,
      byte[] appliedRecord,
      byte[] descriptorRecord,
      List<Path> versionFiles,
      List<Path> sideFiles) {}

  /** Steps of {@link #replace}, in their order. */
  public enum Step {
    CLEARED,
    VERSIONS_INGESTED,
    SIDES_INGESTED,
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
  public Exported export(RangeId range, RecordReader records, Path directory, long fileBytes) {
    uses.enter();
    Snapshot snapshot = db.getSnapshot();
    try (ReadOptions options = new ReadOptions().setSnapshot(snapshot)) {
      byte[] applied = local(options, range, LocalRecord.APPLIED);
      byte[] descriptor = local(options, range, LocalRecord.DESCRIPTOR);
      KeySpan span = records.span(descriptor);
      return new Exported(
          span,
          applied,
          descriptor,
          write(snapshot, span, Content.VERSIONS, directory, fileBytes),
          write(snapshot, span, Content.SIDES, directory, fileBytes));
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
    uses.enter();
    rewrites.begin();
    newest.suspend();
    try (WriteOptions noWal = new WriteOptions().setDisableWAL(true)) {
      clear(noWal, state.span());
      observer.after(Step.CLEARED);
      ingest(family(Content.VERSIONS), state.versionFiles());
      observer.after(Step.VERSIONS_INGESTED);
      ingest(family(Content.SIDES), state.sideFiles());
      observer.after(Step.SIDES_INGESTED);
      putRecords(noWal, range, state);
      observer.after(Step.RECORDS_PUT);
      flush();
      observer.after(Step.FLUSHED);
    } catch (RocksDBException e) {
      fatal.storageFailed(e, "putting a snapshot of range " + range + " in place");
      throw StorageErrors.of(e, "putting a snapshot of range " + range + " in place");
    } finally {
      newest.resume();
      rewrites.end();
      uses.exit();
    }
  }

  private byte[] local(ReadOptions options, RangeId range, LocalRecord record)
      throws RocksDBException {
    byte @Nullable [] value =
        db.get(families.locals(), options, StateRecordCodec.localKey(range, record));
    if (value == null) {
      throw new TroupeException(
          ErrorCode.UNKNOWN_RANGE,
          "range " + range + " has no " + record + " record on this store");
    }
    return value;
  }

  private List<Path> write(
      Snapshot snapshot, KeySpan span, Content content, Path directory, long fileBytes)
      throws RocksDBException {
    ReadOptions options =
        new ReadOptions()
            .setSnapshot(snapshot)
            .setFillCache(false)
            .setReadaheadSize(READAHEAD_BYTES);
    try (SpanRecords bounded = new SpanRecords(db, family(content), span, options);
        StateFiles files = new StateFiles(directory, content, fileBytes)) {
      RocksIterator records = bounded.records;
      for (records.seekToFirst(); records.isValid(); records.next()) {
        files.add(records);
      }
      bounded.requireSound();
      return files.finish();
    }
  }

  private ColumnFamilyHandle family(Content content) {
    return switch (content) {
      case VERSIONS -> families.versions();
      case SIDES -> families.sides();
    };
  }

  private void clear(WriteOptions noWal, KeySpan span) throws RocksDBException {
    byte[] start = MvccKeyCodec.stem(span.start());
    byte[] end = MvccKeyCodec.stem(span.end());
    try (WriteBatch batch = new WriteBatch()) {
      batch.deleteRange(families.versions(), start, end);
      batch.deleteRange(families.sides(), start, end);
      db.write(noWal, batch);
    }
    // Files cannot go beneath what is still in memory.
    flush();
  }

  private void ingest(ColumnFamilyHandle family, List<Path> files) throws RocksDBException {
    if (files.isEmpty()) {
      return;
    }
    try (IngestExternalFileOptions options =
        new IngestExternalFileOptions()
            .setMoveFiles(true)
            .setSnapshotConsistency(true)
            .setAllowGlobalSeqNo(true)
            .setAllowBlockingFlush(true)) {
      db.ingestExternalFile(family, files.stream().map(Path::toString).toList(), options);
    }
  }

  private void putRecords(WriteOptions noWal, RangeId range, Exported state)
      throws RocksDBException {
    try (WriteBatch batch = new WriteBatch()) {
      batch.put(
          families.locals(),
          StateRecordCodec.localKey(range, LocalRecord.APPLIED),
          state.appliedRecord());
      batch.put(
          families.locals(),
          StateRecordCodec.localKey(range, LocalRecord.DESCRIPTOR),
          state.descriptorRecord());
      db.write(noWal, batch);
    }
  }

  private void flush() throws RocksDBException {
    try (FlushOptions options = new FlushOptions().setWaitForFlush(true)) {
      db.flush(options, families.all());
    }
  }
}
