package dev.troupe.node.grpc;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.MonotonicClock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries translated requests to the key-value port: admission before, measuring after, and the
 * loops that make one answer out of many pages. Any thread; never blocks.
 */
public final class KvDispatch {
  private final KvClient kv;
  private final Admission admission;
  private final RequestObserver<KvOperation> observer;
  private final MonotonicClock clock;
  private final long defaultTimeoutNanos;

  public KvDispatch(
      KvClient kv,
      Admission admission,
      RequestObserver<KvOperation> observer,
      MonotonicClock clock,
      long defaultTimeoutNanos) {
    this.kv = kv;
    this.admission = admission;
    this.observer = observer;
    this.clock = clock;
    this.defaultTimeoutNanos = defaultTimeoutNanos;
  }

  long now() {
    return clock.nanos();
  }

  /**
   * @param timeoutNanos what the client allows; 0 for the default
   */
  long deadline(long timeoutNanos) {
    return clock.nanos() + (timeoutNanos == 0 ? defaultTimeoutNanos : timeoutNanos);
  }

  /**
   * Sends a request whose answer is one response of the port.
   *
   * @param bytes size of the request as received
   * @param reply called exactly once, maybe before this returns
   */
  void send(
      KvOperation operation,
      KvRequest request,
      long bytes,
      long deadlineNanos,
      Consumer<KvResponse> reply) {
    KvResponse.Failed refusal = admission.enter(bytes);
    if (refusal != null) {
      observer.finished(operation, 0, refusal.code());
      reply.accept(refusal);
      return;
    }
    long begun = clock.nanos();
    kv.send(request, deadlineNanos, answer -> finish(operation, begun, bytes, answer, reply));
  }

  /** Deletes page after page; the answer counts the keys of all pages. */
  void deleteRange(
      KvRequest.DeleteRange request, long bytes, long deadlineNanos, Consumer<KvResponse> reply) {
    deleteFrom(request, 0, bytes, deadlineNanos, reply);
  }

  private void deleteFrom(
      KvRequest.DeleteRange page,
      long before,
      long bytes,
      long deadlineNanos,
      Consumer<KvResponse> reply) {
    Consumer<KvResponse> next =
        answer -> {
          if (answer instanceof KvResponse.RangeDeleted deleted) {
            long total = before + deleted.keys();
            if (deleted.resume() == null) {
              reply.accept(new KvResponse.RangeDeleted(total, null, deleted.version()));
            } else {
              KeySpan rest = new KeySpan(deleted.resume(), page.span().end());
              var more = new KvRequest.DeleteRange(rest, page.maxKeys());
              deleteFrom(more, total, bytes, deadlineNanos, reply);
            }
          } else {
            reply.accept(partial(answer, before));
          }
        };
    send(KvOperation.DELETE_RANGE, page, bytes, deadlineNanos, next);
  }

  /** A failure after some pages must not look as if nothing had happened. */
  private static KvResponse partial(KvResponse answer, long deleted) {
    if (deleted > 0 && answer instanceof KvResponse.Failed failed) {
      return new KvResponse.Failed(
          failed.code(),
          failed.message() + " (" + deleted + " keys of the span were deleted before)");
    }
    return answer;
  }

  /** One page of about the size asked for, collected from as many ranges as it takes. */
  void page(KvRequest.Scan request, long bytes, long deadlineNanos, Consumer<KvResponse> reply) {
    collect(request, new ArrayList<>(), 0, bytes, deadlineNanos, reply);
  }

  private void collect(
      KvRequest.Scan page,
      List<KvResponse.Row> rows,
      long rowBytes,
      long bytes,
      long deadlineNanos,
      Consumer<KvResponse> reply) {
    Consumer<KvResponse> next =
        answer -> {
          if (!(answer instanceof KvResponse.Page got)) {
            reply.accept(answer);
            return;
          }
          rows.addAll(got.rows());
          long collected = rowBytes + sizeOf(got.rows());
          int wanted = page.maxRows() - got.rows().size();
          KvRequest.@Nullable Scan rest = next(page, got, wanted);
          if (rest == null || wanted <= 0 || collected >= RequestLimits.SCAN_PAGE_BYTES) {
            reply.accept(new KvResponse.Page(rows, got.resume(), got.at()));
          } else {
            collect(rest, rows, collected, bytes, deadlineNanos, reply);
          }
        };
    send(KvOperation.SCAN, page, bytes, deadlineNanos, next);
  }

  /** The request for the page after this one; null when the span is done. */
  static KvRequest.@Nullable Scan next(KvRequest.Scan page, KvResponse.Page got, int maxRows) {
    if (got.resume() == null) {
      return null;
    }
    KeySpan span = page.span();
    KeySpan rest =
        page.reverse()
            ? new KeySpan(span.start(), got.resume())
            : new KeySpan(got.resume(), span.end());
    return new KvRequest.Scan(
        rest, Math.max(1, maxRows), page.maxBytes(), page.reverse(), page.keysOnly(), got.at());
  }

  private static long sizeOf(List<KvResponse.Row> rows) {
    long size = 0;
    for (KvResponse.Row row : rows) {
      size += row.key().length() + row.value().length;
    }
    return size;
  }

  private void finish(
      KvOperation operation,
      long begun,
      long bytes,
      KvResponse answer,
      Consumer<KvResponse> reply) {
    admission.leave(bytes);
    ErrorCode error = answer instanceof KvResponse.Failed failed ? failed.code() : null;
    observer.finished(operation, clock.nanos() - begun, error);
    reply.accept(answer);
  }
}
