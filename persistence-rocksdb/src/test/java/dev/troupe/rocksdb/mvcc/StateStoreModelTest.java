package dev.troupe.rocksdb.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.protocol.spi.StateStore.LocalRecord;
import dev.troupe.protocol.spi.StateStore.ReadMode;
import dev.troupe.protocol.spi.StateStore.Scan;
import dev.troupe.protocol.spi.StateStore.SideKind;
import dev.troupe.protocol.spi.StateStore.SideRecord;
import dev.troupe.protocol.spi.StateStore.SideScan;
import dev.troupe.protocol.spi.StateStore.Version;
import dev.troupe.protocol.spi.StateStore.WouldBlock;
import dev.troupe.rocksdb.TestStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The store against the simplest model of it, over random histories with crashes. */
class StateStoreModelTest {
  private static final int STEPS = 2500;
  private static final RangeId RANGE = new RangeId(9);

  @TempDir Path temporary;
  private TestStore store;
  private StateModel model = new StateModel();
  private StateModel flushed = new StateModel();
  private Random random;

  /** Keys of odd seeds are long enough for the filters to know them, others are not. */
  private Key prefix;

  private int lives;

  private int sidesInMemory;

  private int sidesOnDisk;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void shouldBehaveLikeTheModel(long seed) {
    random = new Random(seed);
    prefix = Key.of(seed % 2 == 1 ? "fourteen bytes" : "");
    store = new TestStore(temporary.resolve("0"));
    try {
      for (int step = 0; step < STEPS; step++) {
        step();
      }
      compareEverything();
      assertThat(store.failures).isEmpty();
      assertThat(sidesInMemory).isGreaterThan(sidesOnDisk);
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
    } else if (dice < 800) {
      comparePage();
    } else if (dice < 900) {
      compareSides(span());
    } else if (dice < 980) {
      compareChanges();
    } else if (dice < 985) {
      KeySpan span = span();
      state().clear(RANGE, span);
      model.clear(span);
    } else if (dice < 995) {
      state().flush();
      flushed = model.copy();
    } else if (dice < 997) {
      restart();
    } else {
      crash();
    }
  }

  private StateStore state() {
    return store.engine.state();
  }

  private void write() {
    try (StateStore.Batch batch = state().newBatch()) {
      for (int i = random.nextInt(12); i >= 0; i--) {
        Key key = key();
        Timestamp timestamp = timestamp();
        byte[] value = random.nextInt(4) == 0 ? null : value();
        byte[] note = random.nextInt(3) == 0 ? note() : null;
        if (note != null) {
          batch.write(key, timestamp, value, note);
        } else if (value == null) {
          batch.delete(key, timestamp);
        } else {
          batch.put(key, timestamp, value);
        }
        model.put(key, timestamp, value);
        model.note(key, timestamp, note);
      }
      for (int i = random.nextInt(6); i > 0; i--) {
        writeSide(batch);
      }
      batch.putLocal(RANGE, LocalRecord.APPLIED, value());
      batch.commit();
      assertThat(batch.sizeBytes()).isZero();
    }
  }

  private void writeSide(StateStore.Batch batch) {
    SideRecord record = new SideRecord(key(), kind(), id(), value());
    if (random.nextBoolean()) {
      batch.putSide(record.key(), record.kind(), record.id(), record.value());
      model.putSide(record);
    } else {
      batch.deleteSide(record.key(), record.kind(), record.id());
      model.deleteSide(record.key(), record.kind(), record.id());
    }
  }

  private void compareSides(KeySpan span) {
    Key key = key();
    SideKind kind = kind();
    byte[] id = id();
    byte[] expected = model.side(key, kind, id);
    assertThat(state().getSide(key, kind, id, ReadMode.MAY_BLOCK)).isEqualTo(expected);
    try {
      assertThat(state().getSide(key, kind, id, ReadMode.CACHE_ONLY)).isEqualTo(expected);
      sidesInMemory++;
    } catch (WouldBlock onDisk) {
      // A compaction has put it into another file since it was read.
      sidesOnDisk++;
    }
    List<SideRecord> found = new ArrayList<>();
    try (SideScan scan = state().scanSide(span)) {
      while (scan.next()) {
        found.add(scan.record());
      }
      assertThat(scan.next()).isFalse();
    }
    assertThat(found)
        .as("%s", span)
        .usingRecursiveFieldByFieldElementComparator()
        .isEqualTo(model.sides(span));
  }

