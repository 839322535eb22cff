package dev.troupe.node.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.troupe.node.ClusterDoor;
import dev.troupe.node.Readiness;
import dev.troupe.node.config.NodeSettings;
import dev.troupe.node.demo.LinkSwitch;
import dev.troupe.node.metrics.MeterSampler;
import dev.troupe.node.metrics.NodeMetrics;
import dev.troupe.node.sql.SqlActivity;
import dev.troupe.node.trace.TraceBook;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.spi.LocalRanges;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.NodeQuestions;
import dev.troupe.protocol.spi.OpenTransactions;
import dev.troupe.protocol.spi.WallClock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP port: probes, metrics, JSON API and dashboard.
 *
 * <p>The JDK's own server and not Pekko HTTP: it must answer before any actor system exists and
 * while the node's actor system is started anew, it serves a few requests a second, and a second
 * actor system for that costs about a second of CPU at start and 40 MB. Each exchange has a virtual
 * thread, so a slow reader holds up nobody; the number of connections is bounded.
 */
public final class HttpDoor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpDoor.class);
  private static final int CONNECTIONS_MAX = 512;
  private static final int REQUEST_SECONDS_MAX = 10;
  private static final int RESPONSE_SECONDS_MAX = 60;
  private static final int BACKLOG = 128;

  /**
   * Questions about the cluster that wait for answers; probes, metrics and streams do not count.
   */
  static final int QUESTIONS_MAX = 32;

  private static final int LOOK_FOR_SLOW_ONES_MILLIS = 5_000;
  private static final String METRICS = "/metrics";
  private static final int BODY_BYTES_MAX = 16 << 10;
  private static final String API = "/api/v1/";
  private static final String STREAM = API + "stream";

  static {
    setDefault("jdk.httpserver.maxConnections", CONNECTIONS_MAX);
    setDefault("sun.net.httpserver.maxReqTime", REQUEST_SECONDS_MAX);
    setDefault("sun.net.httpserver.maxRspTime", RESPONSE_SECONDS_MAX);
    // How often it looks for those that take longer: every second would wake an idle node.
    setDefault("sun.net.httpserver.timerMillis", LOOK_FOR_SLOW_ONES_MILLIS);
    // Without it an answer in two segments waits for the peer's delayed acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Dashboard dashboard;
  private final Map<String, Route> probes;
  private final EventStreams streams;
  private final NodeMetrics metrics;
  private final MeterSampler sampler;
  private final AtomicInteger questions = new AtomicInteger();
  private final Entrance entrance;
  private final AtomicReference<@Nullable SqlActivity> sql = new AtomicReference<>();

  /**
   * What the door shows.
   *
   * @param traces null where nothing is traced
   */
  public record Inside(
      Supplier<Readiness> readiness,
      ClusterDoor cluster,
      NodeQuestions questions,
      LocalRanges ranges,
      OpenTransactions transactions,
      NodeMetrics metrics,
      NodeSettings settings,
      LinkSwitch links,
      @Nullable TraceBook traces,
      WallClock wall,
      MonotonicClock clock) {}

  /**
   * Binds the port and answers at once.
   *
   * @throws IOException when the port is taken or the address is not this machine's
   */
  public HttpDoor(InetSocketAddress address, Inside inside) throws IOException {
    server = HttpServer.create(address, BACKLOG);
    NodeSettings settings = inside.settings();
    sampler = new MeterSampler(inside.metrics(), inside.ranges(), inside.wall(), inside.clock());
    dashboard = new Dashboard(inside, sampler, sql::get, threads);
    streams = new EventStreams(dashboard.board(), inside.clock());
    entrance =
        new Entrance(
            settings.sql().authentication(),
            List.of(settings.network().listenAddress(), settings.network().advertiseAddress()),
            sql::get);
    metrics = inside.metrics();
    Probes answers = new Probes(inside.readiness());
    Route figures = request -> Answer.metrics(metrics.scrape());
    probes =
        Map.of(
            "/livez",
            answers::live,
            "/readyz",
            answers::ready,
            "/health",
            answers::health,
            METRICS,
            figures,
            "/_status/vars",
            figures);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** The SQL port is open now: shows its sessions, and knows users from now on. */
  public void connect(SqlActivity open) {
    sql.set(open);
  }

  /** The port that is bound, also when it was asked for as 0. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** How many questions about the cluster wait for answers. */
  int questions() {
    return questions.get();
  }

  /** How many pages are watching. */
  int openStreams() {
    return streams.open();
  }

  @Override
  public void close() {
    streams.close();
    sampler.close();
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Request request = Request.of(exchange);
      Answer answer =
          request.path().equals(STREAM) && request.method().equals("GET")
              ? stream(request, exchange)
              : answer(request, exchange);
      if (answer != null) {
        answer.send(exchange);
      }
    } catch (RuntimeException e) {
      LOG.warn("HTTP request for {} failed", exchange.getRequestURI().getPath(), e);
      throw e;
    }
  }

  private @Nullable Answer stream(Request request, HttpExchange exchange) throws IOException {
    Answer refusal = entrance.refusal(request, streams.access(request));
    return refusal == null ? streams.serve(request, exchange) : refusal;
  }

  private Answer answer(Request request, HttpExchange exchange) throws IOException {
    if (!request.path().startsWith(API)) {
      return routed(request, exchange);
    }
    // Each question may ask all nodes: many at once would be load like any other.
    try {
      if (questions.incrementAndGet() > QUESTIONS_MAX) {
        return Waits.refusal(
            new TroupeException(
                ErrorCode.OVERLOADED,
                "this node answers " + QUESTIONS_MAX + " questions already; ask again later"));
      }
      return routed(request, exchange);
    } finally {
      questions.decrementAndGet();
    }
  }

  private Answer routed(Request request, HttpExchange exchange) throws IOException {
    Route route = probes.getOrDefault(request.path(), dashboard.route(request.path()));
    Change change = dashboard.change(request.path());
    if (route == null && change == null) {
      return Answer.error(
          404, "NOT_FOUND", "there is nothing at this path; see / for the dashboard");
    }
    if (request.isRead() && request.path().equals(METRICS) && wantsOpenMetrics(exchange)) {
      return Answer.openMetrics(metrics.scrapeOpenMetrics());
    }
    try {
      if (request.isRead() && route != null) {
        Answer refusal = entrance.refusal(request, dashboard.access(request.path()));
        return refusal == null ? route.answer(request) : refusal;
      }
      if (request.method().equals("POST") && change != null) {
        Answer refusal = entrance.refusal(request, Access.SUPERUSERS);
        return refusal == null ? change.make(wish(exchange)) : refusal;
      }
    } catch (TroupeException e) {
      return Waits.refusal(e);
    }
    String allowed = route == null ? "POST" : "GET, HEAD";
    return Answer.error(405, "METHOD_NOT_ALLOWED", "only " + allowed + " are allowed here")
        .withHeader("Allow", allowed);
  }

  private static Map<String, String> wish(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX + 1);
    if (body.length > BODY_BYTES_MAX) {
      throw new TroupeException(
          ErrorCode.INVALID_ARGUMENT, "more than " + BODY_BYTES_MAX + " bytes are no wish");
    }
    try {
      return Json.fields(body);
    } catch (IOException e) {
      throw new TroupeException(
          ErrorCode.INVALID_ARGUMENT, "the body is no object of texts and numbers in JSON");
    }
  }

  private static boolean wantsOpenMetrics(HttpExchange exchange) {
    String accepted = exchange.getRequestHeaders().getFirst("Accept");
    return accepted != null && accepted.contains("application/openmetrics-text");
  }

  private static void setDefault(String property, int value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, Integer.toString(value));
    }
  }
}
