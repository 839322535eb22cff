package dev.troupe.node.demo;

import dev.troupe.node.config.Ports;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** Does to a demo's nodes what people at their dashboard want to see survived. Any thread. */
final class DemoFailures implements AutoCloseable {
  private static final int MILLIS_MAX = 5_000;

  /** Starts a node's process again, on its data. */
  @FunctionalInterface
  interface Starter {
    DemoNode start(int number, String control);
  }

  private final List<DemoNode> nodes;
  private final Starter starter;
  private final DemoControl control;
  private final ReentrantLock acting = new ReentrantLock();
  private final Set<Integer> isolated = ConcurrentHashMap.newKeySet();
  private boolean ready;
  private boolean closed;

  /**
   * Opens the port that nodes ask at.
   *
   * @param nodes the demo's, in which a node that was started again takes its old place
   */
  DemoFailures(List<DemoNode> nodes, Starter starter) throws IOException {
    this.nodes = nodes;
    this.starter = starter;
    this.control = new DemoControl(this::state, this::act);
  }

  String address() {
    return control.address();
  }

  /** The demo is complete: from now on its nodes may be failed. */
  void begin() {
    acting.lock();
    try {
      ready = true;
    } finally {
      acting.unlock();
    }
  }

  private String state() {
    var list = new StringJoiner(",", "[", "]");
    for (int i = 0; i < nodes.size(); i++) {
      DemoNode node = nodes.get(i);
      Ports ports = node.ports();
      String state = !node.isAlive() ? "killed" : node.isPaused() ? "paused" : "running";
      list.add(
          ("{\"id\":%d,\"pid\":%d,\"grpc_address\":\"127.0.0.1:%d\",\"http_address\":\"127.0.0.1:%d\","
               + "\"state\":\"%s\",\"isolated\":%b}")
              .formatted(
                  i + 1,
                  node.pid(),
                  ports.grpc(),
                  ports.http(),
                  state,
                  node.isAlive() && isolated.contains(i + 1)));
    }
    return list.toString();
  }

  private void act(int number, DemoDeed deed) {
    if (number < 1 || number > nodes.size()) {
      throw new DemoProblem("this demo has no node " + number, "");
    }
    acting.lock();
    try {
      if (closed || !ready) {
        throw new DemoProblem(
            closed ? "the demo is ending" : "the demo is starting: wait until it is ready", "");
      }
      act(number, nodes.get(number - 1), deed);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoProblem("the demo is ending", "");
    } finally {
      acting.unlock();
    }
  }

  private void act(int number, DemoNode node, DemoDeed deed) throws InterruptedException {
    boolean alive = node.isAlive();
    if (alive == (deed == DemoDeed.START)) {
      throw new DemoProblem(
          "node %d %s".formatted(number, alive ? "runs already" : "does not run: start it first"),
          "");
    }
    switch (deed) {
      case KILL -> node.kill();
      case START -> {
        nodes.set(number - 1, starter.start(number, address()));
        isolated.remove(number);
      }
      case PAUSE -> node.pause(true);
      case RESUME -> node.pause(false);
      case ISOLATE, RECONNECT -> isolate(number, node, deed == DemoDeed.ISOLATE);
    }
  }

  /** The node itself loses what comes and goes. */
  private void isolate(int number, DemoNode node, boolean cut) {
    try {
      var connection =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + node.ports().http() + "/api/v1/chaos/links")
                  .toURL()
                  .openConnection();
      connection.setRequestMethod("POST");
      connection.setConnectTimeout(MILLIS_MAX);
      connection.setReadTimeout(MILLIS_MAX);
      connection.setDoOutput(true);
      connection.setRequestProperty("Content-Type", "application/json");
      connection.setRequestProperty("X-Troupe-Request", "demo");
      try (var out = connection.getOutputStream()) {
        out.write("{\"cut\":%b}".formatted(cut).getBytes(StandardCharsets.US_ASCII));
      }
      if (connection.getResponseCode() != 200) {
        throw new IOException("status " + connection.getResponseCode());
      }
    } catch (IOException e) {
      throw new DemoProblem("node %d does not answer: %s".formatted(number, e.getMessage()), "");
    }
    if (cut) {
      isolated.add(number);
    } else {
      isolated.remove(number);
    }
  }

  @Override
  public void close() {
    acting.lock();
    try {
      closed = true;
    } finally {
      acting.unlock();
    }
    control.close();
  }
}
