package dev.troupe.node.sql;

import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.WallClock;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.kv.KvTransaction;
import dev.troupe.sql.kv.KvTransactions;
import dev.troupe.sql.schema.Garbage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clears what is left of dropped tables and indexes, and of bulk loads that were never committed.
 * Every node looks for such spans; one at a time clears one, and goes slowly, since whoever uses
 * the same ranges has to wait for each of its steps. Blocks a thread of its own.
 */
final class GarbageSweep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GarbageSweep.class);
  private static final long FIRST_AFTER_SECONDS = 60;

  /** Looking wakes ranges that sleep: an idle cluster should not be woken all the time. */
  private static final long PAUSE_SECONDS = 600;

  private static final int SPANS_PER_SWEEP = 64;

  /** A step is in the way of others for some milliseconds. */
  private static final int KEYS_PER_STEP = 500;

  private static final int STEP_BYTES_MAX = 1 << 20;

  /** After each step it rests for so many times what the step has taken. */
  static final int REST_FACTOR = 4;

  /** When the node that clears a span has died, another one may have it after so long. */
  static final Duration CLAIM = Duration.ofMinutes(10);

  private static final Duration DEADLINE = Duration.ofSeconds(20);

  /** How a sweep waits between its steps. */
  @FunctionalInterface
  interface Rest {
    void nanos(long nanos) throws InterruptedException;
  }

  private final CountDownLatch closed = new CountDownLatch(1);
  private final KvTransactions transactions;
  private final KvClient client;
  private final Function<KeySpan, CompletionStage<?>> liftBorders;
  private final WallClock wall;
  private final MonotonicClock clock;
  private final Rest rest;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("sql-garbage").factory());

  GarbageSweep(
      KvTransactions transactions,
      KvClient client,
      Function<KeySpan, CompletionStage<?>> liftBorders,
      WallClock wall,
      MonotonicClock clock) {
    this(transactions, client, liftBorders, wall, clock, null);
  }

  /**
   * Sweeps.
   *
   * @param liftBorders of ranges that somebody has made in a span by hand: nobody wants them there
   *     any more
   * @param rest null for one that a close ends
   */
  GarbageSweep(
      KvTransactions transactions,
      KvClient client,
      Function<KeySpan, CompletionStage<?>> liftBorders,
      WallClock wall,
      MonotonicClock clock,
      @Nullable Rest rest) {
    this.transactions = transactions;
    this.client = client;
    this.liftBorders = liftBorders;
    this.wall = wall;
    this.clock = clock;
    this.rest = rest == null ? nanos -> closed.await(nanos, TimeUnit.NANOSECONDS) : rest;
  }

  void start() {
    thread.scheduleWithFixedDelay(
        this::sweep, FIRST_AFTER_SECONDS, PAUSE_SECONDS, TimeUnit.SECONDS);
  }

  /** Clears what is due now. */
  void sweep() {
    try {
      for (Garbage.Span span : due()) {
        long until = wall.millis() + CLAIM.toMillis();
        if (Garbage.claim(transactions, span, wall.millis(), until)) {
          if (clear(span.keys()) && isLifted(span.keys())) {
            forget(span);
          } else {
            Garbage.claim(transactions, span, until, wall.millis());
          }
        }
      }
    } catch (SqlException e) {
      // The cluster cannot be reached, or somebody else works on the same: later again.
      LOG.debug("garbage is left for the next sweep: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warn("garbage could not be swept; it is tried again", e);
    }
  }

  private List<Garbage.Span> due() {
    KvTransaction read = transactions.begin(DEADLINE);
    try {
      return Garbage.due(read, wall.millis(), SPANS_PER_SWEEP);
    } finally {
      read.rollback();
    }
  }

  /**
   * Deletes all keys of a span; false when that failed on the way. What there is to be deleted is
   * read first: a deletion that looks for itself would keep its range from applying anything else
   * for as long as it looks, also through all that was deleted before.
   */
  private boolean clear(KeySpan span) throws InterruptedException {
    KeySpan left = span;
    while (closed.getCount() > 0) {
      long begun = clock.nanos();
      var scan = new KvRequest.Scan(left, KEYS_PER_STEP, STEP_BYTES_MAX, false, true, null);
      if (!(ask(scan) instanceof KvResponse.Page page) || !isDeleted(page)) {
        return false;
      }
      if (page.resume() == null) {
        return true;
      }
      left = new KeySpan(page.resume(), span.end());
      rest.nanos(REST_FACTOR * (clock.nanos() - begun));
    }
    return false;
  }

  private boolean isDeleted(KvResponse.Page page) {
    List<KvRequest.Write> deletes =
        page.rows().stream().<KvRequest.Write>map(row -> new KvRequest.Delete(row.key())).toList();
    return deletes.isEmpty() || ask(new KvRequest.Batch(deletes)) instanceof KvResponse.BatchDone;
  }

  private boolean isLifted(KeySpan span) {
    return liftBorders
        .apply(span)
        .handle((done, failure) -> failure == null)
        .toCompletableFuture()
        .join();
  }

  private KvResponse ask(KvRequest request) {
    var answer = new CompletableFuture<KvResponse>();
    client.send(request, clock.nanos() + DEADLINE.toNanos(), answer::complete);
    return answer.join();
  }

  private void forget(Garbage.Span span) {
    KvTransaction write = transactions.begin(DEADLINE);
    try {
      write.delete(span.record());
      write.commit();
    } finally {
      write.rollback();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    thread.shutdownNow();
  }
}
