package dev.troupe.rocksdb.store;

import static dev.troupe.rocksdb.TestStore.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.RaftLogStore;
import dev.troupe.protocol.spi.RaftLogStore.LogWrite;
import dev.troupe.protocol.spi.StateStore.Batch;
import dev.troupe.protocol.spi.StateStore.LocalRecord;
import dev.troupe.protocol.spi.StateStore.ReadMode;
import dev.troupe.protocol.spi.StateStore.Version;
import dev.troupe.rocksdb.TestStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process appends entries, says which are durable, and applies them; then it is killed. Whatever
 * it said must be in the log, and the state must be exactly that of its applied index, since what
 * is applied here (adding one) may be neither left out nor done twice.
 */
class ProcessCrashTest {
  private static final int LIVES = 4;
  private static final int DURABLE_BEFORE_KILL = 1500;
  private static final int OUTSTANDING_MAX = 32;
  private static final ReplicaKey REPLICA = RaftLogStore.key(3, 1);
  private static final RangeId RANGE = REPLICA.range();
  private static final Key COUNTER = Key.of("counter of applied entries");
  private static final StoreOptions TINY =
      new StoreOptions(2 << 20, 1 << 20, 1 << 20, 1 << 20, 2, 1 << 20);

  @TempDir Path temporary;

  @Test
  void shouldKeepWhatWasReportedAndApplyEveryEntryOnceWheneverItIsKilled() throws Exception {
    Path path = temporary.resolve("store");
    long flushed = 0;
    for (int life = 0; life < LIVES; life++) {
      long reported = killAfter(path, DURABLE_BEFORE_KILL * (life + 1L));
      try (TestStore store = new TestStore(path, TINY)) {
        long last = store.engine.raftLog().replicas().getFirst().last().index();
        assertThat(last).isGreaterThanOrEqualTo(reported);
        requireEntries(store, last);
        long applied = applied(store);
        assertThat(applied).isLessThanOrEqualTo(last);
        assertThat(counter(store)).isEqualTo(applied);
        flushed = Math.max(flushed, applied);
      }
    }
    // The state was flushed on the way, else nothing was seen here.
    assertThat(flushed).isPositive();
  }

  /** The highest index that the process reported durable before it was killed. */
  private static long killAfter(Path path, long durable) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                path.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    long reported = 0;
    try (BufferedReader output = process.inputReader(StandardCharsets.US_ASCII)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        // The last line may be cut short.
        reported = Math.max(reported, Long.parseLong(line));
        if (reported >= durable && process.isAlive()) {
          // By its handle: the process object would close the stream with what is still in it.
          process.toHandle().destroyForcibly();
        }
      }
    } finally {
      process.destroyForcibly();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(reported).isGreaterThanOrEqualTo(durable);
    return reported;
  }

  private static void requireEntries(TestStore store, long last) {
    long from = 1;
    while (from <= last) {
      List<LogEntry> entries = store.engine.raftLog().read(REPLICA, from, last + 1, 1 << 20);
      assertThat(entries).isNotEmpty();
      for (LogEntry entry : entries) {
        assertThat(entry.index()).isEqualTo(from);
        assertThat(entry.data()).isEqualTo(data(from));
        from++;
      }
    }
  }

  private static long applied(TestStore store) {
    byte[] record = store.engine.state().getLocal(RANGE, LocalRecord.APPLIED);
    return record == null ? 0 : Long.parseLong(new String(record, StandardCharsets.US_ASCII));
  }

  private static long counter(TestStore store) {
    Version version = store.engine.state().newest(COUNTER, Timestamp.MAX, ReadMode.MAY_BLOCK);
    return version == null || version.value() == null
        ? 0
        : Long.parseLong(new String(version.value(), StandardCharsets.US_ASCII));
  }

  private static byte[] data(long index) {
    return bytes(("entry " + index + " ").repeat(40));
  }

  /** The process that is killed. Writes one durable index a line. */
  static final class Writer {
    public static void main(String[] arguments) throws InterruptedException {
      try (TestStore store = new TestStore(Path.of(arguments[0]), TINY)) {
        RaftLogStore log = store.engine.raftLog();
        if (log.replicas().isEmpty()) {
          store.create(REPLICA);
        }
        LogPosition last = log.replicas().getFirst().last();
        for (long index = applied(store) + 1; index <= last.index(); index++) {
          apply(store, index);
        }
        LinkedBlockingQueue<Long> durable = new LinkedBlockingQueue<>();
        long next = last.index() + 1;
        for (long done = last.index(); ; ) {
          for (; next <= done + OUTSTANDING_MAX; next++) {
            long index = next;
            LogEntry entry = new LogEntry(1, index, LogEntry.Kind.COMMAND, data(index));
            log.write(
                new LogWrite.Append(REPLICA, null, List.of(entry), false),
                () -> durable.add(index));
          }
          done = durable.take();
          System.out.println(done);
          apply(store, done);
        }
      }
    }

    private static void apply(TestStore store, long index) {
      try (Batch batch = store.engine.state().newBatch()) {
        batch.put(COUNTER, new Timestamp(index), bytes(Long.toString(counter(store) + 1)));
        batch.put(Key.of("key of entry " + index), new Timestamp(index), data(index));
        batch.putLocal(RANGE, LocalRecord.APPLIED, bytes(Long.toString(index)));
        batch.commit();
      }
    }
  }
}
