package dev.troupe.node.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.troupe.node.ClusterDoor;
import dev.troupe.node.Readiness;
import dev.troupe.node.metrics.NodeMetrics;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
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
    Probes probes = new Probes(readiness);
    ClusterApi api = new ClusterApi(cluster);
    routes =
        Map.ofEntries(
            Map.entry("/livez", probes::live),
            Map.entry("/readyz", probes::ready),
            Map.entry("/health", probes::health),
            Map.entry("/metrics", query -> Answer.metrics(metrics.scrape())),
            Map.entry("/api/v1/nodes", query -> api.nodes()),
            Map.entry("/api/v1/ranges", query -> api.ranges()),
            Map.entry("/api/v1/events", api::events),
            Map.entry("/", query -> Page.INDEX.answer()),
            Map.entry("/dashboard.js", query -> Page.SCRIPT.answer()),
            Map.entry("/dashboard.css", query -> Page.STYLE.answer()),
            Map.entry("/favicon.svg", query -> Page.ICON.answer()));
    server = HttpServer.create(address, BACKLOG);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** What one path answers; runs on a virtual thread and may wait. */
  @FunctionalInterface
  interface Route {
    Answer answer(String query);
  }

  /** The port that is bound, also when it was asked for as 0. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer = answer(exchange);
      answer.send(exchange);
    } catch (RuntimeException e) {
      LOG.warn("HTTP request for {} failed", exchange.getRequestURI().getPath(), e);
      throw e;
    }
  }

  private Answer answer(HttpExchange exchange) {
    String path = exchange.getRequestURI().getPath();
    Route route = path == null ? null : routes.get(path);
    if (route == null) {
      return Answer.error(
          404, "NOT_FOUND", "there is nothing at this path; see / for the dashboard");
    }
    String method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return Answer.error(405, "METHOD_NOT_ALLOWED", "only GET and HEAD are allowed here")
          .withHeader("Allow", "GET, HEAD");
    }
    String query = exchange.getRequestURI().getRawQuery();
    return route.answer(query == null ? "" : query);
  }

  private static void setDefault(String property, int value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, Integer.toString(value));
    }
  }
}
