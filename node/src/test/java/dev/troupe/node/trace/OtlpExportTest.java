package dev.troupe.node.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.troupe.node.config.NodeSettings;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.protocol.trace.Span;
import dev.troupe.protocol.trace.TraceContext;
import dev.troupe.protocol.trace.TraceParent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A collector of a few lines, which reads the protobuf by its numbers. */
class OtlpExportTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  private record Received(String path, String authorization, byte[] body) {}

  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final AtomicInteger status = new AtomicInteger(200);
  private HttpServer collector;

  @BeforeEach
  void open() throws IOException {
    collector = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 16);
    collector.createContext("/", this::take);
    collector.start();
  }

  @AfterEach
  void close() {
    collector.stop(0);
  }

  private void take(HttpExchange exchange) {
    try (exchange) {
      received.add(
          new Received(
              exchange.getRequestURI().getPath(),
              exchange.getRequestHeaders().getFirst("Authorization"),
              exchange.getRequestBody().readAllBytes()));
      exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(status.get(), -1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Tracing tracing() {
    var otlp =
        new NodeSettings.Otlp(
            "http://127.0.0.1:" + collector.getAddress().getPort() + "/v1/traces",
            Map.of("Authorization", "Bearer x"),
            Duration.ofSeconds(5));
    return Tracing.of(
        new NodeSettings.Tracing(true, 0, 10, 2, 100, otlp),
        SystemClocks.monotonic(),
        SystemClocks.wall(),
        SystemClocks.random(),
        "0.1.0",
        () -> new NodeId(3));
  }

  private static TraceParent client() {
    return TraceParent.parse("00-" + TRACE + "-b7ad6b7169203331-01");
  }

  private static List<UnknownFieldSet> all(UnknownFieldSet message, int field) {
    return message.getField(field).getLengthDelimitedList().stream()
        .map(OtlpExportTest::message)
        .toList();
  }

  private static UnknownFieldSet message(ByteString bytes) {
    try {
      return UnknownFieldSet.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static ByteString bytes(UnknownFieldSet message, int field) {
    List<ByteString> values = message.getField(field).getLengthDelimitedList();
    return values.isEmpty() ? ByteString.EMPTY : values.getFirst();
  }

  private static String hex(UnknownFieldSet message, int field) {
    return HexFormat.of().formatHex(bytes(message, field).toByteArray());
  }

  /** KeyValue: key is 1, value 2, of which a text is 1 and a number 3. */
  private static Map<String, Object> attributes(UnknownFieldSet message, int field) {
    Map<String, Object> read = new HashMap<>();
    for (UnknownFieldSet each : all(message, field)) {
      UnknownFieldSet value = message(bytes(each, 2));
      Object plain =
          value.hasField(3)
              ? value.getField(3).getVarintList().getFirst()
              : bytes(value, 1).toStringUtf8();
      read.put(bytes(each, 1).toStringUtf8(), plain);
    }
    return read;
  }

  @Test
  void shouldSendWhatHasEndedToACollector() {
    try (Tracing tracing = tracing()) {
      Span door = tracing.begin("kv.put", "grpc", client()).with("bytes", 7);
      Span call = door.child("call").with(Span.TO, 2);
      call.fail("lost");
      door.child("never ended");
      door.end();
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> received.size() == 1);

      Received one = received.getFirst();
      assertThat(one.path()).isEqualTo("/v1/traces");
      assertThat(one.authorization()).isEqualTo("Bearer x");
      UnknownFieldSet resourceSpans = all(message(ByteString.copyFrom(one.body())), 1).getFirst();
      assertThat(attributes(message(bytes(resourceSpans, 1)), 1))
          .containsEntry("service.name", "troupe")
          .containsEntry("service.instance.id", "n3");
      List<UnknownFieldSet> spans = all(all(resourceSpans, 2).getFirst(), 2);
      assertThat(spans.stream().map(span -> bytes(span, 5).toStringUtf8()))
          .containsExactly("call", "kv.put");
      UnknownFieldSet sent = spans.get(1);
      assertThat(hex(sent, 1)).isEqualTo(TRACE);
      assertThat(hex(sent, 2)).isEqualTo(door.context().spanId());
      assertThat(hex(sent, 4)).isEqualTo("b7ad6b7169203331");
      assertThat(hex(spans.get(0), 4)).isEqualTo(door.context().spanId());
      assertThat(attributes(sent, 9))
          .containsEntry("troupe.bytes", 7L)
          .containsEntry("troupe.door", "grpc");
      long start = sent.getField(7).getFixed64List().getFirst();
      long end = sent.getField(8).getFixed64List().getFirst();
      assertThat(start).isEqualTo(door.record().startMicros() * 1_000);
      assertThat(end - start).isEqualTo(door.record().durationNanos());
      UnknownFieldSet failure = message(bytes(spans.get(0), 15));
      assertThat(failure.getField(3).getVarintList()).as("ERROR").containsExactly(2L);
      assertThat(bytes(failure, 2).toStringUtf8()).isEqualTo("lost");
    }
  }

  @Test
  void shouldSendTheRestWhenTheNodeEnds() {
    Tracing tracing = tracing();
    tracing.begin("kv.put", "grpc", client()).end();
    tracing.close();

    assertThat(received).hasSize(1);
  }

  @Test
  void shouldSendNothingOfRequestsThatAreNotSampled() {
    Tracing tracing = tracing();
    assertThat(tracing.begin("kv.put", "grpc", null)).isNull();
    tracing.close();

    assertThat(received).isEmpty();
  }

  @Test
  void shouldLoseSpansAndNothingElseWhenTheCollectorIsGone() {
    collector.stop(0);
    Tracing tracing = tracing();
    var export =
        new OtlpExport(
            new NodeSettings.Otlp("http://127.0.0.1:9/v1/traces", Map.of(), Duration.ofSeconds(1)),
            "0.1.0",
            () -> null,
            Duration.ofHours(1));
    Span span = tracing.tracer().under(new TraceContext(1, 2, 3), "range.put");
    for (int i = 0; i < OtlpExport.QUEUE_MAX + 5; i++) {
      export.offer(span);
    }

    assertThat(export.dropped()).as("of a full queue").isEqualTo(5);
    tracing.close();
    export.close();
  }
}
