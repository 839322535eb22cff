package dev.troupe.chaos.cluster;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A session whose key for cancel requests a test can see: drivers keep it to themselves. */
final class RawSession implements AutoCloseable {
  private static final int PROTOCOL_3_0 = 3 << 16;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;
  private int pid;
  private int secret;

  RawSession(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    in = new DataInputStream(socket.getInputStream());
    out = new DataOutputStream(socket.getOutputStream());
    byte[] parameters = "user\0root\0\0".getBytes(StandardCharsets.UTF_8);
    out.writeInt(8 + parameters.length);
    out.writeInt(PROTOCOL_3_0);
    out.write(parameters);
    readToReady();
  }

  int pid() {
    return pid;
  }

  int secret() {
    return secret;
  }

  /** Sends a statement, and does not wait for what comes of it. */
  void query(String sql) throws IOException {
    byte[] text = (sql + "\0").getBytes(StandardCharsets.UTF_8);
    out.writeByte('Q');
    out.writeInt(4 + text.length);
    out.write(text);
  }

  /** SQLSTATE of the error by which the statement ends; empty when it ends well. */
  String errorOfQuery() throws IOException {
    return readToReady();
  }

  private String readToReady() throws IOException {
    String state = "";
    while (true) {
      char type = (char) in.readByte();
      byte[] body = new byte[in.readInt() - 4];
      in.readFully(body);
      switch (type) {
        case 'K' -> {
          pid = ByteBuffer.wrap(body).getInt(0);
          secret = ByteBuffer.wrap(body).getInt(4);
        }
        case 'E' -> {
          String fields = new String(body, StandardCharsets.UTF_8);
          int code = fields.indexOf("\0C") + 2;
          state = fields.substring(code, code + 5);
        }
        case 'Z' -> {
          return state;
        }
        default -> {}
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
