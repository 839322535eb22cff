package dev.troupe.node.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.troupe.node.InMemoryKv;
import dev.troupe.node.config.NodeSettings.GrpcLimits;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.v1.BatchOperation;
import dev.troupe.v1.BatchRequest;
import dev.troupe.v1.BatchResponse;
import dev.troupe.v1.CompareAndSetRequest;
import dev.troupe.v1.CompareAndSetResponse;
import dev.troupe.v1.DeleteRangeRequest;
import dev.troupe.v1.DeleteRequest;
import dev.troupe.v1.GetRequest;
import dev.troupe.v1.PutRequest;
import dev.troupe.v1.Row;
import dev.troupe.v1.ScanRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KvGrpcServiceTest {
  private final InMemoryKv kv =
      new InMemoryKv(
          Keyspace.kv("default", "k0300".getBytes(StandardCharsets.UTF_8)),
          Keyspace.kv("default", "k0600".getBytes(StandardCharsets.UTF_8)));
  private GrpcFixture grpc;

  @BeforeEach
  void open() throws IOException {
    grpc = new GrpcFixture(kv);
  }

  @AfterEach
  void close() {
    grpc.close();
  }

  static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private static PutRequest put(String key, String value) {
    return PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value)).build();
  }

  private static GetRequest get(String key) {
    return GetRequest.newBuilder().setKey(bytes(key)).build();
  }

  private void putThousandKeys() {
    for (int i = 0; i < 1000; i++) {
      grpc.kv().put(put("k%04d".formatted(i), "v" + i));
    }
  }

  private List<String> scan(ScanRequest.Builder request) {
    List<String> keys = new ArrayList<>();
    grpc.kv()
        .scan(request.build())
        .forEachRemaining(
            page ->
                page.getRowsList().stream()
                    .map(Row::getKey)
                    .forEach(k -> keys.add(k.toStringUtf8())));
    return keys;
  }

  static void assertRefused(ErrorCode code, Runnable call, String hint) {
    StatusRuntimeException refusal = catchStatus(call);
    assertThat(refusal.getStatus().getCode()).isEqualTo(StatusMapping.statusCode(code));
    assertThat(StatusMapping.codeOf(refusal)).isEqualTo(code);
    assertThat(refusal.getStatus().getDescription()).contains(hint);
  }

  private static StatusRuntimeException catchStatus(Runnable call) {
    try {
      call.run();
    } catch (StatusRuntimeException e) {
      return e;
    }
    throw new AssertionError("the call was not refused");
  }

  @Test
  void shouldReadWhatWasWritten() {
    long first = grpc.kv().put(put("a", "1")).getVersion();
    long second = grpc.kv().put(put("a", "2")).getVersion();

    assertThat(second).isGreaterThan(first);
    assertThat(grpc.kv().get(get("a")).getValue()).isEqualTo(bytes("2"));
    assertThat(grpc.kv().get(get("a")).getVersion()).isEqualTo(second);
    assertThat(grpc.kv().get(get("b")).getFound()).isFalse();
    grpc.kv().delete(DeleteRequest.newBuilder().setKey(bytes("a")).build());
    assertThat(grpc.kv().get(get("a")).getFound()).isFalse();
  }

  @Test
  void shouldKeepNamespacesApart() {
    grpc.kv().put(put("a", "1").toBuilder().setNamespace("other").build());

    assertThat(grpc.kv().get(get("a")).getFound()).isFalse();
    assertThat(scan(ScanRequest.newBuilder())).isEmpty();
    assertThat(scan(ScanRequest.newBuilder().setNamespace("other"))).containsExactly("a");
  }

  @Test
  void shouldTellAnEmptyValueFromNone() {
    grpc.kv().put(put("a", ""));

    assertThat(grpc.kv().get(get("a")).getFound()).isTrue();
  }

  @Test
  void shouldRefuseKeysAndValuesBeyondTheLimits() {
    String longKey = "k".repeat(RequestLimits.KEY_BYTES_MAX + 1);
    byte[] largeValue = new byte[RequestLimits.VALUE_BYTES_MAX + 1];

    assertRefused(ErrorCode.INVALID_ARGUMENT, () -> grpc.kv().get(get("")), "the key is empty");
    assertRefused(ErrorCode.KEY_TOO_LARGE, () -> grpc.kv().put(put(longKey, "")), "16385 bytes");
    assertRefused(
        ErrorCode.VALUE_TOO_LARGE,
        () ->
            grpc.kv()
                .put(put("a", "").toBuilder().setValue(ByteString.copyFrom(largeValue)).build()),
        "4194305 bytes");
    assertThat(kv.requests()).isZero();
  }

  @Test
  void shouldTakeTheLargestKeyAndValue() {
    ByteString key = bytes("k".repeat(RequestLimits.KEY_BYTES_MAX));
    ByteString value = ByteString.copyFrom(new byte[RequestLimits.VALUE_BYTES_MAX]);

    grpc.kv().put(PutRequest.newBuilder().setKey(key).setValue(value).build());

    assertThat(grpc.kv().get(GetRequest.newBuilder().setKey(key).build()).getValue())
        .isEqualTo(value);
  }

  @Test
  void shouldRefuseMessagesBeyondEightMebibytesAndLiveOn() {
    ByteString huge = ByteString.copyFrom(new byte[RequestLimits.MESSAGE_BYTES_MAX + 1]);

    StatusRuntimeException refusal =
        catchStatus(
            () -> grpc.kv().put(PutRequest.newBuilder().setKey(bytes("a")).setValue(huge).build()));

    assertThat(refusal.getStatus().getCode())
        .isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.CANCELLED);
    assertThat(grpc.kv().get(get("a")).getFound()).isFalse();
  }

  @Test
  void shouldRefuseReversedBoundsAndBadNamespaces() {
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        () -> scan(ScanRequest.newBuilder().setStart(bytes("b")).setEnd(bytes("a"))),
        "reversed");
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        () ->
            grpc.kv()
                .deleteRange(
                    DeleteRangeRequest.newBuilder()
                        .setStart(bytes("b"))
                        .setEnd(bytes("b"))
                        .build()),
        "reversed");
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        () -> grpc.kv().get(get("a").toBuilder().setNamespace("a/b").build()),
        "U+002F at position 1");
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        () -> grpc.kv().get(get("a").toBuilder().setNamespace("n".repeat(256)).build()),
        "256 characters");
  }

  @Test
  void shouldScanAcrossRangesInBothDirections() {
    putThousandKeys();

    List<String> up = scan(ScanRequest.newBuilder());
    assertThat(up).hasSize(1000).isSorted();
    assertThat(scan(ScanRequest.newBuilder().setReverse(true))).isEqualTo(up.reversed());
    assertThat(scan(ScanRequest.newBuilder().setLimit(700))).isEqualTo(up.subList(0, 700));
    assertThat(
            scan(
                ScanRequest.newBuilder()
                    .setStart(bytes("k0299"))
                    .setEnd(bytes("k0602"))
                    .setReverse(true)
                    .setLimit(302)))
        .isEqualTo(up.subList(300, 602).reversed());
    assertThat(
            scan(
                ScanRequest.newBuilder()
                    .setStart(bytes("k0299"))
                    .setEnd(bytes("k0302"))
                    .setKeysOnly(true)))
        .containsExactly("k0299", "k0300", "k0301");
  }

  @Test
  void shouldDeleteASpanThatCrossesRanges() {
    putThousandKeys();
    var request =
        DeleteRangeRequest.newBuilder().setStart(bytes("k0250")).setEnd(bytes("k0650")).build();

    assertThat(grpc.kv().deleteRange(request).getDeleted()).isEqualTo(400);
    assertThat(scan(ScanRequest.newBuilder())).hasSize(600);
    assertThat(grpc.kv().deleteRange(DeleteRangeRequest.getDefaultInstance()).getDeleted())
        .isEqualTo(600);
  }

  @Test
  void shouldCompareAndSet() {
    CompareAndSetRequest create =
        CompareAndSetRequest.newBuilder().setKey(bytes("a")).setValue(bytes("1")).build();

    assertThat(grpc.kv().compareAndSet(create).getSwapped()).isTrue();
    CompareAndSetResponse refused = grpc.kv().compareAndSet(create);
    assertThat(refused.getSwapped()).isFalse();
    assertThat(refused.getCurrent()).isEqualTo(bytes("1"));
    CompareAndSetRequest delete =
        CompareAndSetRequest.newBuilder().setKey(bytes("a")).setExpected(bytes("1")).build();
    assertThat(grpc.kv().compareAndSet(delete).getSwapped()).isTrue();
    assertThat(grpc.kv().compareAndSet(delete).hasCurrent()).isFalse();
  }

  private static BatchOperation operation(PutRequest put) {
    return BatchOperation.newBuilder().setPut(put).build();
  }

  @Test
  void shouldApplyABatchAsAWholeOrNotAtAll() {
    grpc.kv().put(put("b", "old"));
    BatchOperation guard =
        BatchOperation.newBuilder()
            .setCompareAndSet(
                CompareAndSetRequest.newBuilder().setKey(bytes("b")).setValue(bytes("new")))
            .build();
    BatchOperation delete =
        BatchOperation.newBuilder()
            .setDelete(DeleteRequest.newBuilder().setKey(bytes("b")))
            .build();

    BatchResponse failed =
        grpc.kv()
            .batch(
                BatchRequest.newBuilder()
                    .addOperations(operation(put("a", "1")))
                    .addOperations(guard)
                    .build());
    assertThat(failed.getApplied()).isFalse();
    assertThat(failed.getResults(1).getCompareAndSet().getCurrent()).isEqualTo(bytes("old"));
    assertThat(grpc.kv().get(get("a")).getFound()).isFalse();

    BatchResponse applied =
        grpc.kv()
            .batch(
                BatchRequest.newBuilder()
                    .addOperations(operation(put("a", "1")))
                    .addOperations(delete)
                    .addOperations(guard)
                    .build());
    assertThat(applied.getApplied()).isTrue();
    assertThat(applied.getResults(0).hasPut()).isTrue();
    assertThat(applied.getResults(1).hasDelete()).isTrue();
    assertThat(applied.getResults(2).getCompareAndSet().getSwapped()).isTrue();
  }

  @Test
  void shouldRefuseBatchesBeyondTheLimits() {
    BatchRequest.Builder many = BatchRequest.newBuilder();
    for (int i = 0; i <= RequestLimits.BATCH_OPERATIONS_MAX; i++) {
      many.addOperations(operation(put("k" + i, "")));
    }
    ByteString threeMebibytes = ByteString.copyFrom(new byte[3 << 20]);
    BatchOperation large = operation(put("a", "").toBuilder().setValue(threeMebibytes).build());
    BatchOperation foreign = operation(put("a", "").toBuilder().setNamespace("other").build());

    assertBatchRefused(ErrorCode.BATCH_TOO_LARGE, many, "4097 operations");
    assertBatchRefused(
        ErrorCode.BATCH_TOO_LARGE,
        BatchRequest.newBuilder().addOperations(large).addOperations(large),
        "bytes");
    assertBatchRefused(ErrorCode.INVALID_ARGUMENT, BatchRequest.newBuilder(), "no operation");
    assertBatchRefused(
        ErrorCode.INVALID_ARGUMENT,
        BatchRequest.newBuilder().addOperations(BatchOperation.getDefaultInstance()),
        "operation 0");
    assertBatchRefused(
        ErrorCode.INVALID_ARGUMENT,
        BatchRequest.newBuilder().addOperations(foreign),
        "one namespace");
    assertBatchRefused(
        ErrorCode.CROSS_RANGE_BATCH,
        BatchRequest.newBuilder()
            .addOperations(operation(put("k0001", "")))
            .addOperations(operation(put("k0301", ""))),
        "several ranges");
  }

  private void assertBatchRefused(ErrorCode code, BatchRequest.Builder batch, String hint) {
    assertRefused(code, () -> grpc.kv().batch(batch.build()), hint);
  }

  @Test
  void shouldSendLargeScansInPages() {
    ByteString value = ByteString.copyFrom(new byte[100_000]);
    for (int i = 0; i < 50; i++) {
      grpc.kv().put(put("big%02d".formatted(i), "").toBuilder().setValue(value).build());
    }

    List<Integer> pages = new ArrayList<>();
    grpc.kv()
        .scan(ScanRequest.getDefaultInstance())
        .forEachRemaining(page -> pages.add(page.getRowsCount()));

    assertThat(pages).containsExactly(11, 11, 11, 11, 6);
  }

  @Test
  void shouldRefuseAtOnceWhenTooMuchIsInFlight() throws IOException {
    AtomicReference<Consumer<KvResponse>> held = new AtomicReference<>();
    try (GrpcFixture small =
        new GrpcFixture(
            (request, deadline, reply) -> held.set(reply),
            new GrpcLimits(1, 1000, 10, Duration.ofSeconds(1)),
            List.of())) {
      var slow = new RecordingObserver<dev.troupe.v1.PutResponse>();
      small.kvAsync().put(put("a", "1"), slow);
      Awaitility.await().until(() -> held.get() != null);

      assertRefused(ErrorCode.OVERLOADED, () -> small.kv().get(get("a")), "in-flight-requests");
      held.get().accept(new KvResponse.Written(new Timestamp(7)));
      slow.awaitEnd();
      assertThat(slow.messages()).hasSize(1);
      assertRefused(
          ErrorCode.OVERLOADED,
          () -> small.kv().put(put("a", "x".repeat(1000))),
          "in-flight-bytes");
      assertThat(small.admission.requests()).isZero();
      assertThat(small.admission.bytes()).isZero();
    }
  }

  /** Unanswered calls are looked for every 50 ms, and their answer has to travel. */
  @Test
  void shouldEndCallsBeforeTheClientDoesSoThatItLearnsWhy() throws IOException {
    AtomicLong left = new AtomicLong();
    MonotonicClock clock = SystemClocks.monotonic();
    try (GrpcFixture asked =
        new GrpcFixture(
            (request, deadline, reply) -> {
              left.set(deadline - clock.nanos());
              reply.accept(new KvResponse.Value(null, Timestamp.MIN));
            })) {
      asked.kv().withDeadlineAfter(3, TimeUnit.SECONDS).get(get("a"));

      assertThat(Duration.ofNanos(left.get()))
          .isBetween(Duration.ofSeconds(1), Duration.ofMillis(2_900));
    }
  }

  @Test
  void shouldReleaseItsBudgetWhenAClientGivesUp() throws IOException {
    AtomicReference<Consumer<KvResponse>> held = new AtomicReference<>();
    try (GrpcFixture slow = new GrpcFixture((request, deadline, reply) -> held.set(reply))) {
      var observer = new RecordingObserver<dev.troupe.v1.GetResponse>();
      var context = io.grpc.Context.current().withCancellation();
      context.run(() -> slow.kvAsync().get(get("a"), observer));
      Awaitility.await().until(() -> held.get() != null);
      context.cancel(null);
      observer.awaitEnd();

      held.get().accept(new KvResponse.Value(null, Timestamp.MIN));

      assertThat(slow.admission.requests()).isZero();
    }
  }

  @Test
  void shouldReportReadinessThroughTheHealthService() {
    HealthGrpc.HealthBlockingStub health = HealthGrpc.newBlockingStub(grpc.channel);
    HealthCheckRequest all = HealthCheckRequest.getDefaultInstance();

    assertThat(health.check(all).getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
    grpc.door.setReady(true);
    assertThat(health.check(all).getStatus()).isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void shouldEndGarbageConnectionsAndServeOn() throws IOException {
    for (String garbage : List.of("GET / HTTP/1.1\r\n\r\n", "\0\1\2\3garbage\n".repeat(1000))) {
      try (Socket socket = new Socket("127.0.0.1", grpc.door.port())) {
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write(garbage.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        assertThat(readToEnd(socket)).isTrue();
      }
    }
    grpc.kv().put(put("a", "1"));
  }

  private static boolean readToEnd(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    byte[] buffer = new byte[4096];
    try {
      while (in.read(buffer) >= 0) {
        // What the server says about itself before it hangs up is its own business.
      }
    } catch (java.net.SocketException reset) {
      return true;
    }
    return true;
  }
}
