package dev.troupe.cluster;

import dev.troupe.transport.Refusal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** Asks a port by a TCP connection whether somebody is there. Blocks for up to the limit. */
final class PortProbe {
  /** What a port said. */
  enum Answer {
    /** A connection was accepted: by a process, or on behalf of one that is stopped. */
    OPEN,
    /** The machine is there and nobody listens: the process is gone. */
    REFUSED,
    /** Nothing came back, or the network has no way there: no conclusion. */
    SILENT
  }

  private PortProbe() {}

  static Answer ask(String host, int port, Duration limit) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), Math.toIntExact(limit.toMillis()));
      return Answer.OPEN;
    } catch (IOException | IllegalArgumentException e) {
      return Refusal.is(e) ? Answer.REFUSED : Answer.SILENT;
    }
  }
}
