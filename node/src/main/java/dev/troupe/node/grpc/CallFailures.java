package dev.troupe.node.grpc;

import dev.troupe.protocol.error.ErrorCode;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/**
 * Ends calls that have failed: at once, or after a pause when they were refused for the load. Any
 * thread; the call is ended by the caller's, after a pause by a transport's.
 */
final class CallFailures {
  private final RefusalPause pause;

  CallFailures(Supplier<? extends ScheduledExecutorService> transportThread) {
    pause = RefusalPause.on(transportThread);
  }

  void end(StreamObserver<?> call, ErrorCode code, String message) {
    if (code == ErrorCode.OVERLOADED) {
      pause.beforeTelling(() -> call.onError(StatusMapping.toStatus(code, message)));
    } else {
      call.onError(StatusMapping.toStatus(code, message));
    }
  }
}
