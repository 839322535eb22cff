package dev.troupe.cluster;

import dev.troupe.protocol.model.NodeId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.apache.pekko.actor.Address;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns within milliseconds that the process of another node has ended: holds one idle connection
 * to the cluster port of each. When a process ends, however it does, its kernel closes the
 * connection; when the port then refuses a new one, the process is gone.
 *
 * <p>Hints only: a machine that loses its power or its network says nothing, and is found out by
 * its silence. Costs a socket for each other node, and no CPU while nothing happens. Any thread.
 */
final class Lifelines implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Lifelines.class);
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
  private static final Duration PAUSE_MIN = Duration.ofMillis(50);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(2);

  private final BiConsumer<NodeId, Address> processGone;
  private final Map<NodeId, Line> lines = new ConcurrentHashMap<>();

  /**
   * Holds nothing yet.
   *
   * @param processGone told once for each process that ended, on a thread that may block shortly
   */
  Lifelines(BiConsumer<NodeId, Address> processGone) {
    this.processGone = processGone;
  }

  /** A node can be reached at this address. Nothing happens when it is held there already. */
  void hold(NodeId node, Address address) {
    lines.compute(
        node,
        (id, old) -> {
          if (old != null && old.address.equals(address)) {
            return old;
          }
          if (old != null) {
            old.release();
          }
          Line line = new Line(node, address);
          Thread.ofVirtual().name("lifeline-" + node).start(line);
          return line;
        });
  }

  /** A node is no member under this address any more. */
  void release(NodeId node, Address address) {
    lines.computeIfPresent(
        node,
        (id, line) -> {
          if (!line.address.equals(address)) {
            return line;
          }
          line.release();
          return null;
        });
  }

  /** Closes all connections. */
  @Override
  public void close() {
    lines.values().forEach(Line::release);
    lines.clear();
  }

  private final class Line implements Runnable {
    private final NodeId node;
    private final Address address;
    private final CountDownLatch released = new CountDownLatch(1);
    private volatile Socket socket = new Socket();

    Line(NodeId node, Address address) {
      this.node = node;
      this.address = address;
    }

    void release() {
      released.countDown();
      closeQuietly(socket);
    }

    @Override
    public void run() {
      String host = address.getHost().orElse("");
      int port = address.getPort().orElse(0);
      Duration pause = PAUSE_MIN;
      boolean reported = false;
      try {
        do {
          if (holdUntilItEnds(host, port)) {
            pause = PAUSE_MIN;
            reported = false;
          }
          if (!isReleased()
              && !reported
              && PortProbe.ask(host, port, CONNECT_LIMIT) == PortProbe.Answer.REFUSED) {
            log.info("The process of {} has ended: {} refuses connections", node, address);
            reported = true;
            processGone.accept(node, address);
          }
          pause =
              pause.multipliedBy(2).compareTo(PAUSE_MAX) < 0 ? pause.multipliedBy(2) : PAUSE_MAX;
        } while (!released.await(pause.toMillis(), TimeUnit.MILLISECONDS));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** Returns true after a connection has ended, false when there was none. */
    private boolean holdUntilItEnds(String host, int port) {
      boolean connected = false;
      try (Socket held = new Socket()) {
        socket = held;
        // Released before the socket was to be seen: nobody would close it.
        if (isReleased()) {
          return false;
        }
        held.connect(new InetSocketAddress(host, port), Math.toIntExact(CONNECT_LIMIT.toMillis()));
        connected = true;
        // The other side never speaks first: this ends with the connection.
        int unexpected = held.getInputStream().read();
        log.debug("The lifeline to {} ended with {}", node, unexpected);
      } catch (IOException e) {
        log.debug("The lifeline to {} ended", node, e);
      }
      return connected;
    }

    private boolean isReleased() {
      return released.getCount() == 0;
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      log.debug("A lifeline could not be closed", e);
    }
  }
}
