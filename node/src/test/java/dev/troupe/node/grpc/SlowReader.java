package dev.troupe.node.grpc;

import dev.troupe.v1.TxnSessionRequest;
import dev.troupe.v1.TxnSessionResponse;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A client of a session that takes one answer, and the others only when it is told to. */
final class SlowReader implements ClientResponseObserver<TxnSessionRequest, TxnSessionResponse> {
  private @Nullable ClientCallStreamObserver<TxnSessionRequest> call;
  final AtomicInteger answers = new AtomicInteger();
  volatile boolean ended;

  @Override
  public void beforeStart(ClientCallStreamObserver<TxnSessionRequest> started) {
    call = started;
    started.disableAutoRequestWithInitial(1);
  }

  void readOn() {
    if (call != null) {
      call.request(1_000);
    }
  }

  @Override
  public void onNext(TxnSessionResponse answer) {
    answers.incrementAndGet();
  }

  @Override
  public void onError(Throwable cause) {
    ended = true;
  }

  @Override
  public void onCompleted() {
    ended = true;
  }
}
