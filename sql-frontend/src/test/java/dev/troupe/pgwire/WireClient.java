package dev.troupe.pgwire;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A client that sends whatever bytes it is told to, and takes answers apart. */
final class WireClient implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 30_000;

  /** What the server says. */
  record Message(char type, byte[] body) {
    int int32(int offset) {
      return ByteBuffer.wrap(body).getInt(offset);
    }

    String text(int offset) {
      return new String(body, offset, body.length - offset, StandardCharsets.UTF_8);
    }

    /** Fields of an error or a notice by their letters. */
    Map<Character, String> fields() {
      var fields = new TreeMap<Character, String>();
      int at = 0;
      while (body[at] != 0) {
        int end = at + 1;
        while (body[end] != 0) {
          end++;
        }
        fields.put((char) body[at], new String(body, at + 1, end - at - 1, StandardCharsets.UTF_8));
        at = end + 1;
      }
      return fields;
    }

    /** SQLSTATE of an error. */
    String state() {
      return type == 'E' ? String.valueOf(fields().get('C')) : "no error but " + type;
    }
  }

  Socket socket;
  private DataInputStream in;

  WireClient(int port) throws IOException {
    this(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  WireClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
  }

  /** Goes on over another socket, which lies over the one that was. */
  void over(Socket other) throws IOException {
    socket = other;
    in = new DataInputStream(other.getInputStream());
  }

  // --- bytes -----------------------------------------------------------------------------------

  static byte[] join(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  static byte[] text(String text) {
    return (text + "\0").getBytes(StandardCharsets.UTF_8);
  }

  static byte[] int16(int value) {
    return new byte[] {(byte) (value >> 8), (byte) value};
  }

  static byte[] int32(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  static byte[] message(char type, byte[]... parts) {
    byte[] body = join(parts);
    return join(new byte[] {(byte) type}, int32(4 + body.length), body);
  }

  static byte[] packet(byte[]... parts) {
    byte[] body = join(parts);
    return join(int32(4 + body.length), body);
  }

  static byte[] query(String sql) {
    return message('Q', text(sql));
  }

  static byte[] parse(String name, String sql) {
    return message('P', text(name), text(sql), int16(0));
  }

  static byte[] bind(String portal, String statement) {
    return message('B', text(portal), text(statement), int16(0), int16(0), int16(0));
  }

  static byte[] execute(String portal) {
    return message('E', text(portal), int32(0));
  }

  static byte[] sync() {
    return message('S');
  }

  static byte[] startup(String... namesAndValues) {
    byte[] parameters = new byte[0];
    for (String each : namesAndValues) {
      parameters = join(parameters, text(each));
    }
    return packet(int32(Startup.PROTOCOL_3_0), parameters, new byte[1]);
  }

  // --- talk ------------------------------------------------------------------------------------

  void send(byte[]... parts) throws IOException {
    socket.getOutputStream().write(join(parts));
    socket.getOutputStream().flush();
  }

  /** The next message; null when the server has closed the connection. */
  @Nullable Message read() throws IOException {
    try {
      int type = in.read();
      if (type < 0) {
        return null;
      }
      byte[] body = new byte[in.readInt() - 4];
      in.readFully(body);
      return new Message((char) type, body);
    } catch (EOFException | SocketException e) {
      return null;
    }
  }

  /** One byte, as the answer to a request for encryption; -1 at the end. */
  int readByte() throws IOException {
    return in.read();
  }

  /** All messages up to one of a type, which comes last, or to the end. */
  List<Message> readTo(char type) throws IOException {
    var read = new ArrayList<Message>();
    Message next;
    do {
      next = read();
      if (next != null) {
        read.add(next);
      }
    } while (next != null && next.type() != type);
    return read;
  }

  /** Types of the messages up to one of a type. */
  String types(char upTo) throws IOException {
    var types = new StringBuilder();
    readTo(upTo).forEach(message -> types.append(message.type()));
    return types.toString();
  }

  /** What the server says before it closes the connection. */
  Message lastWords() throws IOException {
    List<Message> all = readTo('\0');
    return all.isEmpty() ? new Message('-', new byte[0]) : all.getLast();
  }

  /** Opens a session without a password. */
  WireClient login(String user) throws IOException {
    send(startup("user", user));
    List<Message> greeting = readTo('Z');
    if (greeting.isEmpty() || greeting.getLast().type() != 'Z') {
      throw new IOException("not let in: " + greeting);
    }
    return this;
  }

  /** Runs a statement of the simple protocol. */
  List<Message> run(String sql) throws IOException {
    send(query(sql));
    return readTo('Z');
  }

  /** First value of the first row of a query. */
  String value(String sql) throws IOException {
    for (Message message : run(sql)) {
      if (message.type() == 'D') {
        return message.text(6);
      }
      if (message.type() == 'E') {
        throw new IOException(message.fields().toString());
      }
    }
    throw new IOException("no row");
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
