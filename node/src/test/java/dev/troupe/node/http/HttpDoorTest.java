package dev.troupe.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.node.FakeCluster;
import dev.troupe.node.Readiness;
import dev.troupe.node.SwitchableFollowerReads;
import dev.troupe.node.config.NodeSettings.GrpcLimits;
import dev.troupe.node.config.NodeSettings.TxnLimits;
import dev.troupe.node.grpc.Admission;
import dev.troupe.node.grpc.KvOperation;
import dev.troupe.node.grpc.OpenSessions;
import dev.troupe.node.grpc.TxnMethod;
import dev.troupe.node.metrics.NodeMetrics;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.spi.SystemClocks;
import java.io.IOException;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpDoorTest {
  private final FakeCluster cluster = new FakeCluster();
  private final NodeMetrics metrics = new NodeMetrics("0.1.0");
  private final HttpClient client = HttpClient.newHttpClient();
  private volatile Readiness readiness = Readiness.notYet("no leader for r1");
  private HttpDoor door;

  @BeforeEach
  void open() throws IOException {
    metrics.watch(
        new Admission(new GrpcLimits(1, 1, 1, Duration.ofSeconds(1)), SystemClocks.monotonic()),
        () -> readiness.ready());
    door = DoorFixture.open(0, () -> readiness, cluster, metrics);
  }

  @AfterEach
  void close() {
    door.close();
    metrics.close();
    client.close();
  }

  private HttpResponse<String> send(String method, String path) {
    URI uri = URI.create("http://127.0.0.1:" + door.port() + path);
    HttpRequest request =
        HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody()).build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private HttpResponse<String> get(String path) {
    return send("GET", path);
  }

  @Test
  void shouldRefuseMoreQuestionsThanItCanAnswerButNotProbes() {
    CompletableFuture<Void> held = new CompletableFuture<>();
    cluster.held = held;
    URI nodes = URI.create("http://127.0.0.1:" + door.port() + "/api/v1/nodes");
    List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
    for (int i = 0; i < HttpDoor.QUESTIONS_MAX; i++) {
      waiting.add(
          client.sendAsync(
              HttpRequest.newBuilder(nodes).build(), HttpResponse.BodyHandlers.ofString()));
    }
    Awaitility.await().until(() -> door.questions() == HttpDoor.QUESTIONS_MAX);

    HttpResponse<String> refused = get("/api/v1/nodes");

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("Retry-After")).contains("1");
    assertThat(refused.body()).contains("OVERLOADED");
    assertThat(get("/livez").statusCode()).isEqualTo(200);
    cluster.held = null;
    held.complete(null);
    assertThat(waiting).allSatisfy(one -> assertThat(one.join().statusCode()).isEqualTo(200));
    assertThat(get("/api/v1/nodes").statusCode()).isEqualTo(200);
  }

  @Test
  void shouldBeAliveWithoutBeingReady() {
    assertThat(get("/livez").statusCode()).isEqualTo(200);
    assertThat(get("/health").statusCode()).isEqualTo(200);
    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    assertThat(get("/readyz").body()).contains("no leader for r1");
    assertThat(get("/health?ready=1").statusCode()).isEqualTo(503);

    readiness = Readiness.READY;

    assertThat(get("/readyz").statusCode()).isEqualTo(200);
    assertThat(get("/health?ready=1").statusCode()).isEqualTo(200);
  }

  @Test
  void shouldShowNodesAndRangesWithEscapedKeys() {
    assertThat(get("/api/v1/nodes").body())
        .contains(
            "\"id\":1", "\"pid\":4711", "\"address\":\"127.0.0.1:7435\"", "\"state\":\"live\"");
    String ranges = get("/api/v1/ranges").body();
    assertThat(ranges)
        .contains("\"id\":7", "\"start\":\"a\\\"<b>\\\\x01\"", "\"start_base64\":\"YSI8Yj4B\"")
        .contains("\"leader\":null", "\"replicas\":[{\"id\":1,\"node\":1,\"role\":\"leader\"");
    assertThat(get("/api/v1/ranges").headers().firstValue("Content-Type"))
        .contains("application/json; charset=utf-8");
  }

  @Test
  void shouldShowEvents() {
    assertThat(get("/api/v1/events?limit=1").body())
        .contains("\"at\":\"2023-11-14T22:13:20Z\"", "\"kind\":\"range-split\"", "\"range\":7")
        .contains("\"details\":{\"key\":\"m\"}");
    assertThat(get("/api/v1/events?limit=x").statusCode()).isEqualTo(400);
    assertThat(get("/api/v1/events?limit=0").body()).contains("from 1 to 10000");
  }

  @Test
  void shouldSayWhatIsMissingBeforeThereIsACluster() {
    cluster.initialized = false;

    HttpResponse<String> answer = get("/api/v1/nodes");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("NOT_INITIALIZED", "run troupe init");
  }

  @Test
  void shouldReportFailuresOfTheCluster() {
    cluster.failure = new TroupeException(ErrorCode.CORRUPTION, "r7 is damaged");
    assertThat(get("/api/v1/ranges").statusCode()).isEqualTo(500);

    cluster.failure = new TroupeException(ErrorCode.RANGE_UNAVAILABLE, "r1 has no leader");
    assertThat(get("/api/v1/ranges").statusCode()).isEqualTo(503);
    assertThat(get("/api/v1/ranges").body()).contains("RANGE_UNAVAILABLE", "r1 has no leader");
  }

  @Test
  void shouldAnswerUnknownPathsAndMethodsInJson() {
    HttpResponse<String> missing = get("/api/v2/%3Cscript%3E");
    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(missing.body()).contains("\"code\":\"NOT_FOUND\"").doesNotContain("<script>");

    HttpResponse<String> refused = send("POST", "/api/v1/nodes");
    assertThat(refused.statusCode()).isEqualTo(405);
    assertThat(refused.headers().firstValue("Allow")).contains("GET, HEAD");
    assertThat(refused.body()).contains("METHOD_NOT_ALLOWED");
    assertThat(send("HEAD", "/livez").statusCode()).isEqualTo(200);
    assertThat(send("HEAD", "/livez").body()).isEmpty();
  }

  @Test
  void shouldExposeMetricsInPrometheusFormat() {
    metrics.requests().finished(KvOperation.PUT, 300_000, null);
    metrics.requests().finished(KvOperation.GET, 0, ErrorCode.OVERLOADED);
    metrics.transactions().finished(TxnMethod.COMMIT, 300_000, null);
    metrics.transactions().finished(TxnMethod.EXECUTE, 0, ErrorCode.TXN_CONFLICT);
    metrics.watch(new OpenSessions(new TxnLimits(1, 1, 1, Duration.ofSeconds(1))));
    readiness = Readiness.READY;

    String text = get("/metrics").body();

    assertThat(text)
        .contains("troupe_kv_request_duration_seconds_bucket{operation=\"put\",le=\"2.0E-4\"} 0")
        .contains("troupe_kv_request_duration_seconds_bucket{operation=\"put\",le=\"5.0E-4\"} 1")
        .contains("troupe_kv_request_errors_total{operation=\"get\",reason=\"OVERLOADED\"} 1.0")
        .contains(
            "troupe_txn_request_duration_seconds_bucket{operation=\"commit\",le=\"5.0E-4\"} 1")
        .contains(
            "troupe_txn_request_errors_total{operation=\"execute\",reason=\"TXN_CONFLICT\"} 1.0")
        .contains("troupe_txn_sessions_open 0.0")
        .contains("troupe_node_ready 1.0", "jvm_memory_used_bytes", "process_uptime_seconds")
        .contains("troupe_kv_requests_in_flight 0.0", "troupe_node_version{version=\"0.1.0\"} 1.0");
  }

  @Test
  void shouldKeepWhatTheMetricsWatch() throws InterruptedException {
    metrics.watch(new OpenSessions(new TxnLimits(1, 1, 1, Duration.ofSeconds(1))));
    metrics.watch(new SwitchableFollowerReads());
    ReferenceQueue<Object> collected = new ReferenceQueue<>();
    WeakReference<Object> lastOfTheGarbage = new WeakReference<>(new Object(), collected);
    System.gc();
    assertThat(collected.remove(60_000)).isSameAs(lastOfTheGarbage);

    assertThat(get("/metrics").body())
        .contains("troupe_txn_sessions_open 0.0", "troupe_kv_requests_in_flight 0.0")
        .contains("troupe_follower_reads_total{outcome=\"served\"} 0.0");
  }

  @Test
  void shouldServeTheDashboardFromItsOwnJar() {
    HttpResponse<String> page = get("/");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Security-Policy"))
        .hasValueSatisfying(
            policy ->
                assertThat(policy)
                    .contains("default-src 'none'", "script-src 'self'", "style-src 'self'")
                    .doesNotContain("unsafe"));
    for (String file : Assets.paths()) {
      HttpResponse<String> asset = get(file);
      assertThat(asset.statusCode()).as(file).isEqualTo(200);
      // Names, which nothing is asked of: a format, the address of a node, the home of a library.
      String body = asset.body().replace("http://www.w3.org/2000/svg", "").replace("http://${", "");
      assertThat(body.replace("https://github.com/leeoniya/uPlot", ""))
          .as(file)
          .doesNotContain("http://", "https://", "innerHTML", "outerHTML", "insertAdjacent");
    }
    assertThat(page.body()).doesNotContain("style=", "onclick=", "<style", "http://", "https://");
  }

  @Test
  void shouldServeEveryFileThatAnotherOneNames() {
    Pattern named = Pattern.compile("(?:src|href)=\"(/[^\"]+)\"|from \"\\./([a-z]+\\.js)\"");
    List<String> files = new ArrayList<>(List.of("/"));
    Assets.paths().forEach(files::add);
    for (String file : files) {
      Matcher found = named.matcher(get(file).body());
      while (found.find()) {
        String path = found.group(1) == null ? "/ui/" + found.group(2) : found.group(1);
        assertThat(get(path).statusCode()).as(file + " names " + path).isEqualTo(200);
      }
    }
  }

  @Test
  void shouldSpareBrowsersWhatTheyHave() throws IOException, InterruptedException {
    HttpResponse<String> first = get("/ui/app.js");
    URI uri = URI.create("http://127.0.0.1:" + door.port() + "/ui/app.js");
    String mark = first.headers().firstValue("ETag").orElseThrow();

    HttpResponse<String> again =
        client.send(
            HttpRequest.newBuilder(uri).header("If-None-Match", mark).build(),
            HttpResponse.BodyHandlers.ofString());

    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
  }

  @Test
  void shouldRefuseGarbageAndServeOn() throws IOException {
    try (Socket socket = new Socket("127.0.0.1", door.port())) {
      socket.setSoTimeout(15_000);
      socket.getOutputStream().write("\0\1\2garbage\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      byte[] answer = socket.getInputStream().readAllBytes();
      assertThat(new String(answer, StandardCharsets.ISO_8859_1)).startsWith("HTTP/1.1 400");
    }
    assertThat(get("/livez").statusCode()).isEqualTo(200);
  }

  @Test
  void shouldRefuseAPortThatIsTaken() {
    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(
                () -> DoorFixture.open(door.port(), () -> readiness, cluster, metrics)))
        .isInstanceOf(java.net.BindException.class);
  }
}
