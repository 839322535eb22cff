package dev.troupe.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.spi.SystemClocks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

class GroupCommitWriterTest {
  @TempDir Path directory;
  private Options options;
  private RocksDB db;
  private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
  private final List<Path> links = new ArrayList<>();
  private GroupCommitWriter writer;

  @BeforeEach
  void open() throws RocksDBException {
    options = new Options().setCreateIfMissing(true).setMaxBgErrorResumeCount(0);
    db = RocksDB.open(options, directory.toString());
    writer = start();
  }

  @AfterEach
  void close() throws IOException {
    writer.close();
    db.close();
    options.close();
    for (Path link : links) {
      Files.deleteIfExists(link);
    }
  }

  private GroupCommitWriter start() {
    return GroupCommitWriter.start(
        db,
        "test-writer",
        (cause, what) -> failures.add(what + ": " + cause),
        SystemClocks.monotonic());
  }

  @Test
  void shouldReportEveryWorkInOrderAndOnlyOnceReadable() {
    List<Integer> reported = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 5000; i++) {
      int number = i;
      writer.submit(
          new TestWork(
              batch -> batch.put(key(number), key(number)),
              () -> {
                assertThat(db.get(key(number))).isEqualTo(key(number));
                reported.add(number);
              }));
    }
    await().until(() -> reported.size() == 5000);
    assertThat(reported).isSorted().doesNotHaveDuplicates();
    assertThat(writer.pendingBytes()).isZero();
    assertThat(failures).isEmpty();
  }

  @Test
  void shouldSyncManyWaitingWorksAtOnce() throws InterruptedException {
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    writer.submit(
        new TestWork(
            batch -> {
              writing.countDown();
              awaitLatch(release);
            },
            () -> {}));
    writing.await();
    AtomicInteger reported = new AtomicInteger();
    for (int i = 0; i < 1000; i++) {
      int number = i;
      writer.submit(
          new TestWork(batch -> batch.put(key(number), key(0)), reported::incrementAndGet));
    }
    assertThat(writer.pendingBytes()).isEqualTo(1001 * TestWork.SIZE);
    long before = writer.counters().syncs();
    release.countDown();
    await().until(() -> reported.get() == 1000);
    // The held work may take the others along, or they follow in one batch of their own.
    assertThat(writer.counters().syncs() - before).isLessThanOrEqualTo(2);
    assertThat(writer.counters().works()).isEqualTo(1001);
  }

  @Test
  void shouldAcceptFromManyThreadsAndLoseNothingAtClose() throws InterruptedException {
    AtomicInteger accepted = new AtomicInteger();
    AtomicInteger reported = new AtomicInteger();
    CountDownLatch warm = new CountDownLatch(400);
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      int base = t * 1_000_000;
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; ; i++) {
                      int number = base + i;
                      try {
                        writer.submit(
                            new TestWork(
                                batch -> batch.put(key(number), key(number)),
                                reported::incrementAndGet));
                      } catch (TroupeException e) {
                        assertThat(e.code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
                        return;
                      }
                      accepted.incrementAndGet();
                      warm.countDown();
                    }
                  }));
    }
    warm.await();
    writer.close();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(reported.get()).isEqualTo(accepted.get());
    assertThat(writer.pendingBytes()).isZero();
  }

  @Test
  void shouldSurviveReopeningWithEverythingReported() throws RocksDBException {
    writer.writeAndAwait(10, batch -> batch.put(key(7), key(8)));
    writer.close();
    db.close();
    db = RocksDB.open(options, directory.toString());
    writer = start();
    assertThat(db.get(key(7))).isEqualTo(key(8));
  }

  /** Writing to the first device fails for want of space, syncing the second is not possible. */
  @ParameterizedTest
  @ValueSource(strings = {"/dev/full", "/dev/null"})
  void shouldStopForEverWhenTheDiskFails(String device) throws Exception {
    assumeTrue(Files.exists(Path.of(device)));
    writer.writeAndAwait(10, batch -> batch.put(key(1), key(1)));
    redirectNextLogTo(Path.of(device));
    List<String> reported = Collections.synchronizedList(new ArrayList<>());
    writer.submit(
        new TestWork(batch -> batch.put(key(2), key(2)), () -> reported.add("after failure")));
    await().until(writer::hasFailed);

    assertThat(failures).hasSize(1);
    assertThat(failures.getFirst()).contains("test-writer").contains("RocksDBException");
    assertThat(reported).isEmpty();
    assertThatThrownBy(() -> writer.submit(new TestWork(batch -> {}, () -> {})))
        .isInstanceOfSatisfying(
            TroupeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FAILED));
    writer.close();
    assertThat(failures).hasSize(1);
  }

  @Test
  void shouldReleaseWaitersWhenAWorkThrows() {
    assertThatThrownBy(
            () ->
                writer.writeAndAwait(
                    10,
                    batch -> {
                      throw new IllegalStateException("broken work");
                    }))
        .isInstanceOf(TroupeException.class)
        .hasMessageContaining("restart the node");
    assertThat(failures).singleElement().asString().contains("broken work");
  }

  @Test
  void shouldSleepWhileIdle() {
    writer.writeAndAwait(10, batch -> batch.put(key(1), key(1)));
    await()
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("test-writer"))
                    .allMatch(thread -> thread.getState() == Thread.State.WAITING));
  }

  /** The next write-ahead log is a link to a device that fails. */
  private void redirectNextLogTo(Path device) throws RocksDBException, IOException {
    long highest;
    try (var files = Files.list(directory)) {
      highest =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.matches("\\d+\\..*"))
              .mapToLong(name -> Long.parseLong(name.substring(0, name.indexOf('.'))))
              .max()
              .orElseThrow();
    }
    for (long number = highest + 1; number < highest + 20; number++) {
      Path link = directory.resolve("%06d.log".formatted(number));
      links.add(Files.createSymbolicLink(link, device));
    }
    try (FlushOptions flush = new FlushOptions().setWaitForFlush(true)) {
      db.flush(flush);
    } catch (RocksDBException e) {
      assertThat(e).hasMessageContaining("log");
    }
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] key(int number) {
    return "key-%08d".formatted(number).getBytes(StandardCharsets.US_ASCII);
  }

  private interface Report {
    void run() throws RocksDBException;
  }

  private record TestWork(GroupCommitWriter.Change change, Report report)
      implements GroupCommitWriter.Work {
    static final int SIZE = 40;

    @Override
    public void addTo(WriteBatch batch) throws RocksDBException {
      change.addTo(batch);
    }

    @Override
    public void durable() {
      try {
        report.run();
      } catch (RocksDBException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public int sizeBytes() {
      return SIZE;
    }
  }
}
