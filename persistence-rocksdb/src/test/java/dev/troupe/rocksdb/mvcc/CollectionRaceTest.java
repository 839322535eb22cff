package dev.troupe.rocksdb.mvcc;

import static dev.troupe.rocksdb.TestStore.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.RaftLogStore;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.protocol.spi.StateStore.Batch;
import dev.troupe.protocol.spi.StateStore.Collected;
import dev.troupe.protocol.spi.StateStore.ReadMode;
import dev.troupe.protocol.spi.StateStore.Scan;
import dev.troupe.protocol.spi.StateStore.Version;
import dev.troupe.rocksdb.SnapshotFixture;
import dev.troupe.rocksdb.TestStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Collecting while a writer and readers go on, and snapshots are put in place. */
class CollectionRaceTest {
  private static final int KEYS = 20;
  private static final int WRITES = 30_000;

  @TempDir Path temporary;
  private TestStore store;
  private final AtomicBoolean stop = new AtomicBoolean();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final AtomicLong committed = new AtomicLong();
  private final List<Thread> threads = new ArrayList<>();

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

  private void start(Runnable step) {
    threads.add(
        Thread.ofPlatform()
            .uncaughtExceptionHandler((thread, e) -> failure.set(e))
            .start(
                () -> {
                  while (!stop.get()) {
                    step.run();
                  }
                }));
  }

  private void join() throws InterruptedException {
    stop.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failure.get()).isNull();
  }

  @Test
  void shouldShowReadersAtTheHorizonTheSameAsWithoutIt() throws InterruptedException {
    List<AtomicLong> reading = List.of(new AtomicLong(), new AtomicLong());
    reading.forEach(at -> start(() -> readAll(at)));
    AtomicLong removed = new AtomicLong();
    start(
        () -> {
          long horizon = reading.stream().mapToLong(AtomicLong::get).min().orElseThrow();
          removed.addAndGet(
              state().collect(KeySpan.ALL, new Timestamp(horizon), 1000).versionsRemoved());
        });
    try {
      for (long at = 1; at <= WRITES && failure.get() == null; at++) {
        write(at);
        committed.set(at);
      }
    } finally {
      join();
    }
    assertThat(removed.get()).isPositive();
    state().collect(KeySpan.ALL, new Timestamp(WRITES), 1 << 20);
    for (int key = 0; key < KEYS; key++) {
      assertThat(state().newest(key(key), new Timestamp(WRITES - KEYS), ReadMode.MAY_BLOCK))
          .isNull();
    }
  }

  /** Every key is written in its turn, and every third time deleted. */
  private void write(long at) {
    Key key = key((int) (at % KEYS));
    if (isDeletion(at)) {
      delete(state(), key, at);
    } else {
      put(state(), key, at);
    }
  }

  private static boolean isDeletion(long at) {
    return at / KEYS % 3 == 0;
  }

  private void readAll(AtomicLong reading) {
    long at = committed.get();
    reading.set(at);
    List<String> expected = new ArrayList<>();
    for (int key = 0; key < KEYS; key++) {
      long written = at - Math.floorMod(at - key, (long) KEYS);
      boolean live = written > 0 && !isDeletion(written);
      Version found = state().newest(key(key), new Timestamp(at), ReadMode.MAY_BLOCK);
      if (live) {
        expected.add(key(key) + "@" + written);
        assertThat(found).as("%s at %s", key(key), at).isNotNull();
        assertThat(found.timestamp()).isEqualTo(new Timestamp(written));
        assertThat(found.value()).isEqualTo(bytes("v" + written));
      } else if (found != null) {
        assertThat(found.isDeletion()).as("%s at %s", key(key), at).isTrue();
      }
    }
    List<String> rows = new ArrayList<>();
    try (Scan scan = state().scan(KeySpan.ALL, new Timestamp(at), false)) {
      while (scan.next()) {
        rows.add(scan.key() + "@" + scan.timestamp().value());
      }
    }
    assertThat(rows).isEqualTo(expected);
  }

  private static Key key(int number) {
    return Key.of("a key of the table %02d".formatted(number));
  }

  /**
   * Here a key's deletion is all that is left of it; the snapshot brings what it hides. Who decides
   * by the one and removes from the other raises the dead.
   */
  @Test
  void shouldNotMixWhatASnapshotReplacesWithWhatItBrings() {
    RangeId range = new RangeId(5);
    ReplicaKey replica = RaftLogStore.key(5, 2);
    KeySpan span = new KeySpan(Key.of("b"), Key.of("d"));
    HardState hardState = new HardState(3, new ReplicaId(1), 10);
    Key dead = Key.of("c");
    AtomicInteger readings = new AtomicInteger();
    try (TestStore sender = new TestStore(temporary.resolve("sender"))) {
      SnapshotFixture.putState(sender, range, span, new LogPosition(10, 3));
      put(sender.engine.state(), dead, 1);
      delete(sender.engine.state(), dead, 2);
      delete(state(), dead, 2);
      Collected collected =
          store
              .engine
              .state()
              .collect(
                  KeySpan.ALL,
                  new Timestamp(5),
                  100,
                  () -> {
                    if (readings.incrementAndGet() == 1) {
                      SnapshotFixture.transfer(sender, store, replica, hardState);
                    }
                  });
      assertThat(collected.versionsRemoved()).isEqualTo(2);
    }
    assertThat(readings).hasValue(2);
    assertThat(SnapshotFixture.versions(store)).isEmpty();
  }

  @Test
  void shouldNotRemoveFromWhatIsWrittenAfterAClearing() {
    Key key = Key.of("c");
    put(state(), key, 1);
    put(state(), key, 2);
    AtomicInteger readings = new AtomicInteger();
    store
        .engine
        .state()
        .collect(
            KeySpan.ALL,
            new Timestamp(5),
            100,
            () -> {
              if (readings.incrementAndGet() == 1) {
                state().clear(new RangeId(5), KeySpan.ALL);
                put(state(), key, 1);
              }
            });
    assertThat(SnapshotFixture.versions(store)).containsExactly("c@1=v1");
  }

  private static void put(StateStore state, Key key, long at) {
    try (Batch batch = state.newBatch()) {
      batch.put(key, new Timestamp(at), bytes("v" + at));
      batch.commit();
    }
  }

  private static void delete(StateStore state, Key key, long at) {
    try (Batch batch = state.newBatch()) {
      batch.delete(key, new Timestamp(at));
      batch.commit();
    }
  }
}
