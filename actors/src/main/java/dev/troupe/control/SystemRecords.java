package dev.troupe.control;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.MonotonicClock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Records of the system range, asked for by stages. They fail with {@link TroupeException}. Any
 * thread; never blocks.
 */
public final class SystemRecords {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(4);
  private static final int ATTEMPTS_MAX = 3;
  private static final int PAGE_ROWS = 256;
  private static final int PAGE_BYTES = 1 << 20;

  private final KvClient kv;
  private final MonotonicClock clock;

  public SystemRecords(KvClient kv, MonotonicClock clock) {
    this.kv = kv;
    this.clock = clock;
  }

  /** Null when there is none. */
  CompletionStage<byte @Nullable []> get(Key key) {
    return ask(new KvRequest.Get(key)).thenApply(answer -> ((KvResponse.Value) answer).value());
  }

  /** Writes that may be repeated without harm, all or none. */
  CompletionStage<Void> put(List<KvRequest.Write> writes) {
    return ask(new KvRequest.Batch(writes)).thenApply(done -> null);
  }

  /**
   * Replaces a record if it is as expected, and writes what belongs to it, all or nothing. An
   * unknown outcome is found out by trying again: so {@code next} must be a content that nobody
   * else ever writes there.
   *
   * @return null when it is done; otherwise what was found in its place
   */
  CompletionStage<@Nullable Found> swap(
      Key key, byte @Nullable [] expected, byte[] next, List<KvRequest.Write> more) {
    var writes = new ArrayList<KvRequest.Write>(more.size() + 1);
    writes.add(new KvRequest.CompareAndSet(key, expected, next));
    writes.addAll(more);
    return ask(new KvRequest.Batch(writes))
        .thenApply(
            answer -> {
              var done = (KvResponse.BatchDone) answer;
              if (done.applied()) {
                return null;
              }
              byte @Nullable [] current =
                  ((KvResponse.Compared) done.results().getFirst()).current();
              // An earlier attempt whose answer was lost.
              return Arrays.equals(current, next) ? null : new Found(current);
            });
  }

  /**
   * What a record holds.
   *
   * @param value null: there is none
   */
  record Found(byte @Nullable [] value) {}

  /** Removes keys for good, page by page from the first on. */
  CompletionStage<Void> delete(KeySpan span) {
    return ask(new KvRequest.DeleteRange(span, PAGE_ROWS))
        .thenCompose(
            answer -> {
              Key resume = ((KvResponse.RangeDeleted) answer).resume();
              return resume == null
                  ? CompletableFuture.completedStage(null)
                  : delete(new KeySpan(resume, span.end()));
            });
  }

  /**
   * Gives rows of a span one after the other, as of one moment for each page.
   *
   * @param rowsMax ends after so many
   */
  CompletionStage<Void> each(
      KeySpan span, boolean reverse, boolean keysOnly, long rowsMax, Consumer<KvResponse.Row> row) {
    int rows = (int) Math.min(PAGE_ROWS, rowsMax);
    if (rows <= 0) {
      return CompletableFuture.completedStage(null);
    }
    return ask(new KvRequest.Scan(span, rows, PAGE_BYTES, reverse, keysOnly, null))
        .thenCompose(
            answer -> {
              var page = (KvResponse.Page) answer;
              page.rows().forEach(row);
              Key resume = page.resume();
              if (resume == null) {
                return CompletableFuture.completedStage(null);
              }
              KeySpan rest =
                  reverse ? new KeySpan(span.start(), resume) : new KeySpan(resume, span.end());
              return each(rest, reverse, keysOnly, rowsMax - page.rows().size(), row);
            });
  }

  private CompletionStage<KvResponse> ask(KvRequest request) {
    var answer = new CompletableFuture<KvResponse>();
    attempt(request, ATTEMPTS_MAX, answer);
    return answer;
  }

  /** Everything asked here may be repeated; what did not happen was repeated by the gateway. */
  private void attempt(KvRequest request, int attempts, CompletableFuture<KvResponse> answer) {
    kv.send(
        request,
        clock.nanos() + PATIENCE_NANOS,
        response -> {
          if (!(response instanceof KvResponse.Failed failed)) {
            answer.complete(response);
          } else if (failed.code() == ErrorCode.AMBIGUOUS && attempts > 1) {
            attempt(request, attempts - 1, answer);
          } else {
            answer.completeExceptionally(failed.toException());
          }
        });
  }
}
