package dev.troupe.rocksdb.persistence.store;

import dev.troupe.rocksdb.engine.StorageErrors;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/**
 * The store at one moment: everything durable then, nothing later. Reads block; not on an actor's
 * or a virtual thread. Keeps the store open until it is closed: keep it short. One thread.
 */
public final class StoreView implements AutoCloseable {
  private final RocksFiles files;
  private final UseGate gate;
  private final Snapshot snapshot;
  private final ReadOptions options;

  private StoreView(RocksFiles files, UseGate gate) {
    this.files = files;
    this.gate = gate;
    this.snapshot = files.db().getSnapshot();
    this.options = new ReadOptions().setSnapshot(snapshot);
  }

  static StoreView enter(RocksFiles files, UseGate gate) {
    gate.enter();
    return new StoreView(files, gate);
  }

  public byte @Nullable [] get(Family family, byte[] key) {
    try {
      return files.db().get(files.handle(family), options, key);
    } catch (RocksDBException e) {
      throw StorageErrors.of(e, "reading the persistence store");
    }
  }

  /**
   * Rows with {@code from <= key < end}. Stands nowhere until {@link RowCursor#first} or {@link
   * RowCursor#last}.
   */
  public RowCursor rows(Family family, byte[] from, byte[] end) {
    Slice lower = new Slice(from);
    Slice upper = new Slice(end);
    ReadOptions bounded =
        new ReadOptions()
            .setSnapshot(snapshot)
            .setIterateLowerBound(lower)
            .setIterateUpperBound(upper);
    AutoCloseable owned =
        () -> {
          bounded.close();
          lower.close();
          upper.close();
        };
    return new RowCursor(files.db().newIterator(files.handle(family), bounded), owned, gate);
  }

  /** The highest offset given out so far; 0 when there is none. */
  public long lastOffset() {
    byte[] frame = get(Family.META, Offsets.KEY);
    return frame == null ? 0 : Offsets.decode(frame);
  }

  @Override
  public void close() {
    options.close();
    files.db().releaseSnapshot(snapshot);
    snapshot.close();
    gate.leave();
  }
}
