package dev.troupe.node.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.troupe.node.ClusterDoor;
import dev.troupe.node.Readiness;
import dev.troupe.node.metrics.NodeMetrics;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.SystemClocks;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
  private static final Duration EACH_SECOND = Duration.ofSeconds(1);
  private static final String METRICS = "/metrics";
  private static final String API = "/api/v1/";
  private static final String STREAM = API + "stream";
  private static final List<String> PAGES = List.of("/", "/nodes", "/ranges", "/events");

  static {
    setDefault("jdk.httpserver.maxConnections", CONNECTIONS_MAX);
    setDefault("sun.net.httpserver.maxReqTime", REQUEST_SECONDS_MAX);
    setDefault("sun.net.httpserver.maxRspTime", RESPONSE_SECONDS_MAX);
    // Without it an answer in two segments waits for the peer's delayed acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Route> routes;
  private final EventStreams streams;
  private final NodeMetrics metrics;

  /**
   * Binds the port and answers at once.
   *
   * @throws IOException when the port is taken or the address is not this machine's
   */
  public HttpDoor(
      InetSocketAddress address,
      Supplier<Readiness> readiness,
      ClusterDoor cluster,
      NodeMetrics metrics)
      throws IOException {
    this.metrics = metrics;
    MonotonicClock clock = SystemClocks.monotonic();
    ClusterApi api = new ClusterApi(cluster);
    List<Topic> topics =
        List.of(
            new Topic("nodes", EACH_SECOND, api::nodes),
            new Topic("ranges", EACH_SECOND, api::ranges),
            new Topic("events", EACH_SECOND, api::events));
    TopicBoard board = new TopicBoard(topics, clock);
    streams = new EventStreams(board, clock);
    routes = routes(new Probes(readiness), metrics, board, api);
    server = HttpServer.create(address, BACKLOG);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private static Map<String, Route> routes(
      Probes probes, NodeMetrics metrics, TopicBoard board, ClusterApi api) {
    Map<String, Route> routes = new HashMap<>();
    routes.put("/livez", probes::live);
    routes.put("/readyz", probes::ready);
    routes.put("/health", probes::health);
    routes.put(METRICS, request -> Answer.metrics(metrics.scrape()));
    routes.put("/_status/vars", routes.get(METRICS));
    for (String name : board.names()) {
      routes.put(API + name, request -> board.answer(name));
    }
    routes.put(API + "events", api::events);
    for (String page : PAGES) {
      routes.put(page, Assets::shell);
    }
    for (String path : Assets.paths()) {
      routes.put(path, Assets::answer);
    }
    return Map.copyOf(routes);
  }

  /** The port that is bound, also when it was asked for as 0. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** How many pages are watching. */
  int openStreams() {
    return streams.open();
  }

  @Override
  public void close() {
    streams.close();
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Request request = Request.of(exchange);
      @Nullable Answer answer =
          request.path().equals(STREAM) && request.method().equals("GET")
              ? streams.serve(request, exchange)
              : answer(request, exchange);
      if (answer != null) {
        answer.send(exchange);
      }
    } catch (RuntimeException e) {
      LOG.warn("HTTP request for {} failed", exchange.getRequestURI().getPath(), e);
      throw e;
    }
  }

  private Answer answer(Request request, HttpExchange exchange) {
    Route route = routes.get(request.path());
    if (route == null) {
      return Answer.error(
          404, "NOT_FOUND", "there is nothing at this path; see / for the dashboard");
    }
    if (!request.isRead()) {
      return Answer.error(405, "METHOD_NOT_ALLOWED", "only GET and HEAD are allowed here")
          .withHeader("Allow", "GET, HEAD");
    }
    if (request.path().equals(METRICS) && wantsOpenMetrics(exchange)) {
      return Answer.openMetrics(metrics.scrapeOpenMetrics());
    }
    try {
      return route.answer(request);
    } catch (TroupeException e) {
      return Waits.refusal(e);
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
