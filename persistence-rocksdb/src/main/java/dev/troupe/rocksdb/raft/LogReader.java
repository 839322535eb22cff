package dev.troupe.rocksdb.raft;

import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.spi.RaftLogStore.StoredReplica;
import dev.troupe.rocksdb.codec.LogRecordCodec;
import dev.troupe.rocksdb.codec.LogRecordCodec.Kind;
import dev.troupe.rocksdb.engine.StorageErrors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/**
 * Reads log records and checks each of them. Blocking; any thread. Every error names the replica.
 */
final class LogReader implements AutoCloseable {
  private final RocksDB db;
  private final ReadOptions options;

  /** What the database holds of all ranges. */
  record Inventory(List<StoredReplica> replicas, Map<RangeId, Long> tombstones) {}

  LogReader(RocksDB db) {
    this.db = db;
    // Old entries are read once, for a replica that lags: they must not push out the hot state.
    this.options = new ReadOptions().setFillCache(false);
  }

  @Override
  public void close() {
    options.close();
  }

  /** Walks over the first records of every replica, skipping the entries. */
  Inventory inventory() {
    List<StoredReplica> replicas = new ArrayList<>();
    Map<RangeId, Long> tombstones = new HashMap<>();
    try (RocksIterator records = db.newIterator(options)) {
      records.seek(LogRecordCodec.firstRange());
      while (records.isValid()) {
        byte[] key = records.key();
        if (LogRecordCodec.isKind(key, Kind.TOMBSTONE)) {
          tombstones.put(LogRecordCodec.range(key), tombstone(key, records.value()));
          records.next();
        } else {
          ReplicaKey replica = LogRecordCodec.replica(key);
          replicas.add(replica(records, replica));
          records.seek(LogRecordCodec.replicaEnd(replica));
        }
      }
      records.status();
    } catch (RocksDBException e) {
      throw StorageErrors.of(e, "listing the replicas of the raft log");
    }
    return new Inventory(replicas, tombstones);
  }

  /** One replica; empty when the database does not have it. */
  Optional<StoredReplica> replica(ReplicaKey key) {
    if (get(LogRecordCodec.key(key, Kind.START, 0), "looking for replica " + key) == null) {
      return Optional.empty();
    }
    try (RocksIterator records = db.newIterator(options)) {
      return Optional.of(replica(records, key));
    } catch (RocksDBException e) {
      throw StorageErrors.of(e, "reading replica " + key + " of the raft log");
    }
  }

  /** Entries from an index on, fewer at the end or when the limit is reached; null at a gap. */
  @Nullable List<LogEntry> entries(ReplicaKey replica, long from, long to, long maxBytes) {
    List<LogEntry> entries = new ArrayList<>();
    long bytes = 0;
    try (Slice end = new Slice(LogRecordCodec.key(replica, Kind.ENTRY, to));
        ReadOptions bounded = new ReadOptions().setFillCache(false).setIterateUpperBound(end);
        RocksIterator records = db.newIterator(bounded)) {
      records.seek(LogRecordCodec.key(replica, Kind.ENTRY, from));
      for (long expected = from; records.isValid(); expected++) {
        byte[] key = records.key();
        if (LogRecordCodec.index(key) != expected) {
          return null;
        }
        LogEntry entry = entry(replica, key, records.value());
        bytes += entry.sizeBytes();
        if (bytes > maxBytes && !entries.isEmpty()) {
          break;
        }
        entries.add(entry);
        records.next();
      }
      records.status();
    } catch (RocksDBException e) {
      throw StorageErrors.of(
          e, "reading the raft log of replica " + replica + " from index " + from);
    }
    return entries;
  }

  /** One entry; null when it is not there. */
  @Nullable LogEntry entry(ReplicaKey replica, long index) {
    byte[] key = LogRecordCodec.key(replica, Kind.ENTRY, index);
    byte[] value = get(key, "reading entry " + index + " of the raft log of replica " + replica);
    return value == null ? null : entry(replica, key, value);
  }

