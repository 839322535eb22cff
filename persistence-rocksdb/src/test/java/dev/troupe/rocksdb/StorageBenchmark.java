package dev.troupe.rocksdb;

import com.sun.management.OperatingSystemMXBean;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.RaftLogStore;
import dev.troupe.protocol.spi.RaftLogStore.LogWrite;
import dev.troupe.protocol.spi.SnapshotStore.Outgoing;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.protocol.spi.StateStore.Batch;
import dev.troupe.protocol.spi.StateStore.LocalRecord;
import dev.troupe.protocol.spi.StateStore.ReadMode;
import dev.troupe.protocol.spi.StateStore.Scan;
import dev.troupe.rocksdb.engine.DurableFiles;
import dev.troupe.rocksdb.store.StoreOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Rough costs of the storage engine, printed. Not a test: run it by hand, on a quiet machine.
 * Arguments: a directory to work in, and seconds for each measurement.
 */
public final class StorageBenchmark {
  private static final int KEYS = 200_000;
  private static final int VALUE_BYTES = 128;
  private static final int OUTSTANDING = 64;
  private static final int REPLICAS = 16;
  private static final Key[] KEYS_MADE = keys("");
  private static final Key[] MISSING = keys("x");
  private static final RangeId RANGE = new RangeId(1);
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Path directory;
  private final long nanosEach;
  private final Random random = new Random(1);
  private long version = 1;

  private StorageBenchmark(Path directory, long nanosEach) {
    this.directory = directory;
    this.nanosEach = nanosEach;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory(Path.of(arguments[0]), "bench");
    long nanos = (long) (Double.parseDouble(arguments[1]) * 1e9);
    try {
      new StorageBenchmark(directory, nanos).run();
    } finally {
      DurableFiles.deleteTree(directory);
    }
  }

  private void run() throws InterruptedException {
    long begin = System.nanoTime();
    new TestStore(directory.resolve("a"), StoreOptions.DEFAULTS).close();
    System.out.printf("first open and close: %d ms%n", (System.nanoTime() - begin) / 1_000_000);
    begin = System.nanoTime();
    try (TestStore store = new TestStore(directory.resolve("a"), StoreOptions.DEFAULTS)) {
      System.out.printf("second open: %d ms%n", (System.nanoTime() - begin) / 1_000_000);
      appends(store);
      applies(store);
      StateStore state = store.engine.state();
      repeat("newest, in memtable and tables", () -> newest(state, 1));
      state.flush();
      repeat("newest, through the object cache (500 hot keys)", () -> newest(state, KEYS / 500));
      scans(state);
      snapshot(store);
    }
    StoreOptions plain = StoreOptions.DEFAULTS.withNewestCacheBytes(0);
    try (TestStore store = new TestStore(directory.resolve("a"), plain)) {
      repeat("newest, through the database", () -> newest(store.engine.state(), 1));
      repeat("newest of a missing key", () -> missing(store.engine.state()));
    }
  }

  private void appends(TestStore store) throws InterruptedException {
    RaftLogStore log = store.engine.raftLog();
    long[] last = new long[REPLICAS];
    for (int i = 0; i < REPLICAS; i++) {
      store.create(RaftLogStore.key(i + 1, 1));
    }
    byte[] data = new byte[VALUE_BYTES];
    for (int round = 0; round < 2; round++) {
      Semaphore free = new Semaphore(OUTSTANDING);
      AtomicLong latency = new AtomicLong();
      long syncs = store.engine.metrics().log().syncs();
      Measurement measurement = new Measurement();
      while (measurement.running()) {
        free.acquire();
        int number = (int) (measurement.operations % REPLICAS);
        ReplicaKey replica = RaftLogStore.key(number + 1, 1);
        long index = ++last[number];
        List<LogEntry> entries = List.of(new LogEntry(1, index, LogEntry.Kind.COMMAND, data));
        long at = System.nanoTime();
        log.write(
            new LogWrite.Append(replica, new HardState(1, null, index - 1), entries, false),
            () -> {
              latency.addAndGet(System.nanoTime() - at);
              free.release();
            });
        measurement.operations++;
      }
      free.acquire(OUTSTANDING);
      long operations = measurement.operations;
      measurement.print("log append + hard state, 64 outstanding");
      System.out.printf(
          "  %.1f appends a sync, mean latency %d us%n",
          (double) operations / (store.engine.metrics().log().syncs() - syncs),
          latency.get() / operations / 1000);
    }
  }

