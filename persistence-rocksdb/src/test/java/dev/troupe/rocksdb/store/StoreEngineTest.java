package dev.troupe.rocksdb.store;

import static dev.troupe.rocksdb.TestStore.bytes;
import static dev.troupe.rocksdb.TestStore.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.RaftLogStore;
import dev.troupe.protocol.spi.RaftLogStore.LogWrite;
import dev.troupe.protocol.spi.StateStore.Batch;
import dev.troupe.protocol.spi.StateStore.LocalRecord;
import dev.troupe.protocol.spi.StateStore.ReadMode;
import dev.troupe.protocol.spi.StateStore.SideKind;
import dev.troupe.rocksdb.SnapshotFixture;
import dev.troupe.rocksdb.TestStore;
import dev.troupe.rocksdb.engine.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

class StoreEngineTest {
  private static final ReplicaKey REPLICA = RaftLogStore.key(3, 1);
  private static final RangeId RANGE = REPLICA.range();

  @TempDir Path temporary;

  private TestStore filled(String name) {
    TestStore store = new TestStore(temporary.resolve(name));
    store.create(REPLICA);
    for (int i = 1; i <= 5; i++) {
      store.append(REPLICA, entry(i, 1, "e" + i));
      apply(store, i);
    }
    return store;
  }

  private static void apply(TestStore store, int index) {
    try (Batch batch = store.engine.state().newBatch()) {
      batch.put(Key.of("k" + index), new Timestamp(index), bytes("v" + index));
      batch.putLocal(RANGE, LocalRecord.APPLIED, bytes("" + index));
      batch.commit();
    }
  }

  @Test
  void shouldKeepLogAndStateOverAnOrderlyRestartWithoutReplay() {
    filled("a").close();
    try (TestStore store = new TestStore(temporary.resolve("a"))) {
      assertThat(store.engine.raftLog().read(REPLICA, 1, 9, 1 << 20)).hasSize(5);
      assertThat(store.engine.state().getLocal(RANGE, LocalRecord.APPLIED)).isEqualTo(bytes("5"));
      assertThat(store.engine.state().newest(Key.of("k5"), Timestamp.MAX, ReadMode.MAY_BLOCK))
          .isNotNull();
      assertThat(store.failures).isEmpty();
    }
  }

  @Test
  void shouldLoseOnlyUnflushedStateInACrash() {
    Path image;
    try (TestStore store = filled("a")) {
      store.engine.state().flush();
      apply(store, 6);
      image = store.crash(temporary.resolve("b"));
    }
    try (TestStore store = new TestStore(image)) {
      assertThat(store.engine.raftLog().read(REPLICA, 1, 9, 1 << 20)).hasSize(5);
      assertThat(store.engine.state().getLocal(RANGE, LocalRecord.APPLIED)).isEqualTo(bytes("5"));
      assertThat(store.engine.state().newest(Key.of("k6"), Timestamp.MAX, ReadMode.MAY_BLOCK))
          .isNull();
    }
  }

  @Test
  void shouldRefuseALostDatabase() throws IOException {
    for (String name : List.of("log", "state")) {
      Path path = temporary.resolve("lost-" + name);
      filled("lost-" + name).close();
      DurableFiles.deleteTree(path.resolve(name));
      assertRefused(() -> new TestStore(path), "is gone");
    }
  }

  @Test
  void shouldOpenAStateFromBeforeSideRecords() throws RocksDBException {
    filled("old").close();
    dropFamily("old", "sides");
    for (int opening = 1; opening <= 2; opening++) {
      try (TestStore store = new TestStore(temporary.resolve("old"))) {
        assertThat(store.engine.state().getLocal(RANGE, LocalRecord.APPLIED)).isEqualTo(bytes("5"));
        assertThat(store.engine.state().newest(Key.of("k5"), Timestamp.MAX, ReadMode.MAY_BLOCK))
            .isNotNull();
        assertThat(SnapshotFixture.sides(store)).hasSize(opening - 1);
        SnapshotFixture.putSide(store, "k", SideKind.LOCK, "", "v");
        assertThat(SnapshotFixture.sides(store)).hasSize(1);
      }
    }
  }

  @Test
  void shouldRefuseAStateThatLostItsVersions() throws RocksDBException {
    filled("lost").close();
    dropFamily("lost", "versions");
    assertThatThrownBy(() -> new TestStore(temporary.resolve("lost")))
        .isInstanceOf(TroupeException.class)
        .hasMessageContaining("versions");
    dropFamily("lost", "sides");
    assertThatThrownBy(() -> new TestStore(temporary.resolve("lost")))
        .isInstanceOf(TroupeException.class);
  }

