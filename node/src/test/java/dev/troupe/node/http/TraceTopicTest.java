package dev.troupe.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.node.FakeCluster;
import dev.troupe.node.Readiness;
import dev.troupe.node.config.NodeSettings;
import dev.troupe.node.metrics.NodeMetrics;
import dev.troupe.node.trace.Tracing;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.protocol.trace.Span;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TraceTopicTest {
  private final Tracing tracing =
      Tracing.of(
          new NodeSettings.Tracing(true, 1, 10, 2, 100, null),
          SystemClocks.monotonic(),
          SystemClocks.wall(),
          SystemClocks.random());
  private final NodeMetrics metrics = new NodeMetrics("0.1.0");
  private final HttpClient client = HttpClient.newHttpClient();
  private HttpDoor door;

  @BeforeEach
  void open() throws IOException {
    door =
        DoorFixture.open(
            0,
            () -> Readiness.READY,
            new FakeCluster(),
            metrics,
            Map.of("troupe.sql.authentication", "trust"),
            tracing.book());
  }

  @AfterEach
  void close() {
    door.close();
    metrics.close();
    client.close();
  }

  private HttpResponse<String> get(String path) {
    try {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldListTracesAndShowOneAsATree() {
    Span span = tracing.begin("kv.put", "grpc", null).with("key", "</td><script>");
    span.child("call").with(Span.TO, 7).fail("node n7 was lost");
    String id = span.context().traceId();

    assertThat(get("/api/v1/traces").body())
        .contains("\"id\":\"" + id + "\",\"node\":1,\"name\":\"kv.put\"")
        .contains("\"duration_us\":null,\"spans_here\":2,\"kept_as_slow\":false,\"problem\":null")
        .contains("\"attributes\":{\"door\":\"grpc\",\"key\":\"</td><script>\"}");
    span.end();
    HttpResponse<String> tree = get("/api/v1/traces/" + id);
    assertThat(tree.statusCode()).isEqualTo(200);
    assertThat(tree.body())
        .contains("{\"trace\":{\"id\":\"" + id + "\"")
        .contains("\"depth\":0,\"node\":1,\"name\":\"kv.put\"")
        .contains("\"depth\":1,\"node\":1,\"name\":\"call\"")
        .contains("\"problem\":\"node n7 was lost\"")
        .contains("\"depth\":2,\"node\":7,\"name\":\"missing\"")
        .contains("\"missing\":\"n7 has recorded nothing")
        .containsOnlyOnce("\"mark\":\"bottleneck\"");
  }

  @Test
  void shouldSayWhenThereIsNoSuchTrace() {
    assertThat(get("/api/v1/traces/" + "0".repeat(31) + "1").statusCode()).isEqualTo(404);
    assertThat(get("/api/v1/traces/1").statusCode()).isEqualTo(400);
    assertThat(get("/api/v1/traces/").statusCode()).isEqualTo(400);
  }

  @Test
  void shouldSayThatNothingIsRecordedWhereItIsOff() throws IOException {
    door.close();
    door = DoorFixture.open(0, () -> Readiness.READY, new FakeCluster(), metrics);

    assertThat(get("/api/v1/traces").body()).isEqualTo("{\"traces\":[]}\n");
    assertThat(get("/api/v1/about").body()).contains("\"tracing\":false");
    assertThat(get("/api/v1/traces/" + "0".repeat(31) + "1").statusCode()).isEqualTo(404);
  }

  @Test
  void shouldOnlyShowThemToSuperusersWhereUsersAreAsked() throws IOException {
    door.close();
    door =
        DoorFixture.open(
            0,
            () -> Readiness.READY,
            new FakeCluster(),
            metrics,
            Map.of("troupe.sql.authentication", "scram"),
            tracing.book());
    door.connect(new FakeSql());

    assertThat(get("/api/v1/traces").statusCode()).isEqualTo(401);
    assertThat(get("/api/v1/traces/" + "0".repeat(31) + "1").statusCode()).isEqualTo(401);
    assertThat(get("/traces").statusCode()).isEqualTo(401);
  }
}