  private void applies(TestStore store) {
    StateStore state = store.engine.state();
    try (Batch batch = state.newBatch()) {
      for (int i = 0; i < KEYS; i++) {
        batch.put(key(i), new Timestamp(version), new byte[VALUE_BYTES]);
        if (batch.sizeBytes() > 1 << 20) {
          batch.commit();
        }
      }
      batch.putLocal(
          RANGE,
          LocalRecord.DESCRIPTOR,
          new dev.troupe.protocol.codec.ByteWriter(16)
              .putBytes(new byte[] {1})
              .putBytes(new byte[] {(byte) 0xFF})
              .toBytes());
      batch.commit();
    }
    repeat("apply of 1 put + applied record", () -> apply(state, 1));
    repeat("apply of 64 puts + applied record", () -> apply(state, 64));
  }

  private long apply(StateStore state, int puts) {
    version++;
    try (Batch batch = state.newBatch()) {
      for (int i = 0; i < puts; i++) {
        batch.put(key(random.nextInt(KEYS)), new Timestamp(version), new byte[VALUE_BYTES]);
      }
      batch.putLocal(
          RANGE, LocalRecord.APPLIED, SnapshotFixture.appliedRecord(new LogPosition(version, 1)));
      batch.commit();
    }
    return 1;
  }

  private long newest(StateStore state, int step) {
    Key key = key(random.nextInt(KEYS / step) * step);
    if (state.newest(key, Timestamp.MAX, ReadMode.MAY_BLOCK) == null) {
      throw new IllegalStateException("no " + key);
    }
    return 1;
  }

  private long missing(StateStore state) {
    Key key = MISSING[random.nextInt(KEYS)];
    if (state.newest(key, Timestamp.MAX, ReadMode.MAY_BLOCK) != null) {
      throw new IllegalStateException("found " + key);
    }
    return 1;
  }

  private void scans(StateStore state) {
    for (boolean reverse : new boolean[] {false, true}) {
      repeat("row of a scan, reverse " + reverse, () -> scan(state, reverse, 10_000));
      repeat("scan of 10 rows, reverse " + reverse, () -> scan(state, reverse, 10) > 0 ? 1 : 0);
    }
  }

  private long scan(StateStore state, boolean reverse, int limit) {
    long rows = 0;
    Key from = key(random.nextInt(KEYS));
    KeySpan span = reverse ? new KeySpan(Key.MIN, from) : new KeySpan(from, Key.MAX);
    try (Scan scan = state.scan(span, Timestamp.MAX, reverse)) {
      while (rows < limit && scan.next()) {
        if (scan.key().length() + scan.value().length == 0) {
          throw new IllegalStateException("empty row");
        }
        rows++;
      }
    }
    return rows;
  }

  private void snapshot(TestStore store) {
    long begin = System.nanoTime();
    try (Outgoing outgoing = store.engine.snapshots().export(RANGE, SnapshotFixture.RECORDS)) {
      System.out.printf(
          "snapshot: %d ms for %d KiB in %d files%n",
          (System.nanoTime() - begin) / 1_000_000,
          outgoing.manifest().totalBytes() >> 10,
          outgoing.manifest().files().size());
    }
  }

  /** As the key-value interface stores them. */
  private static Key key(int number) {
    return KEYS_MADE[number];
  }

  private static Key[] keys(String suffix) {
    Key[] keys = new Key[KEYS];
    for (int i = 0; i < KEYS; i++) {
      keys[i] =
          Keyspace.kv(
              "default", ("user%010d" + suffix).formatted(i).getBytes(StandardCharsets.US_ASCII));
    }
    return keys;
  }

  private interface Operation {
    long run();
  }

  /** Once to warm up, once to measure. */
  private void repeat(String what, Operation operation) {
    for (int round = 0; round < 2; round++) {
      Measurement measurement = new Measurement();
      while (measurement.running()) {
        measurement.operations += operation.run();
      }
      if (round == 1) {
        measurement.print(what);
      }
    }
  }

  private final class Measurement {
    private final long begin = System.nanoTime();
    private final long cpuBegin = SYSTEM.getProcessCpuTime();
    private final long threadBegin = THREADS.getCurrentThreadCpuTime();
    long operations;

    boolean running() {
      return System.nanoTime() - begin < nanosEach;
    }

    void print(String what) {
      double seconds = (System.nanoTime() - begin) / 1e9;
      double cpu = (SYSTEM.getProcessCpuTime() - cpuBegin) / 1e3;
      System.out.printf(
          "%-50s %,10.0f/s  %8.2f us  %8.2f us CPU of this thread, %8.2f of the process%n",
          what,
          operations / seconds,
          seconds * 1e6 / operations,
          (THREADS.getCurrentThreadCpuTime() - threadBegin) / 1e3 / operations,
          cpu / operations);
    }
  }
}