  private void dropFamily(String store, String family) throws RocksDBException {
    String path = temporary.resolve(store).resolve("state").toString();
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try (Options defaults = new Options();
        DBOptions options = new DBOptions().setAtomicFlush(true)) {
      List<byte[]> names = RocksDB.listColumnFamilies(defaults, path);
      List<ColumnFamilyDescriptor> families =
          names.stream().map(ColumnFamilyDescriptor::new).toList();
      try (RocksDB db = RocksDB.open(options, path, families, handles)) {
        for (ColumnFamilyHandle handle : handles) {
          if (Arrays.equals(handle.getName(), bytes(family))) {
            db.dropColumnFamily(handle);
          }
        }
        handles.forEach(ColumnFamilyHandle::close);
      }
    }
  }

  @Test
  void shouldRefuseADatabaseOfAnotherStore() throws IOException {
    filled("other").close();
    for (String name : List.of("log", "state")) {
      Path path = temporary.resolve("foreign-" + name);
      filled("foreign-" + name).close();
      DurableFiles.deleteTree(path.resolve(name));
      TestStore.copy(temporary.resolve("other").resolve(name), path.resolve(name));
      assertRefused(() -> new TestStore(path), "different copies");
    }
  }

  @Test
  void shouldRefuseAnOldCopyOfTheLogOrOfTheStamp() throws IOException {
    Path path = temporary.resolve("a");
    filled("a").close();
    Path old = temporary.resolve("old");
    TestStore.copy(path, old);
    new TestStore(path).close();
    new TestStore(path).close();

    Path oldLog = temporary.resolve("old-log");
    TestStore.copy(path, oldLog);
    DurableFiles.deleteTree(oldLog.resolve("log"));
    TestStore.copy(old.resolve("log"), oldLog.resolve("log"));
    assertRefused(() -> new TestStore(oldLog), "old copy");

    Path oldStamp = temporary.resolve("old-stamp");
    TestStore.copy(path, oldStamp);
    Files.copy(
        old.resolve("STORE"),
        oldStamp.resolve("STORE"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertRefused(() -> new TestStore(oldStamp), "old copy");
  }

  @Test
  void shouldShowARolledBackDirectoryByItsIncarnation() {
    Path path = temporary.resolve("a");
    filled("a").close();
    Path old = temporary.resolve("old");
    TestStore.copy(path, old);
    long seen;
    try (TestStore store = new TestStore(path)) {
      seen = store.directory.incarnation();
    }
    try (TestStore store = new TestStore(old)) {
      assertThat(store.directory.incarnation()).isLessThanOrEqualTo(seen);
    }
  }

  @Test
  void shouldCheckpointAStoreThatGoesOn() {
    Path copy = temporary.resolve("copy/of/it");
    try (TestStore store = filled("a")) {
      store.engine.checkpoint(copy);
      store.append(REPLICA, entry(6, 1, "later"));
      apply(store, 6);
      store.write(new LogWrite.TruncatePrefix(REPLICA, new LogPosition(3, 1)));
      assertThatThrownBy(() -> store.engine.checkpoint(copy))
          .isInstanceOfSatisfying(
              TroupeException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    }
    try (TestStore store = new TestStore(copy)) {
      assertThat(store.engine.raftLog().read(REPLICA, 1, 9, 1 << 20)).hasSize(5);
      assertThat(store.engine.state().getLocal(RANGE, LocalRecord.APPLIED)).isEqualTo(bytes("5"));
    }
  }

  @Test
  void shouldTakeAFailedFlushForFatalAndAcknowledgeNothingMore() throws IOException {
    List<Path> links = new ArrayList<>();
    try (TestStore store = filled("a")) {
      // Table files of the state will be written to a device that is always full.
      Path directory = store.path.resolve("state");
      for (int number = 1; number < 200; number++) {
        Path link = directory.resolve("%06d.sst".formatted(number));
        if (!Files.exists(link)) {
          links.add(Files.createSymbolicLink(link, Path.of("/dev/full")));
        }
      }
      assertThatThrownBy(() -> store.engine.state().flush())
          .isInstanceOfSatisfying(
              TroupeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FAILED));
      await().until(() -> !store.failures.isEmpty());
      assertThat(store.failures).hasSize(1);
      assertThat(store.failures.getFirst()).contains("state");
      assertThatThrownBy(() -> apply(store, 7)).isInstanceOf(TroupeException.class);
      assertThat(store.failures).hasSize(1);
    } finally {
      for (Path link : links) {
        Files.deleteIfExists(link);
      }
    }
  }

  @Test
  void shouldCloseTwiceAndLeaveTheDirectoryFree() {
    TestStore store = filled("a");
    store.engine.close();
    store.close();
    store.close();
    new TestStore(temporary.resolve("a")).close();
  }

  private static void assertRefused(ThrowingCallable action, String text) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            TroupeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPTION))
        .hasMessageContaining(text);
  }
}