  /** Bodies of records of the store itself that are of a kind. */
  List<byte[]> storeRecords(Kind kind) {
    List<byte[]> bodies = new ArrayList<>();
    try (RocksIterator records = db.newIterator(options)) {
      for (records.seekToFirst(); records.isValid(); records.next()) {
        byte[] key = records.key();
        if (compareToFirstRange(key) >= 0) {
          break;
        }
        if (LogRecordCodec.isKind(key, kind)) {
          bodies.add(opaque(key, records.value()));
        }
      }
      records.status();
    } catch (RocksDBException e) {
      throw StorageErrors.of(e, "reading the store's own records in the log database");
    }
    return bodies;
  }

  private StoredReplica replica(RocksIterator records, ReplicaKey replica) throws RocksDBException {
    LogPosition start = start(replica);
    HardState hardState = hardState(replica);
    LogPosition last = start;
    records.seekForPrev(LogRecordCodec.key(replica, Kind.ENTRY, Long.MAX_VALUE));
    if (records.isValid() && isEntryOf(records.key(), replica)) {
      LogEntry entry = entry(replica, records.key(), records.value());
      if (entry.index() > start.index()) {
        last = new LogPosition(entry.index(), entry.term());
        requireFirst(records, replica, start.index() + 1);
      }
    }
    records.status();
    return new StoredReplica(replica, hardState, start, last);
  }

  private static void requireFirst(RocksIterator records, ReplicaKey replica, long first)
      throws RocksDBException {
    byte[] key = LogRecordCodec.key(replica, Kind.ENTRY, first);
    records.seek(key);
    if (!records.isValid() || !Arrays.equals(records.key(), key)) {
      records.status();
      throw damaged(replica, "entry " + first + ", its first, is missing");
    }
  }

  private static boolean isEntryOf(byte[] key, ReplicaKey replica) {
    return LogRecordCodec.isKind(key, Kind.ENTRY) && LogRecordCodec.replica(key).equals(replica);
  }

  private LogPosition start(ReplicaKey replica) {
    byte[] key = LogRecordCodec.key(replica, Kind.START, 0);
    byte[] value = require(key, replica, "start of the log");
    try {
      return LogRecordCodec.readStart(key, value);
    } catch (MalformedBytes e) {
      throw damaged(replica, "start of the log: " + e.getMessage());
    }
  }

  private HardState hardState(ReplicaKey replica) {
    byte[] key = LogRecordCodec.key(replica, Kind.HARD_STATE, 0);
    byte[] value = require(key, replica, "hard state");
    try {
      return LogRecordCodec.readHardState(key, value);
    } catch (MalformedBytes e) {
      throw damaged(replica, "hard state: " + e.getMessage());
    }
  }

  private byte[] require(byte[] key, ReplicaKey replica, String what) {
    byte[] value = get(key, "reading the " + what + " of replica " + replica);
    if (value == null) {
      throw damaged(replica, what + " is missing");
    }
    return value;
  }

  private byte @Nullable [] get(byte[] key, String what) {
    try {
      return db.get(options, key);
    } catch (RocksDBException e) {
      throw StorageErrors.of(e, what);
    }
  }

  private static LogEntry entry(ReplicaKey replica, byte[] key, byte[] value) {
    try {
      return LogRecordCodec.readEntry(key, value);
    } catch (MalformedBytes e) {
      throw damaged(replica, "entry " + LogRecordCodec.index(key) + ": " + e.getMessage());
    }
  }

  private static long tombstone(byte[] key, byte[] value) {
    try {
      return LogRecordCodec.readTombstone(key, value);
    } catch (MalformedBytes e) {
      throw StorageErrors.corruption(
          "tombstone of range " + LogRecordCodec.range(key) + ": " + e.getMessage());
    }
  }

  private static byte[] opaque(byte[] key, byte[] value) {
    try {
      return LogRecordCodec.readOpaque(key, value);
    } catch (MalformedBytes e) {
      throw StorageErrors.corruption("record of the store in the log database: " + e.getMessage());
    }
  }

  private static int compareToFirstRange(byte[] key) {
    return Arrays.compareUnsigned(key, LogRecordCodec.firstRange());
  }

  static TroupeException damaged(ReplicaKey replica, String what) {
    return StorageErrors.corruption("raft log of replica " + replica + ", " + what);
  }
}
