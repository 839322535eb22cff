package dev.troupe.client;

import com.google.protobuf.ByteString;
import dev.troupe.v1.CompareAndSetRequest;
import dev.troupe.v1.DeleteRequest;
import dev.troupe.v1.GetRequest;
import dev.troupe.v1.KvGrpc;
import dev.troupe.v1.PutRequest;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Single keys without transactions; each operation is linearizable. Any thread.
 *
 * <p>A read is repeated until there is an answer. A write is repeated only when nothing has
 * happened: when its answer was lost, it fails with the retry class UNKNOWN_OUTCOME, and only a
 * read can tell. Whoever wants to know for certain uses {@link TroupeClient#execute}.
 */
public final class KeyValueStore {
  private final ClientContext context;
  private final TransactionOptions options;
  private final String namespace;

  KeyValueStore(ClientContext context, TransactionOptions options) {
    this.context = context;
    this.options = options;
    this.namespace = context.namespaceOr(options.namespace());
  }

  /** The value of a key, or null when there is none. */
  public byte @Nullable [] get(byte[] key) {
    GetRequest request =
        GetRequest.newBuilder().setKey(ByteString.copyFrom(key)).setNamespace(namespace).build();
    return Messages.value(call(KvGrpc.getGetMethod(), request, true));
  }

  /**
   * Sets the value of a key.
   *
   * @return the version that it got
   */
  public long put(byte[] key, byte[] value) {
    PutRequest request =
        PutRequest.newBuilder()
            .setKey(ByteString.copyFrom(key))
            .setValue(ByteString.copyFrom(value))
            .setNamespace(namespace)
            .build();
    return call(KvGrpc.getPutMethod(), request, false).getVersion();
  }

  /** Removes a key, if it is there. */
  public void delete(byte[] key) {
    call(
        KvGrpc.getDeleteMethod(),
        DeleteRequest.newBuilder().setKey(ByteString.copyFrom(key)).setNamespace(namespace).build(),
        false);
  }

  /**
   * Changes a key if it is as expected.
   *
   * @param expected null: the key must not exist
   * @param value null: removes the key
   * @return whether it was
   */
  public boolean compareAndSet(byte[] key, byte @Nullable [] expected, byte @Nullable [] value) {
    CompareAndSetRequest.Builder request =
        CompareAndSetRequest.newBuilder().setKey(ByteString.copyFrom(key)).setNamespace(namespace);
    if (expected != null) {
      request.setExpected(ByteString.copyFrom(expected));
    }
    if (value != null) {
      request.setValue(ByteString.copyFrom(value));
    }
    return call(KvGrpc.getCompareAndSetMethod(), request.build(), false).getSwapped();
  }

  private <Q, A> A call(MethodDescriptor<Q, A> method, Q request, boolean harmless) {
    long deadline = context.now() + options.deadline().toNanos();
    Backoff backoff = new Backoff(context.random());
    for (int attempt = 1; ; attempt++) {
      Endpoints.Endpoint endpoint = context.endpoints().current();
      SentMark sent = new SentMark();
      TroupeClientException failure;
      try {
        return once(method, request, endpoint, sent, deadline);
      } catch (StatusRuntimeException e) {
        TroupeClientException told = Failures.of(e.getStatus(), e.getTrailers());
        failure = harmless || !sent.isSent() ? Failures.nothingHappened(told) : told;
      }
      if (Failures.isNodeGone(failure)) {
        context.endpoints().gone(endpoint);
      }
      long pause = backoff.nextNanos();
      boolean timeLeft = context.now() + pause - deadline < 0;
      if (!Failures.mayRunAgain(failure) || !timeLeft || attempt >= options.attemptsMax()) {
        throw failure;
      }
      options.onRetry().accept(failure);
      context.pause(pause);
    }
  }

  private <Q, A> A once(
      MethodDescriptor<Q, A> method,
      Q request,
      Endpoints.Endpoint endpoint,
      SentMark sent,
      long deadline) {
    long patience =
        Math.clamp(
            deadline - context.now(), TimeUnit.MILLISECONDS.toNanos(1), context.answerNanos());
    return ClientCalls.blockingUnaryCall(
        endpoint.channel(),
        method,
        CallOptions.DEFAULT
            .withDeadlineAfter(patience, TimeUnit.NANOSECONDS)
            .withStreamTracerFactory(sent),
        request);
  }
}
