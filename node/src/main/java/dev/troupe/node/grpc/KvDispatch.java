package dev.troupe.node.grpc;

import dev.troupe.node.trace.Tracing;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.FollowerReads;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.trace.Span;
import dev.troupe.range.RequestSpans;
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
  private final FollowerReads past;
  private final Admission admission;
  private final RequestObserver<KvOperation> observer;
  private final MonotonicClock clock;
  private final long defaultTimeoutNanos;
  private final @Nullable Tracing tracing;

  /** One that traces nothing. */
  public KvDispatch(
      KvClient kv,
      FollowerReads past,
      Admission admission,
      RequestObserver<KvOperation> observer,
      MonotonicClock clock,
      long defaultTimeoutNanos) {
    this(kv, past, admission, observer, clock, defaultTimeoutNanos, null);
  }

  /**
   * @param defaultTimeoutNanos for requests that come without a deadline
   * @param tracing null where it is off
   */
  public KvDispatch(
      KvClient kv,
      FollowerReads past,
      Admission admission,
      RequestObserver<KvOperation> observer,
      MonotonicClock clock,
      long defaultTimeoutNanos,
      @Nullable Tracing tracing) {
    this.kv = kv;
    this.past = past;
    this.admission = admission;
    this.observer = observer;
    this.clock = clock;
    this.defaultTimeoutNanos = defaultTimeoutNanos;
    this.tracing = tracing;
  }

  /** What a request would be refused with for the load, so that it need not be read any further. */
  KvResponse.@Nullable Failed refusal(Admission.Kind kind) {
    return admission.refusal(kind);
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
    Admission.Kind kind = Admission.Kind.of(request);
    KvResponse.Failed refusal = admission.enter(kind, bytes);
    if (refusal != null) {
      observer.finished(operation, 0, refusal.code());
      reply.accept(refusal);
      return;
    }
    long begun = clock.nanos();
    Span span = tracing == null ? null : begin(tracing, operation, request, bytes);
    KvClient way = span == null ? kv : kv.under(span);
    way.send(
        request,
        deadlineNanos,
        answer -> {
          admission.leave(kind, begun, bytes);
          if (span != null) {
            RequestSpans.end(span, answer);
          }
          finish(operation, begun, answer, reply);
        });
  }

  /** Null for a request that is not recorded. */
  private static @Nullable Span begin(
      Tracing tracing, KvOperation operation, KvRequest request, long bytes) {
    Span span = tracing.begin(operation.span(), "grpc", TraceParents.current());
    return span == null
        ? null
        : span.with("key", request.routingKey().toString()).with("bytes", bytes);
  }

  /**
   * As {@link #send}, for a read at some time.
   *
   * @param reply gets MIN and null beside the answer of a read of the newest state
   */
  void read(
      KvOperation operation,
      KvRequest.Read request,
      ReadTime time,
      long bytes,
      long deadlineNanos,
      Consumer<FollowerReads.Answer> reply) {
    if (time instanceof ReadTime.Newest) {
      send(operation, request, bytes, deadlineNanos, answer -> reply.accept(undated(answer)));
      return;
    }
    KvResponse.Failed refusal = admission.enter(Admission.Kind.READ, bytes);
    if (refusal != null) {
      observer.finished(operation, 0, refusal.code());
      reply.accept(undated(refusal));
      return;
    }
    long begun = clock.nanos();
    Span span = tracing == null ? null : begin(tracing, operation, request, bytes);
    Consumer<FollowerReads.Answer> done =
        answer -> {
          admission.leave(Admission.Kind.READ, begun, bytes);
          if (span != null) {
            RequestSpans.end(span.with("past", 1), answer.response());
          }
          finish(operation, begun, answer.response(), response -> reply.accept(answer));
        };
    if (time instanceof ReadTime.Within within) {
      past.readStale(request, within.staleness(), deadlineNanos, done);
    } else {
      past.read(request, deadlineNanos, done);
    }
  }

  private static FollowerReads.Answer undated(KvResponse answer) {
    return new FollowerReads.Answer(answer, Timestamp.MIN, null);
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
  void page(
      KvRequest.Scan request,
      ReadTime time,
      long bytes,
      long deadlineNanos,
      Consumer<FollowerReads.Answer> reply) {
    collect(request, time, new ArrayList<>(), 0, bytes, deadlineNanos, reply);
  }

  private void collect(
      KvRequest.Scan page,
      ReadTime time,
      List<KvResponse.Row> rows,
      long rowBytes,
      long bytes,
      long deadlineNanos,
      Consumer<FollowerReads.Answer> reply) {
    Consumer<FollowerReads.Answer> next =
        answer -> {
          if (!(answer.response() instanceof KvResponse.Page got)) {
            reply.accept(answer);
            return;
          }
          rows.addAll(got.rows());
          long collected = rowBytes + sizeOf(got.rows());
          int wanted = page.maxRows() - got.rows().size();
          KvRequest.@Nullable Scan rest = next(page, got, wanted);
          if (rest == null || wanted <= 0 || collected >= RequestLimits.SCAN_PAGE_BYTES) {
            reply.accept(
                new FollowerReads.Answer(
                    new KvResponse.Page(rows, got.resume(), got.at()), answer.at(), answer.node()));
          } else {
            collect(
                rest, time.afterPage(answer.at()), rows, collected, bytes, deadlineNanos, reply);
          }
        };
    read(KvOperation.SCAN, page, time, bytes, deadlineNanos, next);
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
      KvOperation operation, long begun, KvResponse answer, Consumer<KvResponse> reply) {
    ErrorCode error = answer instanceof KvResponse.Failed failed ? failed.code() : null;
    observer.finished(operation, clock.nanos() - begun, error);
    reply.accept(answer);
  }
}
