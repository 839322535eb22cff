package dev.troupe.rocksdb.mvcc;

import static dev.troupe.rocksdb.TestStore.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.protocol.spi.StateStore.Batch;
import dev.troupe.protocol.spi.StateStore.Collected;
import dev.troupe.protocol.spi.StateStore.ReadMode;
import dev.troupe.protocol.spi.StateStore.Scan;
import dev.troupe.protocol.spi.StateStore.SideKind;
import dev.troupe.protocol.spi.StateStore.Version;
import dev.troupe.rocksdb.SnapshotFixture;
import dev.troupe.rocksdb.TestStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CollectionTest {
  private static final int KEYS = 500;
  private static final int VERSIONS = 100;
  private static final int VALUE_BYTES = 200;

  @TempDir Path temporary;
  private TestStore store;

  @BeforeEach
  void open() {
    store = new TestStore(temporary.resolve("a"));
  }

  @AfterEach
  void close() {
    store.close();
    assertThat(store.failures).isEmpty();
  }

  private StateStore state() {
    return store.engine.state();
  }

  private void put(String key, long... timestamps) {
    try (Batch batch = state().newBatch()) {
      for (long at : timestamps) {
        batch.put(Key.of(key), new Timestamp(at), bytes("v" + at));
      }
      batch.commit();
    }
  }

  private void delete(String key, long at) {
    try (Batch batch = state().newBatch()) {
      batch.delete(Key.of(key), new Timestamp(at));
      batch.commit();
    }
  }

  private Version newest(String key, long at) {
    return state().newest(Key.of(key), new Timestamp(at), ReadMode.MAY_BLOCK);
  }

  private Collected collect(long horizon, int maxVersions) {
    return state().collect(KeySpan.ALL, new Timestamp(horizon), maxVersions);
  }

  @Test
  void shouldKeepOfEachKeyWhatReadsAtTheHorizonAndAboveSee() {
    put("a", 1, 2, 3);
    put("b", 1, 5, 6, 7);
    put("c", 6, 7);
    put("d", 1, 2);
    delete("d", 5);
    put("e", 1);
    delete("e", 3);
    put("e", 6);
    put("f", 0);
    put("g", 5);
    delete("h", 6);
    Collected collected = collect(5, 1000);
    assertThat(collected.resume()).isNull();
    assertThat(collected.versionsSeen()).isEqualTo(18);
    assertThat(collected.versionsRemoved()).isEqualTo(8);
    assertThat(collected.bytesRemoved()).isBetween(8L * 18, 8L * 20);
    assertThat(SnapshotFixture.versions(store))
        .containsExactly(
            "a@3=v3", "b@7=v7", "b@6=v6", "b@5=v5", "c@7=v7", "c@6=v6", "e@6=v6", "f@0=v0",
            "g@5=v5");
    assertThat(newest("h", 9).isDeletion()).isTrue();
    assertThat(newest("d", 9)).isNull();
    assertThat(collect(5, 1000).versionsRemoved()).isZero();
  }

  @Test
  void shouldCollectOnlyTheSpan() {
    for (String key : List.of("a", "b", "c")) {
      put(key, 1, 2);
    }
    KeySpan middle = new KeySpan(Key.of("b"), Key.of("c"));
    assertThat(state().collect(middle, Timestamp.MAX, 100).versionsRemoved()).isOne();
    assertThat(SnapshotFixture.versions(store))
        .containsExactly("a@2=v2", "a@1=v1", "b@2=v2", "c@2=v2", "c@1=v1");
    assertThatThrownBy(() -> state().collect(middle, Timestamp.MAX, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldForgetACachedDeletionThatItRemoves() {
    put("k", 1);
    delete("k", 2);
    assertThat(newest("k", 9).isDeletion()).isTrue();
    collect(5, 100);
    assertThat(newest("k", 9)).isNull();
    put("k", 6);
    assertThat(newest("k", 9).timestamp()).isEqualTo(new Timestamp(6));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 100, 5000})
  void shouldGetOnWithAKeyOfVeryManyVersionsAndNeverRaiseItFromTheDead(int slice) {
    int versions = 3000;
    try (Batch batch = state().newBatch()) {
      for (int at = 1; at < versions; at++) {
        batch.put(Key.of("k"), new Timestamp(at), bytes("v"));
        batch.put(Key.of("newer"), new Timestamp(versions + at), bytes("v"));
      }
      batch.delete(Key.of("k"), new Timestamp(versions));
      batch.commit();
    }
    put("k\0", 1, 2);
    put("z", 1, 2);
    int slices = 0;
    for (KeySpan rest = KeySpan.ALL; rest != null; slices++) {
      Collected collected = state().collect(rest, new Timestamp(versions), slice);
      assertThat(collected.versionsSeen()).isLessThan(slice + 20);
      Version left = newest("k", versions);
      assertThat(left == null || left.isDeletion()).isTrue();
      rest = collected.resume() == null ? null : new KeySpan(collected.resume(), Key.MAX);
    }
    assertThat(slices).isLessThan(10);
    assertThat(newest("k", Long.MAX_VALUE)).isNull();
    assertThat(newest("k", versions - 1)).isNull();
    assertThat(newest("k\0", 2)).isNotNull();
    assertThat(newest("k\0", 1)).isNull();
    assertThat(newest("z", 1)).isNull();
    assertThat(newest("newer", versions + 1)).isNotNull();
  }

  @Test
  void shouldLeaveOpenScansTheirView() {
    put("a", 1, 2);
    put("b", 1);
    delete("b", 2);
    try (Scan scan = state().scan(KeySpan.ALL, new Timestamp(1), false)) {
      collect(9, 100);
      state().compact(KeySpan.ALL);
      assertThat(scan.next()).isTrue();
      assertThat(scan.value()).isEqualTo(bytes("v1"));
      assertThat(scan.next()).isTrue();
      assertThat(scan.key()).isEqualTo(Key.of("b"));
      assertThat(scan.next()).isFalse();
    }
    assertThat(SnapshotFixture.versions(store)).containsExactly("a@2=v2");
  }

  @Test
  void shouldGiveTheSpaceOfOverwrittenValuesBack() {
    overwrite();
    SnapshotFixture.putSide(store, "k", SideKind.LOCK, "", "stays");
    long full = bytesOnDisk();
    long once = (long) KEYS * VALUE_BYTES;
    assertThat(full).isGreaterThan(once * VERSIONS / 2);
    collectEverything(VERSIONS);
    state().compact(KeySpan.ALL);
    await().atMost(Duration.ofSeconds(30)).until(() -> bytesOnDisk() < once * 2);
    assertThat(rows()).hasSize(KEYS).allMatch(row -> row.endsWith("@" + VERSIONS));
    assertThat(SnapshotFixture.sides(store)).containsExactly("k/LOCK/=stays");
  }

  @Test
  void shouldGiveMostOfTheSpaceBackByItself() {
    overwrite();
    long full = bytesOnDisk();
    collectEverything(VERSIONS);
    state().flush();
    await().atMost(Duration.ofSeconds(30)).until(() -> bytesOnDisk() < full / 4);
    assertThat(rows()).hasSize(KEYS).allMatch(row -> row.endsWith("@" + VERSIONS));
  }

  @Test
  void shouldGiveTheSpaceOfDeletedKeysBack() {
    overwrite();
    try (Batch batch = state().newBatch()) {
      for (int key = 0; key < KEYS; key++) {
        batch.delete(key(key), new Timestamp(VERSIONS + 1));
      }
      batch.commit();
    }
    collectEverything(VERSIONS + 1);
    state().compact(KeySpan.ALL);
    await().atMost(Duration.ofSeconds(30)).until(() -> bytesOnDisk() < 20_000);
    assertThat(rows()).isEmpty();
  }

  private void overwrite() {
    Random random = new Random(1);
    for (int version = 1; version <= VERSIONS; version++) {
      try (Batch batch = state().newBatch()) {
        for (int key = 0; key < KEYS; key++) {
          byte[] value = new byte[VALUE_BYTES];
          random.nextBytes(value);
          batch.put(key(key), new Timestamp(version), value);
        }
        batch.commit();
      }
    }
    state().flush();
  }

  private static Key key(int number) {
    return Key.of("a key of a row %05d".formatted(number));
  }

  private void collectEverything(long horizon) {
    for (KeySpan rest = KeySpan.ALL; rest != null; ) {
      Key resume = state().collect(rest, new Timestamp(horizon), 5000).resume();
      rest = resume == null ? null : new KeySpan(resume, Key.MAX);
    }
  }

  private List<String> rows() {
    List<String> rows = new ArrayList<>();
    try (Scan scan = state().scan(KeySpan.ALL, Timestamp.MAX, false)) {
      while (scan.next()) {
        rows.add(scan.key() + "@" + scan.timestamp().value());
      }
    }
    return rows;
  }

  /** Of the tables of the state. */
  private long bytesOnDisk() {
    try (var files = Files.list(store.path.resolve("state"))) {
      return files
          .filter(file -> file.toString().endsWith(".sst"))
          .mapToLong(file -> file.toFile().length())
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
