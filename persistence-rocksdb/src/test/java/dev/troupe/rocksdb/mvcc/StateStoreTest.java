package dev.troupe.rocksdb.mvcc;

import static dev.troupe.rocksdb.TestStore.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.protocol.spi.StateStore.Batch;
import dev.troupe.protocol.spi.StateStore.LocalRecord;
import dev.troupe.protocol.spi.StateStore.ReadMode;
import dev.troupe.protocol.spi.StateStore.Scan;
import dev.troupe.protocol.spi.StateStore.SideKind;
import dev.troupe.protocol.spi.StateStore.SideScan;
import dev.troupe.protocol.spi.StateStore.Version;
import dev.troupe.protocol.spi.StateStore.WouldBlock;
import dev.troupe.rocksdb.SnapshotFixture;
import dev.troupe.rocksdb.TestStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateStoreTest {
  private static final RangeId RANGE = new RangeId(4);

  @TempDir Path temporary;
  private TestStore store;

  @BeforeEach
  void open() {
    store = new TestStore(temporary.resolve("a"));
  }

  @AfterEach
  void close() {
    store.close();
  }

  private StateStore state() {
    return store.engine.state();
  }

  private void put(String key, long at, String value) {
    try (Batch batch = state().newBatch()) {
      batch.put(Key.of(key), new Timestamp(at), bytes(value));
      batch.commit();
    }
  }

  private Version newest(String key, ReadMode mode) {
    return Objects.requireNonNull(state().newest(Key.of(key), Timestamp.MAX, mode));
  }

  @Test
  void shouldTellAnEmptyValueFromADeletion() {
    put("k", 1, "");
    try (Batch batch = state().newBatch()) {
      batch.delete(Key.of("k"), new Timestamp(5));
      batch.commit();
    }
    Version empty = state().newest(Key.of("k"), new Timestamp(4), ReadMode.MAY_BLOCK);
    assertThat(Objects.requireNonNull(empty).value()).isEmpty();
    Version deleted = newest("k", ReadMode.MAY_BLOCK);
    assertThat(deleted.isDeletion()).isTrue();
    assertThat(deleted.timestamp()).isEqualTo(new Timestamp(5));
    assertThat(state().newest(Key.of("k"), Timestamp.MIN, ReadMode.MAY_BLOCK)).isNull();
    assertThat(state().newest(Key.of("kk"), Timestamp.MAX, ReadMode.MAY_BLOCK)).isNull();
  }

  @Test
  void shouldShowNothingOfABatchThatIsNotCommitted() {
    try (Batch batch = state().newBatch()) {
      batch.put(Key.of("k"), new Timestamp(1), bytes("v"));
      batch.putLocal(RANGE, LocalRecord.APPLIED, bytes("1"));
      assertThat(batch.sizeBytes()).isPositive();
    }
    assertThat(state().newest(Key.of("k"), Timestamp.MAX, ReadMode.MAY_BLOCK)).isNull();
    assertThat(state().getLocal(RANGE, LocalRecord.APPLIED)).isNull();
  }

  @Test
  void shouldSayWhichLocalRecordWouldSurviveACrash() {
    try (Batch batch = state().newBatch()) {
      batch.putLocal(RANGE, LocalRecord.APPLIED, bytes("1"));
      batch.commit();
      assertThat(state().getDurableLocal(RANGE, LocalRecord.APPLIED)).isNull();
      state().flush();
      batch.putLocal(RANGE, LocalRecord.APPLIED, bytes("2"));
      batch.commit();
    }
    assertThat(state().getLocal(RANGE, LocalRecord.APPLIED)).isEqualTo(bytes("2"));
    assertThat(state().getDurableLocal(RANGE, LocalRecord.APPLIED)).isEqualTo(bytes("1"));
    try (TestStore crashed = new TestStore(store.crash(temporary.resolve("b")))) {
      assertThat(crashed.engine.state().getLocal(RANGE, LocalRecord.APPLIED)).isEqualTo(bytes("1"));
    }
  }

  @Test
  void shouldNotWaitForTheDiskWhenTold() {
    put("a", 1, "v");
    put("b", 1, "v");
    state().flush();
    store.close();
    store = new TestStore(temporary.resolve("a"));
    assertThatThrownBy(() -> newest("a", ReadMode.CACHE_ONLY)).isSameAs(WouldBlock.INSTANCE);
    assertThat(newest("a", ReadMode.MAY_BLOCK).value()).isEqualTo(bytes("v"));
    // In the same block, which the other read has brought in.
    assertThat(newest("b", ReadMode.CACHE_ONLY).value()).isEqualTo(bytes("v"));
  }

  @Test
  void shouldKeepAScanOnItsView() {
    put("a", 1, "1");
    put("b", 1, "1");
    try (Scan scan = state().scan(KeySpan.ALL, Timestamp.MAX, false)) {
      put("a", 2, "2");
      put("c", 2, "2");
      state().clear(RANGE, KeySpan.ALL);
      state().flush();
      assertThat(scan.next()).isTrue();
      assertThat(scan.value()).isEqualTo(bytes("1"));
      assertThat(scan.next()).isTrue();
      assertThat(scan.next()).isFalse();
    }
    try (Scan scan = state().scan(KeySpan.ALL, Timestamp.MAX, false)) {
      assertThat(scan.next()).isFalse();
      assertThatThrownBy(scan::key).isInstanceOf(Invariant.Violation.class);
    }
  }

  @Test
  void shouldScanPastManyVersionsOfAKeyInBothDirections() {
    try (Batch batch = state().newBatch()) {
      for (int key = 0; key < 20; key++) {
        for (int version = 1; version <= 100; version++) {
          batch.put(Key.of("k%02d".formatted(key)), new Timestamp(version), bytes("v" + version));
        }
      }
      batch.commit();
    }
    for (boolean reverse : new boolean[] {false, true}) {
      for (long at : new long[] {1, 50, 93, 100, 1000}) {
        List<String> rows = new ArrayList<>();
        try (Scan scan = state().scan(KeySpan.ALL, new Timestamp(at), reverse)) {
          while (scan.next()) {
            rows.add(new String(scan.value()));
          }
        }
        assertThat(rows).hasSize(20).containsOnly("v" + Math.min(at, 100));
      }
    }
  }

  @Test
  void shouldClearOnlyTheSpanAndTheRange() {
    for (String key : List.of("a", "b", "b\0", "c", "d")) {
      put(key, 1, "v");
      assertThat(newest(key, ReadMode.MAY_BLOCK)).isNotNull();
    }
    try (Batch batch = state().newBatch()) {
      for (long range : new long[] {3, 4, 5}) {
        batch.putLocal(new RangeId(range), LocalRecord.APPLIED, bytes("x"));
        batch.putLocal(new RangeId(range), LocalRecord.DESCRIPTOR, bytes("x"));
      }
      batch.commit();
    }
    for (String key : List.of("a", "b", "c", "d")) {
      SnapshotFixture.putSide(store, key, SideKind.LOCK, "", "");
    }
    state().clear(RANGE, new KeySpan(Key.of("b"), Key.of("d")));
    assertThat(SnapshotFixture.sides(store)).containsExactly("a/LOCK/=", "d/LOCK/=");
    List<Key> left = new ArrayList<>();
    try (Scan scan = state().scan(KeySpan.ALL, Timestamp.MAX, false)) {
      while (scan.next()) {
        left.add(scan.key());
      }
    }
    assertThat(left).containsExactly(Key.of("a"), Key.of("d"));
    assertThat(state().newest(Key.of("b"), Timestamp.MAX, ReadMode.MAY_BLOCK)).isNull();
    for (LocalRecord record : LocalRecord.values()) {
      assertThat(state().getLocal(new RangeId(3), record)).isNotNull();
      assertThat(state().getLocal(RANGE, record)).isNull();
      assertThat(state().getLocal(new RangeId(5), record)).isNotNull();
    }
  }

  @Test
  void shouldKeepAScanOfSideRecordsOnItsView() {
    SnapshotFixture.putSide(store, "a", SideKind.LOCK, "", "1");
    SnapshotFixture.putSide(store, "b", SideKind.LOCK, "", "1");
    try (SideScan scan = state().scanSide(KeySpan.ALL)) {
      assertThatThrownBy(scan::record).isInstanceOf(Invariant.Violation.class);
      SnapshotFixture.putSide(store, "a", SideKind.LOCK, "", "2");
      state().clear(RANGE, KeySpan.ALL);
      state().flush();
      assertThat(scan.next()).isTrue();
      assertThat(scan.record().value()).isEqualTo(bytes("1"));
      assertThat(scan.next()).isTrue();
      assertThat(scan.next()).isFalse();
      assertThatThrownBy(scan::record).isInstanceOf(Invariant.Violation.class);
    }
    assertThat(SnapshotFixture.sides(store)).isEmpty();
  }

  @Test
  void shouldWriteVersionsAndSideRecordsTogether() {
    try (Batch batch = state().newBatch()) {
      batch.putSide(Key.of("k"), SideKind.LOCK, new byte[0], bytes("lock"));
      long size = batch.sizeBytes();
      assertThat(size).isPositive();
      batch.deleteSide(Key.of("l"), SideKind.LOCK, new byte[0]);
      assertThat(batch.sizeBytes()).isGreaterThan(size);
      assertThat(SnapshotFixture.sides(store)).isEmpty();
      batch.commit();
      assertThat(SnapshotFixture.sides(store)).containsExactly("k/LOCK/=lock");
      state().flush();
      batch.deleteSide(Key.of("k"), SideKind.LOCK, new byte[0]);
      batch.put(Key.of("k"), new Timestamp(1), bytes("v"));
      batch.commit();
    }
    // Nothing of the second batch has reached the disk: neither half of it may be there.
    try (TestStore crashed = new TestStore(store.crash(temporary.resolve("b")))) {
      assertThat(SnapshotFixture.sides(crashed)).containsExactly("k/LOCK/=lock");
      assertThat(SnapshotFixture.versions(crashed)).isEmpty();
    }
    state().flush();
    try (TestStore crashed = new TestStore(store.crash(temporary.resolve("c")))) {
      assertThat(SnapshotFixture.sides(crashed)).isEmpty();
      assertThat(SnapshotFixture.versions(crashed)).containsExactly("k@1=v");
    }
  }

  @Test
  void shouldSeeChangesBehindManyOldVersions() {
    try (Batch batch = state().newBatch()) {
      for (int version = 0; version <= 100; version++) {
        batch.put(Key.of("a"), new Timestamp(version), bytes("v"));
      }
      batch.delete(Key.of("b"), new Timestamp(101));
      batch.commit();
    }
    KeySpan both = new KeySpan(Key.of("a"), Key.of("c"));
    assertThat(state().changedSince(both, new Timestamp(99))).isTrue();
    assertThat(state().changedSince(both, new Timestamp(100))).isTrue();
    assertThat(state().changedSince(both, new Timestamp(101))).isFalse();
    assertThat(state().changedSince(both, Timestamp.MAX)).isFalse();
    KeySpan first = new KeySpan(Key.of("a"), Key.of("a\0"));
    assertThat(state().changedSince(first, new Timestamp(99))).isTrue();
    assertThat(state().changedSince(first, new Timestamp(100))).isFalse();
    assertThat(state().changedSince(new KeySpan(Key.of("c"), Key.of("d")), Timestamp.MIN))
        .isFalse();
  }

  @Test
  void shouldEstimateSizes() {
    try (Batch batch = state().newBatch()) {
      for (int i = 0; i < 2000; i++) {
        batch.put(Key.of("k" + i), new Timestamp(1), new byte[1000]);
      }
      batch.commit();
    }
    assertThat(state().approximateBytes(KeySpan.ALL)).isBetween(1_000_000L, 4_000_000L);
    assertThat(state().approximateBytes(new KeySpan(Key.of("x"), Key.of("y")))).isLessThan(10_000);
  }

  @Test
  void shouldNeverShowAnOlderVersionThanBefore() throws InterruptedException {
    AtomicLong committed = new AtomicLong();
    AtomicBoolean stop = new AtomicBoolean();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<Thread> readers = new ArrayList<>();
    put("hot", 1, "v");
    committed.set(1);
    for (int i = 0; i < 3; i++) {
      readers.add(
          Thread.ofPlatform()
              .uncaughtExceptionHandler((thread, e) -> failure.set(e))
              .start(
                  () -> {
                    long last = 0;
                    while (!stop.get()) {
                      long atLeast = Math.max(last, committed.get());
                      last = newest("hot", ReadMode.MAY_BLOCK).timestamp().value();
                      assertThat(last).isGreaterThanOrEqualTo(atLeast);
                    }
                  }));
    }
    try {
      for (long at = 2; at < 20_000 && failure.get() == null; at++) {
        put("hot", at, "v" + at);
        committed.set(at);
      }
    } finally {
      stop.set(true);
      for (Thread reader : readers) {
        reader.join();
      }
    }
    assertThat(failure.get()).isNull();
  }

  @Test
  void shouldWaitForOpenScansWhenClosedAndRefuseLaterReads() throws InterruptedException {
    put("a", 1, "v");
    Scan scan = state().scan(KeySpan.ALL, Timestamp.MAX, false);
    Thread closer = Thread.ofPlatform().start(store.engine::close);
    while (closer.getState() != Thread.State.WAITING) {
      assertThat(closer.isAlive()).isTrue();
      Thread.onSpinWait();
    }
    assertThat(scan.next()).isTrue();
    scan.close();
    scan.close();
    closer.join();
    assertThatThrownBy(() -> newest("zzz", ReadMode.MAY_BLOCK))
        .isInstanceOfSatisfying(
            TroupeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SHUTTING_DOWN));
  }
}
