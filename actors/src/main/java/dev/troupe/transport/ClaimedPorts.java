package dev.troupe.transport;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * TCP ports of the loopback address for nodes that must tell their port before they listen on it.
 * Nobody else who asks here gets the same one, in this process or in another, as long as this
 * process lives: also while its node is down. Thread-safe.
 *
 * <p>Who gets a port from the system and gives it back to use it later may find it taken: the
 * system hands out the same ports to outgoing connections. These are below those. A claim is a UDP
 * socket with the port's number: it does not disturb TCP, and ends with the process.
 */
public final class ClaimedPorts {
  private static final int FIRST = 20_000;
  private static final int COUNT = 10_000;
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  /** Held open, never read. */
  private static final List<DatagramSocket> CLAIMS = new ArrayList<>();

  /** Processes begin apart, so that they seldom meet. */
  private static int next = (int) (ProcessHandle.current().pid() * 37 % COUNT);

  private ClaimedPorts() {}

  /**
   * One more port.
   *
   * @throws IllegalStateException when none is free
   */
  public static synchronized int next() {
    for (int attempt = 0; attempt < COUNT; attempt++) {
      int port = FIRST + next;
      next = (next + 1) % COUNT;
      if (claim(port)) {
        return port;
      }
    }
    throw new IllegalStateException(
        "no port from %d to %d is free".formatted(FIRST, FIRST + COUNT - 1));
  }

  private static boolean claim(int port) {
    DatagramSocket claim;
    try {
      claim = new DatagramSocket(port, LOOPBACK);
    } catch (IOException claimed) {
      return false;
    }
    try (ServerSocket free = new ServerSocket(port, 1, LOOPBACK)) {
      return CLAIMS.add(claim);
    } catch (IOException taken) {
      claim.close();
      return false;
    }
  }
}
