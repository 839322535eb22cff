package dev.troupe.rocksdb.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.protocol.spi.StateStore.ReadMode;
import dev.troupe.protocol.spi.StateStore.Scan;
import dev.troupe.protocol.spi.StateStore.Version;
import dev.troupe.rocksdb.TestStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories with slices of collection in between, and flushes, compactions of parts and
 * crashes: the model never removes anything, and reads at or above the horizon agree with it.
 */
class CollectionModelTest {
  private static final int STEPS = 1500;
  private static final int HORIZON_LAG_MAX = 40;
  private static final RangeId RANGE = new RangeId(9);

  @TempDir Path temporary;
  private TestStore store;
  private Random random;
  private Key prefix;
  private int lives;

  private StateModel model = new StateModel();
  private long clock = 1;
  private long horizon;

  /** What a crash goes back to. */
  private StateModel flushedModel = new StateModel();

  private long flushedClock = 1;
  private long flushedHorizon;

  private static final Key HOT = Key.of("\4hot");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void shouldChangeNothingAtOrAboveTheHorizon(long seed) {
    random = new Random(seed);
    // Odd ones are long enough for the filters to know them.
    prefix = Key.of(seed % 2 == 1 ? "fourteen bytes" : "");
    store = new TestStore(temporary.resolve("0"));
    try {
      for (int step = 0; step < STEPS; step++) {
        step();
      }
      collectEverything();
      assertThat(store.failures).isEmpty();
    } finally {
      store.close();
    }
  }

  private void step() {
    int dice = random.nextInt(1000);
    if (dice < 400) {
      write();
    } else if (dice < 600) {
      compareNewest();
    } else if (dice < 750) {
      compareScan(span(), readable(), random.nextBoolean());
    } else if (dice < 960) {
      raiseHorizon();
      state().collect(span(), new Timestamp(horizon), 1 + random.nextInt(30));
    } else if (dice < 965) {
      KeySpan span = span();
      state().clear(RANGE, span);
      model.clear(span);
    } else if (dice < 975) {
      collectEverything();
    } else if (dice < 985) {
      state().flush();
      rememberFlush();
    } else if (dice < 992) {
      // It flushes what it compacts, and all families together.
      state().flush();
      state().compact(span());
      rememberFlush();
    } else if (dice < 995) {
      store.close();
      store = new TestStore(store.path);
      rememberFlush();
    } else {
      crash();
    }
  }

  private StateStore state() {
    return store.engine.state();
  }

  private void write() {
    try (StateStore.Batch batch = state().newBatch()) {
      for (int i = random.nextInt(6); i >= 0; i--) {
        clock += random.nextInt(2);
        write(batch, key());
      }
      if (random.nextInt(10) == 0) {
        // One key gets more versions than are removed singly.
        for (int i = random.nextInt(100); i >= 0; i--) {
          clock++;
          write(batch, prefix.append(HOT.bytes()));
        }
      }
      batch.commit();
    }
    clock++;
  }

  private void write(StateStore.Batch batch, Key key) {
    Timestamp at = new Timestamp(clock);
    byte[] value = random.nextInt(3) == 0 ? null : ("v" + clock).getBytes(StandardCharsets.UTF_8);
    if (value == null) {
      batch.delete(key, at);
    } else {
      batch.put(key, at, value);
    }
    model.put(key, at, value);
  }

  private void raiseHorizon() {
    horizon = Math.max(horizon, clock - 1 - random.nextInt(HORIZON_LAG_MAX));
  }

  private void compareNewest() {
    Key key = random.nextInt(10) == 0 ? prefix.append(HOT.bytes()) : key();
    Timestamp at = readable();
    Version found = state().newest(key, at, ReadMode.MAY_BLOCK);
    Version expected = model.newest(key, at);
    if (found == null && expected != null) {
      assertThat(expected.isDeletion()).as("%s at %s", key, at).isTrue();
      assertThat(expected.timestamp()).isLessThanOrEqualTo(new Timestamp(horizon));
    } else {
      assertThat(text(key, found)).isEqualTo(text(key, expected));
    }
  }

  private void compareScan(KeySpan span, Timestamp at, boolean reverse) {
    assertThat(scan(span, at, reverse))
        .as("%s at %s, reverse %s, horizon %s", span, at, reverse, horizon)
        .isEqualTo(model.scan(span, at, reverse));
    assertThat(state().changedSince(span, at)).isEqualTo(model.changedSince(span, at));
  }

  private List<String> scan(KeySpan span, Timestamp at, boolean reverse) {
    List<String> rows = new ArrayList<>();
    try (Scan scan = state().scan(span, at, reverse)) {
      while (scan.next()) {
        rows.add(StateModel.row(scan.key(), scan.timestamp(), scan.value()));
      }
    }
    return rows;
  }

  /** Afterwards nothing is there but what the model keeps, at no timestamp. */
  private void collectEverything() {
    raiseHorizon();
    for (KeySpan rest = KeySpan.ALL; rest != null; ) {
      Key resume = state().collect(rest, new Timestamp(horizon), 1 + random.nextInt(300)).resume();
      rest = resume == null ? null : new KeySpan(resume, Key.MAX);
    }
    for (long at = horizon; at <= clock; at++) {
      compareScan(KeySpan.ALL, new Timestamp(at), random.nextBoolean());
    }
    StateModel kept = model.copy();
    kept.collect(new Timestamp(horizon));
    for (long at = Math.max(0, horizon - HORIZON_LAG_MAX); at < horizon; at++) {
      boolean reverse = random.nextBoolean();
      assertThat(scan(KeySpan.ALL, new Timestamp(at), reverse))
          .isEqualTo(kept.scan(KeySpan.ALL, new Timestamp(at), reverse));
    }
  }

  private void rememberFlush() {
    flushedModel = model.copy();
    flushedClock = clock;
    flushedHorizon = horizon;
  }

  /** What was collected since the flush comes back, and so does nothing that was before it. */
  private void crash() {
    Path image = store.crash(temporary.resolve(Integer.toString(++lives)));
    store.close();
    store = new TestStore(image);
    model = flushedModel.copy();
    clock = flushedClock;
    horizon = flushedHorizon;
  }

  private Timestamp readable() {
    return random.nextInt(4) == 0
        ? Timestamp.MAX
        : new Timestamp(horizon + random.nextLong(clock - horizon + 2));
  }

  private Key key() {
    byte[] bytes = new byte[1 + random.nextInt(3)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) random.nextInt(3);
    }
    return prefix.append(bytes);
  }

  private KeySpan span() {
    while (true) {
      Key a = random.nextInt(3) == 0 ? Key.MIN : key();
      Key b = random.nextInt(3) == 0 ? Key.MAX : key();
      if (a.compareTo(b) < 0) {
        return new KeySpan(a, b);
      }
    }
  }

  private static @Nullable String text(Key key, @Nullable Version version) {
    if (version == null) {
      return null;
    }
    byte[] value = version.value();
    return StateModel.row(key, version.timestamp(), value == null ? new byte[] {'-'} : value);
  }
}
