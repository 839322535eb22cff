package dev.troupe.node.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.node.InMemoryKv;
import dev.troupe.node.InMemoryTransactions;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.v1.TxnFailure;
import dev.troupe.v1.TxnSessionRequest;
import dev.troupe.v1.TxnSessionResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A client of one session stream, and the port behind it. */
abstract class TxnSessionFixture {
  final InMemoryKv kv = new InMemoryKv();
  final InMemoryTransactions transactions = new InMemoryTransactions(kv);
  final RecordingObserver<TxnSessionResponse> answers = new RecordingObserver<>();
  GrpcFixture grpc;

  @BeforeEach
  void open() throws IOException {
    grpc = new GrpcFixture(transactions, GrpcFixture.LIMITS, GrpcFixture.TXN_LIMITS);
  }

  @AfterEach
  void close() {
    grpc.close();
  }

  StreamObserver<TxnSessionRequest> send(TxnSessionRequest... requests) {
    StreamObserver<TxnSessionRequest> stream = grpc.txnAsync().session(answers);
    for (TxnSessionRequest request : requests) {
      stream.onNext(request);
    }
    return stream;
  }

  void awaitAnswers(int count) {
    Awaitility.await().until(() -> answers.messages().size() == count);
  }

  TxnSessionResponse answer(long id) {
    return answers.messages().stream().filter(a -> a.getId() == id).findFirst().orElseThrow();
  }

  TxnFailure failure(long id) {
    assertThat(answer(id).hasFailure()).as("answer %d: %s", id, answer(id)).isTrue();
    return answer(id).getFailure();
  }

  InMemoryTransactions.InMemorySession session() {
    return transactions.sessions.getFirst();
  }

  Queue<Runnable> hold() {
    Queue<Runnable> held = new ConcurrentLinkedQueue<>();
    transactions.held = held;
    return held;
  }

  static void runNext(Queue<Runnable> held) {
    Awaitility.await().until(held::poll, run -> run != null).run();
  }

  @Nullable String stored(String key) {
    AtomicReference<KvResponse> found = new AtomicReference<>();
    kv.send(
        new KvRequest.Get(Keyspace.kv("default", key.getBytes(StandardCharsets.UTF_8))),
        0,
        found::set);
    byte @Nullable [] value = ((KvResponse.Value) found.get()).value();
    return value == null ? null : new String(value, StandardCharsets.UTF_8);
  }

  /** What the stream holds must not outlive it. */
  void assertNothingHeld() {
    assertThat(grpc.sessions.count()).isZero();
    assertThat(grpc.admission.requests()).isZero();
    assertThat(grpc.admission.bytes()).isZero();
  }
}
