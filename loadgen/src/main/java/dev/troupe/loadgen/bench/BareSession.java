package dev.troupe.loadgen.bench;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A session of PostgreSQL's protocol with nothing around it: ten thousand of them cost their owner
 * little. Not for several threads.
 */
final class BareSession implements AutoCloseable {
  private static final int PROTOCOL_3_0 = 3 << 16;
  private static final int PATIENCE_MILLIS = 60_000;
  private static final int LENGTH_BYTES = 4;

  private final Socket socket = new Socket();

  private BareSession() {}

  /**
   * Logs in as root, without a password.
   *
   * @throws IOException with the error when the server refuses
   */
  static BareSession open(InetSocketAddress address) throws IOException {
    var session = new BareSession();
    try {
      session.socket.connect(address, PATIENCE_MILLIS);
      session.socket.setSoTimeout(PATIENCE_MILLIS);
      session.socket.setTcpNoDelay(true);
      byte[] parameters = "user\0root\0database\0defaultdb\0\0".getBytes(StandardCharsets.UTF_8);
      byte[] packet = new byte[2 * LENGTH_BYTES + parameters.length];
      ByteBuffer.wrap(packet).putInt(packet.length).putInt(PROTOCOL_3_0).put(parameters);
      session.send(packet);
      session.awaitReady();
      return session;
    } catch (IOException e) {
      session.close();
      throw e;
    }
  }

  /** Runs a statement, and passes over what it gives. */
  void run(String sql) throws IOException {
    byte[] text = (sql + "\0").getBytes(StandardCharsets.UTF_8);
    byte[] message = new byte[1 + LENGTH_BYTES + text.length];
    ByteBuffer.wrap(message).put((byte) 'Q').putInt(LENGTH_BYTES + text.length).put(text);
    send(message);
    awaitReady();
  }

  private void send(byte[] message) throws IOException {
    socket.getOutputStream().write(message);
  }

  private void awaitReady() throws IOException {
    var in = new DataInputStream(socket.getInputStream());
    while (true) {
      byte type = in.readByte();
      byte[] body = new byte[in.readInt() - LENGTH_BYTES];
      in.readFully(body);
      if (type == 'E') {
        throw new IOException(new String(body, StandardCharsets.UTF_8).replace('\0', ' '));
      }
      if (type == 'Z') {
        return;
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
