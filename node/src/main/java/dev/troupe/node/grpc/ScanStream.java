package dev.troupe.node.grpc;

import dev.troupe.protocol.spi.FollowerReads;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.v1.ScanResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One streaming scan: fetches a page only when the client has taken the one before, so that a slow
 * reader costs one page of memory. At most one page is on its way at any time, which orders all
 * access to the mutable fields.
 */
final class ScanStream {
  private final KvDispatch dispatch;
  private final Namespace namespace;
  private final long deadlineNanos;
  private final ServerCallStreamObserver<ScanResponse> out;

  /** The page to fetch next; taken by whoever fetches it, null while one is on its way. */
  private final java.util.concurrent.atomic.AtomicReference<KvRequest.@Nullable Scan> waiting =
      new java.util.concurrent.atomic.AtomicReference<>();

  private final AtomicBoolean cancelled = new AtomicBoolean();
  private long rowsLeft;
  private ReadTime time;

  /**
   * @param time as of when to read
   * @param rowLimit rows wanted at most
   * @param deadlineNanos for the whole scan; 0 when only each page has the default one
   */
  ScanStream(
      KvDispatch dispatch,
      Namespace namespace,
      ReadTime time,
      long rowLimit,
      long deadlineNanos,
      ServerCallStreamObserver<ScanResponse> out) {
    this.dispatch = dispatch;
    this.namespace = namespace;
    this.time = time;
    this.rowsLeft = rowLimit;
    this.deadlineNanos = deadlineNanos;
    this.out = out;
  }

  void begin(KvRequest.Scan first) {
    out.setOnCancelHandler(() -> cancelled.set(true));
    out.setOnReadyHandler(this::fetchWhenReady);
    waiting.set(first);
    fetchWhenReady();
  }

  private void fetchWhenReady() {
    if (cancelled.get() || !out.isReady()) {
      return;
    }
    KvRequest.Scan page = waiting.getAndSet(null);
    if (page != null) {
      long deadline = deadlineNanos == 0 ? dispatch.deadline(0) : deadlineNanos;
      dispatch.read(KvOperation.SCAN, page, time, 0, deadline, answer -> onAnswer(page, answer));
    }
  }

  private void onAnswer(KvRequest.Scan page, FollowerReads.Answer answer) {
    if (cancelled.get()) {
      return;
    }
    if (answer.response() instanceof KvResponse.Failed failed) {
      out.onError(StatusMapping.toStatus(failed));
    } else if (answer.response() instanceof KvResponse.Page got) {
      onPage(page, got, answer);
    } else {
      out.onError(StatusMapping.toStatus(KvEncoder.unexpected(answer.response())));
    }
  }

  private void onPage(KvRequest.Scan page, KvResponse.Page got, FollowerReads.Answer answer) {
    if (!got.rows().isEmpty()) {
      out.onNext(KvEncoder.rows(namespace, got.rows(), answer));
    }
    rowsLeft -= got.rows().size();
    time = time.afterPage(answer.at());
    int wanted = (int) Math.min(rowsLeft, RequestLimits.SCAN_PAGE_ROWS);
    KvRequest.Scan next = wanted <= 0 ? null : KvDispatch.next(page, got, wanted);
    if (next == null) {
      out.onCompleted();
    } else {
      waiting.set(next);
      fetchWhenReady();
    }
  }
}
