package dev.troupe.rocksdb.raft;

import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.rocksdb.codec.LogRecordCodec;
import dev.troupe.rocksdb.codec.LogRecordCodec.Kind;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Puts log records into a batch. Confined to the writer's thread, whose buffers it reuses: entries
 * go from the heap into the batch through one direct buffer, without garbage.
 */
final class LogBatchEncoder {
  /** Up to here single deletions are cheaper, since every read has to look at range deletions. */
  static final int SINGLE_DELETIONS_MAX = 64;

  /** Larger entries get a buffer of their own. */
  private static final int SCRATCH_BYTES = 256 << 10;

  private final ByteBuffer key = ByteBuffer.allocateDirect(LogRecordCodec.KEY_BYTES);
  private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);
  private final CRC32C crc = new CRC32C();

  void entry(WriteBatch batch, ReplicaKey replica, LogEntry entry) throws RocksDBException {
    int bytes = entry.data().length + LogRecordCodec.ENTRY_OVERHEAD_BYTES;
    ByteBuffer value = bytes <= SCRATCH_BYTES ? scratch : ByteBuffer.allocateDirect(bytes);
    LogRecordCodec.putEntryKey(key.clear(), replica, entry.index());
    key.flip();
    LogRecordCodec.putEntryValue(value, key, entry, crc);
    batch.put(key, value);
  }

  void hardState(WriteBatch batch, ReplicaKey replica, HardState state) throws RocksDBException {
    byte[] at = LogRecordCodec.key(replica, Kind.HARD_STATE, 0);
    batch.put(at, LogRecordCodec.hardState(at, state));
  }

  void start(WriteBatch batch, ReplicaKey replica, LogPosition start) throws RocksDBException {
    byte[] at = LogRecordCodec.key(replica, Kind.START, 0);
    batch.put(at, LogRecordCodec.start(at, start));
  }

  /** Deletes entries from an index (inclusive) to another (exclusive). */
  void deleteEntries(WriteBatch batch, ReplicaKey replica, long from, long to)
      throws RocksDBException {
    if (to - from > SINGLE_DELETIONS_MAX) {
      batch.deleteRange(
          LogRecordCodec.key(replica, Kind.ENTRY, from),
          LogRecordCodec.key(replica, Kind.ENTRY, to));
    } else {
      for (long index = from; index < to; index++) {
        batch.delete(LogRecordCodec.key(replica, Kind.ENTRY, index));
      }
    }
  }

  void deleteReplica(WriteBatch batch, ReplicaKey replica) throws RocksDBException {
    batch.deleteRange(LogRecordCodec.replicaStart(replica), LogRecordCodec.replicaEnd(replica));
  }
}
