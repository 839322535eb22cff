package dev.troupe.rocksdb.mvcc;

import static dev.troupe.rocksdb.TestStore.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.StateStore.Batch;
import dev.troupe.protocol.spi.StateStore.ReadMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** A database whose background work stands still while its small memory tables fill up. */
final class StalledWritesTest {
  private static final int BATCHES_MAX = 1_000;

  @TempDir Path folder;

  @Test
  void shouldNotWaitForAStalledDatabaseWhenTold() throws RocksDBException {
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try (ColumnFamilyOptions family =
            new ColumnFamilyOptions().setWriteBufferSize(64 << 10).setMaxWriteBufferNumber(2);
        DBOptions options =
            new DBOptions().setCreateIfMissing(true).setCreateMissingColumnFamilies(true);
        RocksDB db =
            RocksDB.open(
                options,
                folder.toString(),
                List.of(
                    new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, family),
                    new ColumnFamilyDescriptor(bytes("versions"), family),
                    new ColumnFamilyDescriptor(bytes("sides"), family)),
                handles);
        RocksStateStore store =
            new RocksStateStore(
                db,
                new StateFamilies(handles.get(0), handles.get(1), handles.get(2)),
                1 << 20,
                (cause, what) -> {
                  throw new AssertionError(what, cause);
                })) {
      db.pauseBackgroundWork();
      int refused = fill(store);
      assertThat(refused).isBetween(1, BATCHES_MAX - 1);
      assertThat(newest(store, refused)).isFalse();

      db.continueBackgroundWork();
      try (Batch batch = store.newBatch()) {
        batch.put(key(refused), new Timestamp(1), bytes("v"));
        batch.commit();
      }
      assertThat(newest(store, refused)).isTrue();
      handles.forEach(ColumnFamilyHandle::close);
    }
  }

  /** Returns the number of the first batch that was refused. */
  private static int fill(RocksStateStore store) {
    for (int i = 0; i < BATCHES_MAX; i++) {
      try (Batch batch = store.newBatch()) {
        batch.put(key(i), new Timestamp(1), new byte[4 << 10]);
        if (!batch.tryCommit()) {
          assertThat(batch.sizeBytes()).isPositive();
          return i;
        }
        assertThat(batch.sizeBytes()).isZero();
      }
    }
    return BATCHES_MAX;
  }

  private static boolean newest(RocksStateStore store, int number) {
    return store.newest(key(number), Timestamp.MAX, ReadMode.MAY_BLOCK) != null;
  }

  private static Key key(int number) {
    return Key.of("k%04d".formatted(number));
  }
}