  private void compareChanges() {
    Key key = key();
    KeySpan span = random.nextBoolean() ? span() : new KeySpan(key, key.next());
    // Mostly late, or there would nearly always be a newer version.
    Timestamp after = Timestamp.of(random.nextBoolean() ? 57 + random.nextInt(3) : 30, 0);
    assertThat(state().changedSince(span, after))
        .as("%s since %s", span, after)
        .isEqualTo(model.changedSince(span, after));
  }

  private byte[] note() {
    return new byte[] {(byte) random.nextInt(3), (byte) random.nextInt(3)};
  }

  private void compareNotes() {
    Key key = key();
    Timestamp after = timestamp();
    byte[] beginning = Arrays.copyOf(note(), 1 + random.nextInt(2));
    assertThat(state().noted(key, after, beginning))
        .as("%s after %s", key, after)
        .usingRecursiveComparison()
        .isEqualTo(model.noted(key, after, beginning));
  }

  private void compareNewest() {
    compareNotes();
    Key key = key();
    Timestamp at = random.nextInt(3) == 0 ? Timestamp.MAX : timestamp();
    assertThat(text(state().newest(key, at, ReadMode.MAY_BLOCK)))
        .as("%s at %s", key, at)
        .isEqualTo(text(model.newest(key, at)));
  }

  /** Reads page by page, as a client with a row limit does. */
  private void comparePage() {
    KeySpan rest = span();
    Timestamp at = timestamp();
    boolean reverse = random.nextBoolean();
    int page = 1 + random.nextInt(4);
    List<String> expected = model.scan(rest, at, reverse);
    List<String> found = new ArrayList<>();
    for (KeySpan span = rest; span != null; ) {
      span = readPage(span, at, reverse, page, found);
    }
    assertThat(found).as("%s at %s, reverse %s", rest, at, reverse).isEqualTo(expected);
  }

  /** The span that is left after the page; null at the end. */
  private @Nullable KeySpan readPage(
      KeySpan span, Timestamp at, boolean reverse, int page, List<String> found) {
    try (Scan scan = state().scan(span, at, reverse)) {
      for (int i = 0; i < page; i++) {
        if (!scan.next()) {
          return null;
        }
        found.add(StateModel.row(scan.key(), scan.timestamp(), scan.value()));
      }
      Key start = reverse ? span.start() : scan.key().next();
      Key end = reverse ? scan.key() : span.end();
      return start.compareTo(end) < 0 ? new KeySpan(start, end) : null;
    }
  }

  private void restart() {
    store.close();
    store = new TestStore(store.path);
    flushed = model.copy();
  }

  private void crash() {
    Path image = store.crash(temporary.resolve(Integer.toString(++lives)));
    store.close();
    store = new TestStore(image);
    model = flushed.copy();
  }

  private void compareEverything() {
    compareSides(KeySpan.ALL);
    for (boolean reverse : new boolean[] {false, true}) {
      List<String> found = new ArrayList<>();
      try (Scan scan = state().scan(KeySpan.ALL, Timestamp.MAX, reverse)) {
        while (scan.next()) {
          found.add(StateModel.row(scan.key(), scan.timestamp(), scan.value()));
        }
      }
      assertThat(found).isEqualTo(model.scan(KeySpan.ALL, Timestamp.MAX, reverse));
    }
  }

  /** Few keys, some of them prefixes of others, some with zeros, so that versions pile up. */
  private Key key() {
    byte[] bytes = new byte[1 + random.nextInt(3)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) random.nextInt(4);
    }
    return prefix.append(bytes);
  }

  private SideKind kind() {
    return random.nextBoolean() ? SideKind.LOCK : SideKind.TRANSACTION;
  }

  private byte[] id() {
    byte[] id = new byte[random.nextInt(3)];
    for (int i = 0; i < id.length; i++) {
      id[i] = (byte) (random.nextInt(3) - 1);
    }
    return id;
  }

  private KeySpan span() {
    while (true) {
      Key a = random.nextInt(5) == 0 ? Key.MIN : key();
      Key b = random.nextInt(5) == 0 ? Key.MAX : key();
      if (a.compareTo(b) < 0) {
        return new KeySpan(a, b);
      }
    }
  }

  private Timestamp timestamp() {
    return Timestamp.of(random.nextInt(60), 0);
  }

  private byte[] value() {
    return "v".repeat(random.nextInt(3)).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static @Nullable String text(@Nullable Version version) {
    return version == null
        ? null
        : version.timestamp()
            + (version.value() == null
                ? " deleted"
                : "=" + new String(version.value(), StandardCharsets.ISO_8859_1));
  }
}
