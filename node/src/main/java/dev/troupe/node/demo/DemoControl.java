package dev.troupe.node.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Lets the dashboard of a demo's nodes do things to its processes: an HTTP port on loopback, whose
 * path begins with a secret that only the nodes are told. {@code GET state} describes the nodes,
 * {@code POST NUMBER/DEED} does something to one.
 */
final class DemoControl implements AutoCloseable {
  private static final int SECRET_BYTES = 16;
  private static final int BACKLOG = 16;

  /** Does something to a node of the demo. */
  @FunctionalInterface
  interface Deeds {
    /**
     * Does it, and waits until it is done.
     *
     * @param number of the node, from 1
     * @throws DemoProblem when it cannot be done
     */
    void act(int number, DemoDeed deed);
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final String prefix;
  private final Supplier<String> state;
  private final Deeds deeds;

  /**
   * Opens the port.
   *
   * @param state the nodes in JSON
   */
  DemoControl(Supplier<String> state, Deeds deeds) throws IOException {
    byte[] secret = new byte[SECRET_BYTES];
    // It must not be guessed: no part of what a simulation replays.
    new SecureRandom().nextBytes(secret);
    this.prefix = "/" + HexFormat.of().formatHex(secret) + "/";
    this.state = state;
    this.deeds = deeds;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** What a node must be told to use this. */
  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + prefix;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      if (!path.startsWith(prefix)) {
        send(exchange, 404, "");
        return;
      }
      String wish = path.substring(prefix.length());
      boolean isPost = exchange.getRequestMethod().equals("POST");
      if (wish.equals("state") && !isPost) {
        send(exchange, 200, state.get());
      } else if (isPost) {
        act(exchange, wish.split("/"));
      } else {
        send(exchange, 404, "");
      }
    }
  }

  private void act(HttpExchange exchange, String[] wish) throws IOException {
    DemoDeed deed = wish.length == 2 ? DemoDeed.of(wish[1]) : null;
    if (deed == null || !wish[0].matches("[0-9]{1,4}")) {
      send(exchange, 400, "there is no such deed: " + String.join("/", wish));
      return;
    }
    try {
      deeds.act(Integer.parseInt(wish[0]), deed);
      send(exchange, 200, "");
    } catch (DemoProblem e) {
      send(exchange, 409, e.getMessage());
    }
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
