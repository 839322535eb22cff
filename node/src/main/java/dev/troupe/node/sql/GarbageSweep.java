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
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clears what is left of dropped tables and indexes, and of bulk loads that were never committed.
 * Every node does so, in small steps; two that meet do the same twice. Blocks a thread of its own.
 */
final class GarbageSweep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GarbageSweep.class);
  private static final long FIRST_AFTER_SECONDS = 60;

  /** Looking wakes ranges that sleep: an idle cluster should not be woken all the time. */
  private static final long PAUSE_SECONDS = 600;

  private static final int SPANS_PER_SWEEP = 64;
  private static final int KEYS_PER_STEP = 2_000;
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final KvTransactions transactions;
  private final KvClient client;
  private final WallClock wall;
  private final MonotonicClock clock;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("sql-garbage").factory());

  GarbageSweep(KvTransactions transactions, KvClient client, WallClock wall, MonotonicClock clock) {
    this.transactions = transactions;
    this.client = client;
    this.wall = wall;
    this.clock = clock;
  }

  void start() {
    thread.scheduleWithFixedDelay(
        this::sweep, FIRST_AFTER_SECONDS, PAUSE_SECONDS, TimeUnit.SECONDS);
  }

  /** Clears what is due now. */
  void sweep() {
    try {
      for (Garbage.Span span : due()) {
        if (clear(span.keys())) {
          forget(span);
        }
      }
    } catch (SqlException e) {
      // The cluster cannot be reached, or somebody else works on the same: later again.
      LOG.debug("garbage is left for the next sweep: {}", e.getMessage());
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

  /** Deletes all keys of a span; false when that failed on the way. */
  private boolean clear(KeySpan span) {
    KeySpan rest = span;
    while (!Thread.currentThread().isInterrupted()) {
      var answer = new CompletableFuture<KvResponse>();
      client.send(
          new KvRequest.DeleteRange(rest, KEYS_PER_STEP),
          clock.nanos() + DEADLINE.toNanos(),
          answer::complete);
      if (!(answer.join() instanceof KvResponse.RangeDeleted deleted)) {
        return false;
      }
      if (deleted.resume() == null) {
        return true;
      }
      rest = new KeySpan(deleted.resume(), span.end());
    }
    return false;
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
    thread.shutdownNow();
  }
}
