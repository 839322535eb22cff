package dev.troupe.rocksdb.store;

import static dev.troupe.rocksdb.TestStore.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.RaftLogStore;
import dev.troupe.protocol.spi.StateStore.Batch;
import dev.troupe.protocol.spi.StateStore.ReadMode;
import dev.troupe.protocol.spi.StateStore.Scan;
import dev.troupe.rocksdb.TestStore;
import dev.troupe.rocksdb.codec.LogRecordCodec;
import dev.troupe.rocksdb.codec.LogRecordCodec.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

/** Bytes that change on disk or in memory are never handed out as data. */
class BitFlipTest {
  private static final ReplicaKey REPLICA = RaftLogStore.key(3, 1);

  @TempDir Path temporary;
  private final Random random = new Random(1);

  @Test
  void shouldFindADamagedEntryInATableFile() throws IOException {
    Path path = temporary.resolve("log-table");
    try (TestStore store = new TestStore(path)) {
      store.create(REPLICA);
      // In blocks of their own, so that the start does not meet the damage yet.
      for (int i = 1; i <= 60; i++) {
        store.append(REPLICA, entry(i, 1, random(1000)));
      }
    }
    // A start moves everything from the write-ahead log into a table.
    new TestStore(path).close();
    flipInTheLargestTable(path.resolve("log"));
    try (TestStore store = new TestStore(path)) {
      assertCorruption(() -> store.engine.raftLog().read(REPLICA, 1, 61, 1 << 20), "r3/p1");
      assertThat(store.engine.raftLog().read(REPLICA, 1, 5, 1 << 20)).hasSize(4);
    }
  }

  @Test
  void shouldFindAnEntryThatWasDamagedBeforeItWasWritten() throws RocksDBException {
    try (TestStore store = new TestStore(temporary.resolve("log-value"))) {
      store.create(REPLICA);
      store.append(REPLICA, entry(1, 1, "one"), entry(2, 1, "two"), entry(3, 1, "three"));
      byte[] key = LogRecordCodec.key(REPLICA, Kind.ENTRY, 2);
      byte[] value = store.engine.databases().log.get(key);
      value[11] ^= 1;
      store.engine.databases().log.put(key, value);
      assertThat(store.engine.raftLog().read(REPLICA, 1, 2, 1 << 20)).hasSize(1);
      assertCorruption(() -> store.engine.raftLog().read(REPLICA, 1, 4, 1 << 20), "r3/p1, entry 2");
      assertCorruption(() -> store.engine.raftLog().term(REPLICA, 2), "r3/p1, entry 2");
    }
  }

  @Test
  void shouldFindADamagedOrMissingRecordOfAReplicaAtTheStart() throws RocksDBException {
    for (Kind kind : List.of(Kind.START, Kind.HARD_STATE)) {
      for (boolean missing : new boolean[] {false, true}) {
        Path path = temporary.resolve(kind + "-" + missing);
        try (TestStore store = new TestStore(path)) {
          store.create(REPLICA);
          byte[] key = LogRecordCodec.key(REPLICA, kind, 0);
          byte[] value = store.engine.databases().log.get(key);
          value[3] ^= 1;
          if (missing) {
            store.engine.databases().log.delete(key);
          } else {
            store.engine.databases().log.put(key, value);
          }
        }
        assertCorruption(() -> new TestStore(path), "r3/p1");
      }
    }
  }

  @Test
  void shouldFindAMissingEntry() throws RocksDBException {
    Path path = temporary.resolve("hole");
    try (TestStore store = new TestStore(path)) {
      store.create(REPLICA);
      store.append(REPLICA, entry(1, 1, "one"), entry(2, 1, "two"), entry(3, 1, "three"));
      store.engine.databases().log.delete(LogRecordCodec.key(REPLICA, Kind.ENTRY, 2));
      assertCorruption(() -> store.engine.raftLog().read(REPLICA, 1, 4, 1 << 20), "r3/p1");
      store.engine.databases().log.delete(LogRecordCodec.key(REPLICA, Kind.ENTRY, 1));
    }
    assertCorruption(() -> new TestStore(path), "r3/p1, entry 1");
  }

  @Test
  void shouldFindADamagedVersionInReadsAndScans() throws IOException {
    Path path = temporary.resolve("state-table");
    try (TestStore store = new TestStore(path);
        Batch batch = store.engine.state().newBatch()) {
      batch.put(Key.of("b"), new Timestamp(1), random(50_000).getBytes(StandardCharsets.US_ASCII));
      batch.commit();
    }
    flipInTheLargestTable(path.resolve("state"));
    try (TestStore store = new TestStore(path)) {
      assertCorruption(
          () -> store.engine.state().newest(Key.of("b"), Timestamp.MAX, ReadMode.MAY_BLOCK),
          "key b");
      for (boolean reverse : new boolean[] {false, true}) {
        assertCorruption(
            () -> {
              try (Scan scan = store.engine.state().scan(KeySpan.ALL, Timestamp.MAX, reverse)) {
                while (scan.next()) {
                  assertThat(scan.value()).isNull();
                }
              }
            },
            "scanning");
      }
    }
  }

  private static void flipInTheLargestTable(Path database) throws IOException {
    Path largest;
    try (var files = Files.list(database)) {
      largest =
          files
              .filter(file -> file.toString().endsWith(".sst"))
              .max((a, b) -> Long.compare(a.toFile().length(), b.toFile().length()))
              .orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(largest);
    assertThat(bytes.length).isGreaterThan(40_000);
    bytes[20_000] ^= 0x08;
    Files.write(largest, bytes);
  }

  /** Text that does not compress, so that it fills a block of its own. */
  private String random(int length) {
    return random
        .ints(length, ' ', '~')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static void assertCorruption(ThrowingCallable action, String text) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            TroupeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPTION))
        .hasMessageContaining(text);
  }
}
