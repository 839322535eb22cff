package dev.troupe.rocksdb.store;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.rocksdb.codec.LogRecordCodec;
import dev.troupe.rocksdb.codec.StateRecordCodec;
import dev.troupe.rocksdb.engine.DataDirectory;
import dev.troupe.rocksdb.engine.StorageErrors;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/**
 * Ties the two databases to the stamp of their directory: each holds the store's id, and the log
 * also the incarnation in which it was last opened, so that an old or foreign copy of one of the
 * three is found out.
 */
final class StoreRecords {
  private final Databases databases;
  private final DataDirectory directory;

  StoreRecords(Databases databases, DataDirectory directory) {
    this.databases = databases;
    this.directory = directory;
  }

  /** What the log database records of the store. */
  private record LogStamp(String storeId, long incarnation) {}

  /**
   * @throws TroupeException with CORRUPTION when the parts do not belong together
   */
  void verify() {
    LogStamp log = readLog();
    String state = readState();
    if (directory.confirmedIncarnation() > 0 && (log == null || state == null)) {
      throw mixed("a database does not say whose it is");
    }
    if (log != null && !log.storeId().equals(directory.storeId())) {
      throw mixed("database log is that of store " + log.storeId());
    }
    if (state != null && !state.equals(directory.storeId())) {
      throw mixed("database state is that of store " + state);
    }
    if (log != null && log.incarnation() < directory.confirmedIncarnation()) {
      throw mixed(
          "database log is of opening "
              + log.incarnation()
              + ", the stamp of opening "
              + directory.confirmedIncarnation()
              + ": an old copy was put back");
    }
    if (log != null && log.incarnation() >= directory.incarnation()) {
      throw mixed(
          "the stamp is of opening "
              + directory.incarnation()
              + ", database log of opening "
              + log.incarnation()
              + ": an old copy was put back");
    }
  }

  /** Records the present opening in the databases, then confirms it in the stamp. */
  void record() {
    byte[] id = directory.storeId().getBytes(StandardCharsets.US_ASCII);
    byte[] key = LogRecordCodec.storeKey();
    byte[] body = new ByteWriter(64).putBytes(id).putLong(directory.incarnation()).toBytes();
    try (WriteOptions synced = new WriteOptions().setSync(true);
        WriteOptions noWal = new WriteOptions().setDisableWAL(true);
        FlushOptions flush = new FlushOptions().setWaitForFlush(true)) {
      if (readState() == null) {
        databases.state.put(databases.families.locals(), noWal, StateRecordCodec.storeKey(), id);
        databases.state.flush(flush, databases.families.all());
      }
      databases.log.put(synced, key, LogRecordCodec.opaque(key, body));
    } catch (RocksDBException e) {
      throw StorageErrors.of(e, "stamping the databases in " + directory.path());
    }
    directory.confirm();
  }

  private @Nullable LogStamp readLog() {
    byte[] key = LogRecordCodec.storeKey();
    try {
      byte[] value = databases.log.get(key);
      if (value == null) {
        return null;
      }
      ByteReader in = new ByteReader(LogRecordCodec.readOpaque(key, value));
      LogStamp stamp = new LogStamp(in.readString(), in.readLong());
      in.requireEnd();
      return stamp;
    } catch (RocksDBException e) {
      throw StorageErrors.of(e, "reading the stamp of database log");
    } catch (MalformedBytes e) {
      throw StorageErrors.corruption("stamp of database log: " + e.getMessage());
    }
  }

  private @Nullable String readState() {
    try {
      byte[] id = databases.state.get(databases.families.locals(), StateRecordCodec.storeKey());
      return id == null ? null : new String(id, StandardCharsets.US_ASCII);
    } catch (RocksDBException e) {
      throw StorageErrors.of(e, "reading the stamp of database state");
    }
  }

  private TroupeException mixed(String why) {
    return new TroupeException(
        ErrorCode.CORRUPTION,
        "data directory "
            + directory.path()
            + " is put together from different copies: "
            + why
            + ". Remove the node from its cluster, start it with an empty data directory and let it"
            + " join again");
  }
}
