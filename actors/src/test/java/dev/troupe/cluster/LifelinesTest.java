package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.troupe.protocol.model.NodeId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.pekko.actor.Address;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LifelinesTest {
  private static final NodeId NODE = new NodeId(3);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final List<Address> gone = new CopyOnWriteArrayList<>();
  private final Lifelines lifelines = new Lifelines((node, address) -> gone.add(address));

  @AfterEach
  void close() {
    lifelines.close();
  }

  @Test
  void shouldReportAProcessThatEndsOnceForEachOfItsLives() throws IOException {
    ServerSocket server = listen(0);
    int port = server.getLocalPort();
    Address address = address(port);
    lifelines.hold(NODE, address);
    Socket held = server.accept();

    kill(server, held);
    await().atMost(PATIENCE).until(() -> gone.size() == 1);

    try (ServerSocket again = listen(port)) {
      Socket second = again.accept();
      kill(again, second);
      await().atMost(PATIENCE).until(() -> gone.size() == 2);
    }
    assertThat(gone).containsExactly(address, address);
  }

  @Test
  void shouldHoldOnWhenOnlyTheConnectionEnds() throws IOException {
    try (ServerSocket server = listen(0)) {
      lifelines.hold(NODE, address(server.getLocalPort()));
      server.accept().close();
      // Asked whether it is still there, and held again: three connections in all.
      server.accept().close();
      try (Socket third = server.accept()) {
        assertThat(third.isConnected()).isTrue();
      }
      assertThat(gone).isEmpty();
    }
  }

  @Test
  void shouldCloseTheConnectionOfANodeThatIsReleased() throws IOException {
    try (ServerSocket server = listen(0)) {
      Address address = address(server.getLocalPort());
      lifelines.hold(NODE, address);
      try (Socket held = server.accept()) {
        lifelines.release(NODE, address(1));
        lifelines.hold(NODE, address);
        lifelines.release(NODE, address);
        assertThat(held.getInputStream().read()).isEqualTo(-1);
      }
      kill(server);
      assertThat(gone).isEmpty();
    }
  }

  private static ServerSocket listen(int port) throws IOException {
    ServerSocket server = new ServerSocket();
    server.setReuseAddress(true);
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    server.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
    return server;
  }

  /** Closes the port first, as the end of a process does in one step. */
  private static void kill(ServerSocket server, Socket... connections) throws IOException {
    server.close();
    for (Socket connection : connections) {
      connection.close();
    }
  }

  private static Address address(int port) {
    return new Address("pekko", "troupe", "127.0.0.1", port);
  }
}
