package dev.troupe.node.grpc;

import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Keeps everything that a stream brings. */
final class RecordingObserver<T> implements StreamObserver<T> {
  private final List<T> messages = new CopyOnWriteArrayList<>();
  private volatile boolean ended;
  private volatile @Nullable Throwable failure;

  List<T> messages() {
    return messages;
  }

  @Nullable Throwable failure() {
    return failure;
  }

  void awaitEnd() {
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> ended);
  }

  @Override
  public void onNext(T message) {
    messages.add(message);
  }

  @Override
  public void onError(Throwable cause) {
    failure = cause;
    ended = true;
  }

  @Override
  public void onCompleted() {
    ended = true;
  }
}
