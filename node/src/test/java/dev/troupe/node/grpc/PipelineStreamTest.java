package dev.troupe.node.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.troupe.node.InMemoryKv;
import dev.troupe.node.config.NodeSettings.GrpcLimits;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.v1.Answer;
import dev.troupe.v1.BatchOperation;
import dev.troupe.v1.BatchRequest;
import dev.troupe.v1.Call;
import dev.troupe.v1.CompareAndSetRequest;
import dev.troupe.v1.DeleteRangeRequest;
import dev.troupe.v1.DeleteRequest;
import dev.troupe.v1.GetRequest;
import dev.troupe.v1.PipelineRequest;
import dev.troupe.v1.PipelineResponse;
import dev.troupe.v1.PutRequest;
import dev.troupe.v1.ScanRequest;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class PipelineStreamTest {
  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private static Call put(long id, String key, String value) {
    return Call.newBuilder()
        .setId(id)
        .setPut(PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value)))
        .build();
  }

  private static Call get(long id, String key) {
    return Call.newBuilder().setId(id).setGet(GetRequest.newBuilder().setKey(bytes(key))).build();
  }

  private static PipelineRequest message(Call... calls) {
    return PipelineRequest.newBuilder().addAllCalls(List.of(calls)).build();
  }

  private static List<Answer> answers(RecordingObserver<PipelineResponse> stream) {
    return stream.messages().stream().flatMap(m -> m.getAnswersList().stream()).toList();
  }

  @Test
  void shouldAnswerTenThousandCallsOnce() throws IOException {
    InMemoryKv kv = new InMemoryKv();
    try (GrpcFixture grpc = new GrpcFixture(kv)) {
      var stream = new RecordingObserver<PipelineResponse>();
      StreamObserver<PipelineRequest> calls = grpc.kvAsync().pipeline(stream);
      for (int m = 0; m < 1000; m++) {
        PipelineRequest.Builder message = PipelineRequest.newBuilder();
        for (int i = 0; i < 10; i++) {
          int id = m * 10 + i;
          message.addCalls(put(id, "k" + id, "v" + id));
        }
        calls.onNext(message.build());
      }
      calls.onCompleted();
      stream.awaitEnd();

      assertThat(stream.failure()).isNull();
      Set<Long> ids = new HashSet<>();
      answers(stream).forEach(a -> assertThat(a.hasPut() && ids.add(a.getId())).isTrue());
      assertThat(ids).hasSize(10_000);
      assertThat(stream.messages().size()).isLessThanOrEqualTo(1000);
      assertThat(grpc.admission.requests()).isZero();
    }
  }

  @Test
  void shouldPauseBeforeItSaysNoForTheLoad() throws IOException {
    var one = new GrpcLimits(1, 96 << 20, 4096, Duration.ofSeconds(1));
    try (GrpcFixture grpc = new GrpcFixture((request, deadline, reply) -> {}, one, List.of())) {
      var stream = new RecordingObserver<PipelineResponse>();
      StreamObserver<PipelineRequest> calls = grpc.kvAsync().pipeline(stream);
      calls.onNext(message(put(0, "a", "1")));
      long begun = System.nanoTime();
      int rounds = 5;
      for (int i = 1; i <= rounds; i++) {
        int refused = 2 * i;
        calls.onNext(message(put(refused - 1, "a", "1")));
        calls.onNext(message(put(refused, "a", "1")));
        Awaitility.await().until(() -> answers(stream).size() == refused);
      }

      assertThat(System.nanoTime() - begun)
          .as("five times a client was told to come again")
          .isGreaterThanOrEqualTo(rounds * RequestLimits.REFUSAL_PAUSE_MILLIS * 1_000_000L);
      assertThat(answers(stream))
          .allMatch(answer -> answer.getFailure().getReason().equals("OVERLOADED"));
    }
  }

  @Test
  void shouldAnswerEveryKindOfRequest() throws IOException {
    try (GrpcFixture grpc = new GrpcFixture(new InMemoryKv())) {
      Call cas =
          Call.newBuilder()
              .setId(3)
              .setCompareAndSet(
                  CompareAndSetRequest.newBuilder().setKey(bytes("c")).setValue(bytes("1")))
              .build();
      Call batch =
          Call.newBuilder()
              .setId(4)
              .setBatch(
                  BatchRequest.newBuilder()
                      .addOperations(
                          BatchOperation.newBuilder()
                              .setDelete(DeleteRequest.newBuilder().setKey(bytes("c")))))
              .build();
      Call delete =
          Call.newBuilder()
              .setId(6)
              .setDelete(DeleteRequest.newBuilder().setKey(bytes("zz")))
              .build();
      Call deleteRange =
          Call.newBuilder()
              .setId(7)
              .setDeleteRange(DeleteRangeRequest.getDefaultInstance())
              .build();
      Call scan = Call.newBuilder().setId(5).setScan(ScanRequest.newBuilder().setLimit(5)).build();
      Map<Long, Answer> answers =
          exchange(
              grpc,
              message(
                  put(1, "a", "1"),
                  get(2, "a"),
                  cas,
                  batch,
                  scan,
                  delete,
                  deleteRange,
                  get(8, ""),
                  Call.newBuilder().setId(9).build()));

      assertThat(answers.get(1L).hasPut()).isTrue();
      assertThat(answers.get(2L).getGet().getValue()).isEqualTo(bytes("1"));
      assertThat(answers.get(3L).getCompareAndSet().getSwapped()).isTrue();
      assertThat(answers.get(4L).getBatch().getResults(0).hasDelete()).isTrue();
      assertThat(answers.get(5L).getScan().getRowsCount()).isEqualTo(1);
      assertThat(answers.get(6L).hasDelete()).isTrue();
      assertThat(answers.get(7L).getDeleteRange().getDeleted()).isEqualTo(1);
      assertThat(answers.get(8L).getFailure().getReason()).isEqualTo("INVALID_ARGUMENT");
      assertThat(answers.get(8L).getFailure().getRetry()).isEqualTo("NEVER");
      assertThat(answers.get(9L).getFailure().getMessage()).contains("no request");
    }
  }

  @Test
  void shouldResumeAScanWhereItsPageEnded() throws IOException {
    try (GrpcFixture grpc = new GrpcFixture(new InMemoryKv())) {
      PipelineRequest.Builder puts = PipelineRequest.newBuilder();
      for (int i = 0; i < 1500; i++) {
        puts.addCalls(put(i, "k%04d".formatted(i), ""));
      }
      exchange(grpc, puts.build());

      Answer first = scanFrom(grpc, ScanRequest.newBuilder());
      assertThat(first.getScan().getRowsCount()).isEqualTo(1000);
      ByteString resume = first.getScan().getResume();
      Answer second = scanFrom(grpc, ScanRequest.newBuilder().setStart(resume));
      assertThat(second.getScan().getRowsCount()).isEqualTo(500);
      assertThat(second.getScan().hasResume()).isFalse();
      assertThat(scanFrom(grpc, ScanRequest.newBuilder().setLimit(3)).getScan().hasResume())
          .isFalse();
    }
  }

  private static Answer scanFrom(GrpcFixture grpc, ScanRequest.Builder scan) {
    return exchange(grpc, message(Call.newBuilder().setId(1).setScan(scan).build())).get(1L);
  }

  private static Map<Long, Answer> exchange(GrpcFixture grpc, PipelineRequest message) {
    var stream = new RecordingObserver<PipelineResponse>();
    StreamObserver<PipelineRequest> calls = grpc.kvAsync().pipeline(stream);
    calls.onNext(message);
    calls.onCompleted();
    stream.awaitEnd();
    assertThat(stream.failure()).isNull();
    return answers(stream).stream().collect(Collectors.toMap(Answer::getId, Function.identity()));
  }

  @Test
  void shouldStopReadingWhenTooManyCallsWait() throws IOException {
    Queue<Consumer<KvResponse>> held = new ConcurrentLinkedQueue<>();
    GrpcLimits limits = new GrpcLimits(10_000, 1 << 20, 8, Duration.ofSeconds(1));
    try (GrpcFixture grpc =
        new GrpcFixture((request, deadline, reply) -> held.add(reply), limits, List.of())) {
      var stream = new RecordingObserver<PipelineResponse>();
      StreamObserver<PipelineRequest> calls = grpc.kvAsync().pipeline(stream);
      for (int i = 0; i < 100; i++) {
        calls.onNext(message(get(i, "k")));
      }
      calls.onCompleted();
      Awaitility.await().until(() -> held.size() == 8);
      Awaitility.await()
          .during(Duration.ofMillis(200))
          .atMost(Duration.ofSeconds(5))
          .until(() -> held.size() == 8);

      // Whatever is answered makes room for as much.
      int answered = 0;
      while (answered < 100) {
        Consumer<KvResponse> reply = Awaitility.await().until(held::poll, r -> r != null);
        reply.accept(new KvResponse.Value(null, Timestamp.MIN));
        answered++;
        assertThat(held.size()).isLessThanOrEqualTo(8);
      }
      stream.awaitEnd();
      assertThat(answers(stream)).hasSize(100);
    }
  }

  @Test
  void shouldForgetAStreamWhoseClientLeft() throws IOException {
    Queue<Consumer<KvResponse>> held = new ConcurrentLinkedQueue<>();
    try (GrpcFixture grpc = new GrpcFixture((request, deadline, reply) -> held.add(reply))) {
      var stream = new RecordingObserver<PipelineResponse>();
      StreamObserver<PipelineRequest> calls = grpc.kvAsync().pipeline(stream);
      calls.onNext(message(get(1, "a"), get(2, "b")));
      Awaitility.await().until(() -> held.size() == 2);
      calls.onError(new IllegalStateException("the client gives up"));
      stream.awaitEnd();

      held.forEach(reply -> reply.accept(new KvResponse.Value(null, Timestamp.MIN)));

      assertThat(grpc.admission.requests()).isZero();
      assertThat(exchange(grpc, PipelineRequest.getDefaultInstance())).isEmpty();
    }
  }
}
