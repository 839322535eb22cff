package dev.troupe.cluster;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
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
    } catch (SocketTimeoutException e) {
      return Answer.SILENT;
    } catch (ConnectException e) {
      return wasRefused(e) ? Answer.REFUSED : Answer.SILENT;
    } catch (IOException | IllegalArgumentException e) {
      return Answer.SILENT;
    }
  }

  /** Java has one exception for refusals and for "no route"; only the text tells. */
  private static boolean wasRefused(ConnectException e) {
    String message = e.getMessage();
    return message != null && message.contains("refused");
  }
}
