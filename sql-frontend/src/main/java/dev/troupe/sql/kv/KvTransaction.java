package dev.troupe.sql.kv;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.TxnRequest.Lock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One transaction over keys, for a caller that may wait: a virtual thread. Not for several threads
 * at once. Failures are {@link dev.troupe.sql.error.SqlException}s with the SQLSTATE that
 * PostgreSQL's clients expect (40001, 40P01, 40003, 55P03, 57014, 53200, ...).
 */
public interface KvTransaction {
  byte @Nullable [] get(Key key, Lock lock);

  /** Values in the order of the keys; asks for all of them at once. */
  List<byte @Nullable []> getAll(List<Key> keys, Lock lock);

  /**
   * Reads a span.
   *
   * @param limit how many rows will be wanted; 0 when that is not known
   */
  default KvCursor scan(KeySpan span, boolean reverse, boolean keysOnly, long limit, Lock lock) {
    return scan(new KvScan(span, reverse, keysOnly, limit, lock));
  }

  /** Reads a span, maybe with a program. */
  KvCursor scan(KvScan scan);

  /**
   * Where ranges are believed to begin within a span, in order, without its start: a hint for who
   * has much to read. Asks nobody.
   *
   * @param max so many at most, the first ones
   */
  List<Key> borders(KeySpan span, int max);

  /** Does not wait: a failure shows at a later call, at the latest at the commit. */
  void put(Key key, byte[] value);

  /** As {@link #put}. */
  void delete(Key key);

  void savepoint(String name);

  void rollbackTo(String name);

  void release(String name);

  /**
   * Chooses when this transaction reads, unless it has begun to, and binds it: it neither reads nor
   * commits later than {@code bound}, or counts as having read {@code otherwise}, too: if others
   * have written that meanwhile it fails with 40001. Replaces an earlier bound; MAX lifts it.
   *
   * @param otherwise null: it cannot come later
   * @return when it reads; if that is later than the bound, it is not bound by it. Null when this
   *     transaction reads at times that it cannot tell beforehand
   */
  @Nullable Timestamp readsAt(Timestamp bound, @Nullable Key otherwise);

  /** Chooses when this transaction reads, unless it has begun to, and lifts its bound. */
  default @Nullable Timestamp readsAt() {
    return readsAt(Timestamp.MAX, null);
  }

  /**
   * Goes on without reading what was promised, to be called when {@link #readsAt} was given the end
   * of the promise as bound and the promise held afterwards.
   *
   * @param promise null: what was promised has been read since
   */
  void relyOn(@Nullable Reliance promise);

  /**
   * Waits for something else, as for an answer: a cancellation ends the wait.
   *
   * @return whether it has come in time
   */
  boolean awaits(CompletableFuture<?> event, Duration atMost);

  /**
   * Durable when this returns.
   *
   * @return its place in the order of all transactions; MIN when nothing was written
   */
  Timestamp commit();

  /** Never fails; may be repeated, and follow anything. */
  void rollback();

  /** Counts of what was asked, for EXPLAIN ANALYZE. */
  Counts counts();

  /**
   * Round trips, rows and bytes read, keys written.
   *
   * @param looked rows that were looked at: those read, and those that programs of scans looked at
   *     where they are
   */
  record Counts(long roundTrips, long rows, long bytes, long writes, long looked) {}
}
