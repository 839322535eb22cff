package dev.troupe.rocksdb.store;

import static dev.troupe.rocksdb.TestStore.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.spi.RaftLogStore;
import dev.troupe.rocksdb.TestStore;
import dev.troupe.rocksdb.engine.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

/** What the log does with a write-ahead log that a crash or a bad disk has left short or wrong. */
class LogRecoveryTest {
  private static final ReplicaKey REPLICA = RaftLogStore.key(3, 1);
  private static final int ENTRIES = 6;

  @TempDir Path temporary;
  private final List<Long> ends = new ArrayList<>();

  /** A crashed store; {@link #ends} are the lengths of its log after each entry. */
  private Path image() throws IOException {
    Path path = temporary.resolve("store");
    try (TestStore store = new TestStore(path)) {
      store.create(REPLICA);
    }
    // Opened again, so that only the entries and the record of this opening are in the log.
    try (TestStore store = new TestStore(path)) {
      ends.add(Files.size(logs(path).getLast()));
      for (int i = 1; i <= ENTRIES; i++) {
        store.append(REPLICA, entry(i, 1, "entry number " + i));
        ends.add(Files.size(logs(path).getLast()));
      }
      return store.crash(temporary.resolve("image"));
    }
  }

  private static List<Path> logs(Path store) throws IOException {
    try (var files = Files.list(store.resolve("log"))) {
      return files.filter(file -> file.toString().endsWith(".log")).sorted().toList();
    }
  }

  private Path damaged(Path image, String name, byte[] log) throws IOException {
    Path copy = temporary.resolve(name);
    TestStore.copy(image, copy);
    Files.write(logs(copy).getLast(), log);
    return copy;
  }

  @Test
  void shouldDropATornEndAndOnlyThat() throws IOException {
    Path image = image();
    byte[] log = Files.readAllBytes(logs(image).getLast());
    assertThat((long) log.length).isEqualTo(ends.getLast());
    int opened = Math.toIntExact(ends.getFirst());
    for (int length = opened; length <= log.length; length++) {
      if (length % 13 != 0 && !ends.contains((long) length) && !ends.contains(length + 1L)) {
        continue;
      }
      int whole = wholeEntries(length);
      Path copy = damaged(image, "torn-" + length, Arrays.copyOf(log, length));
      try (TestStore store = new TestStore(copy)) {
        assertThat(indexes(store)).as("cut at %d", length).hasSize(whole);
        // It goes on from there.
        store.append(REPLICA, entry(whole + 1, 2, "again"));
        assertThat(indexes(store)).hasSize(whole + 1);
        assertThat(store.failures).isEmpty();
      }
      DurableFiles.deleteTree(copy);
    }
  }

  @Test
  void shouldRefuseALogThatLostWhatItsStampKnows() throws IOException {
    Path image = image();
    byte[] log = Files.readAllBytes(logs(image).getLast());
    Path copy = damaged(image, "short", Arrays.copyOf(log, Math.toIntExact(ends.getFirst()) - 1));
    assertCorruption(copy);
  }

  @Test
  void shouldRefuseADamagedRecordBeforeTheEnd() throws IOException {
    Path image = image();
    byte[] log = Files.readAllBytes(logs(image).getLast());
    for (int entry = 1; entry <= ENTRIES; entry++) {
      byte[] damaged = log.clone();
      // In the entry's data, right before the end of its record.
      damaged[Math.toIntExact(ends.get(entry)) - 8] ^= 0x10;
      assertCorruption(damaged(image, "flipped-" + entry, damaged));
    }
  }

  @Test
  void shouldRefuseAHoleBetweenTwoLogs() throws IOException, RocksDBException {
    Path image = imageOfTwoLogs();
    List<Path> logs = logs(image);
    assertThat(logs).hasSizeGreaterThanOrEqualTo(2);
    Path first = logs.get(logs.size() - 2);
    byte[] whole = Files.readAllBytes(first);
    try (TestStore store = new TestStore(copyOf(image, "untouched"))) {
      assertThat(indexes(store)).isNotEmpty();
    }
    for (int cut : new int[] {1, whole.length / 2}) {
      Path copy = copyOf(image, "hole-" + cut);
      Files.write(
          copy.resolve("log").resolve(first.getFileName()),
          Arrays.copyOf(whole, whole.length - cut));
      assertCorruption(copy);
    }
    Path copy = copyOf(image, "missing");
    Files.delete(copy.resolve("log").resolve(first.getFileName()));
    assertCorruption(copy);
  }

  /** With flushes held back, entries fill the memory until a second write-ahead log is begun. */
  private Path imageOfTwoLogs() throws IOException, RocksDBException {
    try (TestStore store = new TestStore(temporary.resolve("two"))) {
      store.create(REPLICA);
      store.engine.databases().log.pauseBackgroundWork();
      try {
        String large = "x".repeat(100_000);
        for (int i = 1; logs(store.path).size() < 2; i++) {
          assertThat(i).isLessThan(100);
          store.append(REPLICA, entry(i, 1, large));
        }
        return store.crash(temporary.resolve("two-logs"));
      } finally {
        store.engine.databases().log.continueBackgroundWork();
      }
    }
  }

  private Path copyOf(Path image, String name) {
    Path copy = temporary.resolve(name);
    TestStore.copy(image, copy);
    return copy;
  }

  private int wholeEntries(int length) {
    int whole = 0;
    while (whole < ENTRIES && ends.get(whole + 1) <= length) {
      whole++;
    }
    return whole;
  }

  private static List<Long> indexes(TestStore store) {
    return store.engine.raftLog().read(REPLICA, 1, 1000, Long.MAX_VALUE).stream()
        .map(LogEntry::index)
        .toList();
  }

  private static void assertCorruption(Path path) {
    assertThatThrownBy(() -> new TestStore(path).close())
        .as(path.getFileName().toString())
        .isInstanceOfSatisfying(
            TroupeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPTION));
  }
}
