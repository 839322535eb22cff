package dev.troupe.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.node.FakeCluster;
import dev.troupe.node.Readiness;
import dev.troupe.node.metrics.NodeMetrics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DashboardTest {
  private static final String CANCEL = "/api/v1/sessions/cancel";

  private final FakeCluster cluster = new FakeCluster();
  private final NodeMetrics metrics = new NodeMetrics("0.1.0");
  private final FakeSql sql = new FakeSql();
  private final HttpClient client = HttpClient.newHttpClient();
  private HttpDoor door;

  @BeforeEach
  void open() throws IOException {
    door = DoorFixture.open(0, () -> Readiness.READY, cluster, metrics);
  }

  @AfterEach
  void close() {
    door.close();
    metrics.close();
    client.close();
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + path));
  }

  private HttpResponse<String> post(String path, String body) {
    return send(
        to(path)
            .header("Content-Type", "application/json")
            .header("X-Troupe-Request", "test")
            .POST(BodyPublishers.ofString(body)));
  }

  @Test
  void shouldShowSessionsOnceTheSqlPortIsOpen() {
    assertThat(send(to("/api/v1/sessions")).statusCode()).isEqualTo(503);

    door.connect(sql);

    assertThat(send(to("/api/v1/sessions")).body())
        .contains(
            "\"pid\":65538,\"user\":\"root\",\"application\":\"psql\"",
            "\"state\":\"active\",\"since\":\"2000-01-01T00:00:01.500Z\"",
            "\"statement\":\"SELECT '<b>\\n'\",\"statement_began\":\"2000-01-01T00:00:02Z\"",
            "\"application\":\"</td><script>\"",
            "\"statement\":\"\",\"statement_began\":null");
  }

  @Test
  void shouldShowWhatStatementsHaveCostMostFirst() {
    door.connect(sql);

    assertThat(send(to("/api/v1/statements")).body())
        .isEqualTo(
            "{\"statements\":[{\"id\":\"1-ffffffffffffffff-root\",\"node\":1,\"user\":\"root\",\"statement_id\":\"ffffffffffffffff\",\"statement\":\"update"
                + " \\\"<b>\\\" set n ="
                + " $1\",\"calls\":1,\"failed\":0,\"retries\":4,\"rows\":7,\"total_us\":9000,\"min_us\":9000,\"mean_us\":9000,\"max_us\":9000,\"deviation_us\":0},{\"id\":\"1-ff-reader\",\"node\":1,\"user\":\"reader\",\"statement_id\":\"ff\",\"statement\":\"select"
                + " $1\",\"calls\":2,\"failed\":1,\"retries\":0,\"rows\":2,\"total_us\":3,\"min_us\":1,\"mean_us\":2,\"max_us\":2,\"deviation_us\":1}]}\n");
  }

  @Test
  void shouldCountStatementsAnewOnRequest() {
    door.connect(sql);

    assertThat(post("/api/v1/statements/reset", "{}").body())
        .isEqualTo("{\"reset\":[1],\"silent\":[]}\n");
    assertThat(sql.statements()).isEmpty();
  }

  @Test
  void shouldShowWhatTheClusterWorksAt() {
    door.connect(sql);

    assertThat(send(to("/api/v1/jobs")).body())
        .isEqualTo(
            "{\"jobs\":[{\"id\":70,\"kind\":\"building_index\",\"table\":\"public.t\",\"name\":\"by_<v>\",\"rows\":500,\"rows_expected\":2000},{\"id\":71,\"kind\":\"validating_constraint\",\"table\":\"public.t\",\"name\":\"positive\",\"rows\":0,\"rows_expected\":null}]}\n");
  }

  @Test
  void shouldCancelStatementsOfThisNode() {
    door.connect(sql);

    HttpResponse<String> answer = post(CANCEL, "{\"node\":1,\"pid\":65538}");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("\"cancelled\":true");
    assertThat(sql.cancelled).containsExactly(65_538);
    assertThat(post(CANCEL, "{\"node\":1,\"pid\":9}").statusCode()).isEqualTo(404);
  }

  @Test
  void shouldRefuseWishesThatMakeNoSense() {
    door.connect(sql);
    for (String wish :
        new String[] {
          "",
          "[]",
          "{\"node\":1}",
          "{\"node\":{},\"pid\":1}",
          "{\"node\":-1,\"pid\":1}",
          "{\"node\":1,\"pid\":\"1 OR 1\"}",
          "{\"node\":1,\"pid\":1",
          "\"" + "x".repeat(20_000) + "\""
        }) {
      assertThat(post(CANCEL, wish).statusCode()).as(wish).isEqualTo(400);
    }
    assertThat(sql.cancelled).isEmpty();
  }

  @Test
  void shouldRefuseChangesOfOtherPages() {
    door.connect(sql);
    HttpRequest.BodyPublisher body = BodyPublishers.ofString("{\"node\":1,\"pid\":65538}");

    assertThat(send(to(CANCEL).POST(body)).statusCode()).isEqualTo(415);
    assertThat(send(to(CANCEL).header("Content-Type", "application/json").POST(body)).statusCode())
        .isEqualTo(403);
    HttpResponse<String> foreign =
        send(
            to(CANCEL)
                .header("Content-Type", "application/json")
                .header("X-Troupe-Request", "test")
                .header("Origin", "http://evil.example")
                .POST(body));
    assertThat(foreign.statusCode()).isEqualTo(403);
    assertThat(foreign.headers().map()).doesNotContainKey("access-control-allow-origin");
    assertThat(send(to(CANCEL)).statusCode()).as("by GET").isEqualTo(405);
    assertThat(sql.cancelled).isEmpty();
  }

  private void reopen(Map<String, Object> settings) throws IOException {
    door.close();
    door = DoorFixture.open(0, () -> Readiness.READY, cluster, metrics, settings);
    door.connect(sql);
  }

  private HttpRequest.Builder as(String user, String path) {
    byte[] both = (user + ":" + user).getBytes(StandardCharsets.UTF_8);
    return to(path).header("Authorization", "Basic " + Base64.getEncoder().encodeToString(both));
  }

  @Test
  void shouldAskForUsersWhereSqlDoes() throws IOException {
    reopen(Map.of("troupe.sql.authentication", "scram"));

    for (String open : List.of("/", "/charts", "/livez", "/metrics", "/api/v1/nodes")) {
      assertThat(send(to(open)).statusCode()).as(open).isEqualTo(200);
    }
    for (String users : List.of("/jobs", "/api/v1/jobs", "/settings", "/api/v1/settings")) {
      assertThat(send(to(users)).statusCode()).as(users).isEqualTo(401);
      assertThat(send(as("reader", users)).statusCode()).as(users).isEqualTo(200);
    }
    for (String superusers :
        List.of(
            "/sessions",
            "/api/v1/sessions",
            "/statements",
            "/api/v1/statements",
            "/transactions",
            "/api/v1/transactions")) {
      assertThat(send(to(superusers)).statusCode()).as(superusers).isEqualTo(401);
      assertThat(send(as("reader", superusers)).statusCode()).as(superusers).isEqualTo(403);
      assertThat(send(as("root", superusers)).statusCode()).as(superusers).isEqualTo(200);
    }
    String stream = "/api/v1/stream?topics=nodes,sessions";
    assertThat(send(to(stream)).statusCode()).isEqualTo(401);
    assertThat(send(as("reader", stream)).statusCode()).isEqualTo(403);
    assertThat(post(CANCEL, "{\"node\":1,\"pid\":65538}").statusCode()).isEqualTo(401);
    assertThat(sql.cancelled).isEmpty();
  }

  @Test
  void shouldHaveFailuresOnRequestInADemoAlone() throws IOException {
    String act = "{\"number\":1,\"deed\":\"kill\"}";
    for (String path : List.of("/chaos", "/api/v1/chaos")) {
      assertThat(send(to(path)).statusCode()).as(path).isEqualTo(404);
    }
    assertThat(post("/api/v1/chaos/act", act).statusCode()).isEqualTo(404);
    assertThat(post("/api/v1/chaos/links", "{\"cut\":true}").statusCode()).isEqualTo(404);
    assertThat(send(to("/api/v1/about")).body()).contains("\"demo\":false");

    // Port 9: nobody is there.
    String control = "http://127.0.0.1:9/0123/";
    reopen(Map.of("troupe.demo.control", control));

    assertThat(send(to("/chaos")).statusCode()).isEqualTo(200);
    assertThat(post("/api/v1/chaos/act", act).body()).contains("the demo's own process");
    assertThat(post("/api/v1/chaos/links", "{\"cut\":true}").statusCode()).isEqualTo(200);
    assertThat(send(to("/api/v1/about")).body()).contains("\"demo\":true");
    assertThat(send(to("/api/v1/settings")).body())
        .contains("\"key\":\"troupe.demo.control\",\"value\":\"(not shown)\"")
        .doesNotContain(control);
  }

  @Test
  void shouldShowSettingsAsText() {
    assertThat(send(to("/api/v1/settings")).body())
        .contains("\"key\":\"troupe.data-dir\",\"value\":\"/<b>data</b>\"")
        .contains("\"key\":\"troupe.sql.authentication\",\"value\":\"auto\",\"from\":\"default\"");
  }
}
