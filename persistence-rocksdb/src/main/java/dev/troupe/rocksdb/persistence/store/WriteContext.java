package dev.troupe.rocksdb.persistence.store;

import dev.troupe.protocol.error.Invariant;
import dev.troupe.rocksdb.engine.StorageErrors;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * What a {@link StoreWork} sees of the store: everything durable, and what the works before it in
 * the same batch have changed. Confined to the writer's thread.
 */
public final class WriteContext {
  /** Families that works read back; only their changes are kept until the batch is durable. */
  private static final Set<Family> READ_BACK =
      EnumSet.of(Family.IDS, Family.SNAPSHOTS, Family.STATES);

  private final RocksFiles files;
  private final Map<Family, Map<ByteBuffer, Optional<byte[]>>> unsynced = new HashMap<>();
  private @Nullable WriteBatch batch;
  private long lastOffset;
  private boolean changed;

  WriteContext(RocksFiles files, long lastOffset) {
    this.files = files;
    this.lastOffset = lastOffset;
    READ_BACK.forEach(family -> unsynced.put(family, new HashMap<>()));
  }

  /** A number above all given out before, also by earlier runs. A refused work leaves a gap. */
  public long nextOffset() {
    return ++lastOffset;
  }

  /** The value of a key in one of the families IDS, SNAPSHOTS and STATES. */
  public byte @Nullable [] get(Family family, byte[] key) {
    Map<ByteBuffer, Optional<byte[]>> recent = unsynced.get(family);
    if (recent == null) {
      throw new Invariant.Violation(family + " cannot be read back while writing");
    }
    Optional<byte[]> value = recent.get(ByteBuffer.wrap(key));
    if (value != null) {
      return value.orElse(null);
    }
    try {
      return files.db().get(files.handle(family), key);
    } catch (RocksDBException e) {
      throw StorageErrors.of(e, "reading the persistence store");
    }
  }

  public void put(Family family, byte[] key, byte[] value) {
    try {
      batch().put(files.handle(family), key, value);
    } catch (RocksDBException e) {
      throw StorageErrors.of(e, "adding to a write batch");
    }
    remember(family, key, Optional.of(value));
  }

  public void delete(Family family, byte[] key) {
    try {
      batch().delete(files.handle(family), key);
    } catch (RocksDBException e) {
      throw StorageErrors.of(e, "adding to a write batch");
    }
    remember(family, key, Optional.empty());
  }

  /** Deletes {@code from <= key < end}; not in a family that works read back. */
  public void deleteRange(Family family, byte[] from, byte[] end) {
    Invariant.check(!READ_BACK.contains(family), "%s is deleted key by key", family);
    changed = true;
    try {
      batch().deleteRange(files.handle(family), from, end);
    } catch (RocksDBException e) {
      throw StorageErrors.of(e, "adding to a write batch");
    }
  }

  /** Runs a work; true when it changed something, in which case it must not have thrown. */
  void run(StoreWork work, WriteBatch target) {
    batch = target;
    changed = false;
    long offsetBefore = lastOffset;
    work.apply(this);
    if (changed && lastOffset != offsetBefore) {
      put(Family.META, Offsets.KEY, Offsets.encode(lastOffset));
    }
  }

  /** Whether the last work had begun to change the batch. */
  boolean hasChanged() {
    return changed;
  }

  /** The batch is durable: the database itself now shows what was in it. */
  void batchDurable() {
    unsynced.values().forEach(Map::clear);
  }

  private void remember(Family family, byte[] key, Optional<byte[]> value) {
    changed = true;
    Map<ByteBuffer, Optional<byte[]>> recent = unsynced.get(family);
    if (recent != null) {
      recent.put(ByteBuffer.wrap(key), value);
    }
  }

  private WriteBatch batch() {
    WriteBatch current = batch;
    if (current == null) {
      throw new Invariant.Violation("no batch is being filled");
    }
    return current;
  }
}
