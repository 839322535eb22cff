package dev.troupe.pgwire;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Reads messages from a client: a type byte, a length that counts itself, a body. Before it waits
 * for bytes it flushes what was written, so that pipelined requests are answered in one piece.
 * Owned by the connection's thread.
 */
final class WireInput {
  /** Longer bodies are skipped and refused. */
  static final int BODY_BYTES_MAX = 128 << 20;

  /** Longer ones are not even skipped: the connection ends. */
  private static final int SKIP_BYTES_MAX = 1 << 30;

  private static final int BUFFER_BYTES = 512;

  /** What a buffer may keep between messages. */
  private static final int KEPT_BYTES_MAX = 64 << 10;

  private static final int LENGTH_BYTES = 4;
  private static final int HEADER_BYTES = 5;

  private InputStream in;
  private final WireOutput out;
  private byte[] buffer = new byte[BUFFER_BYTES];
  private int position;
  private int limit;

  WireInput(InputStream in, WireOutput out) {
    this.in = in;
    this.out = out;
  }

  /** Goes on with another stream, which lies over the one that was; nothing may be buffered. */
  void over(InputStream encrypted) {
    in = encrypted;
  }

  /** Whether bytes of the client have been read that no message was made of yet. */
  boolean hasBuffered() {
    return position < limit;
  }

  /**
   * Whether the next message may have to be waited for. Then everything that was written has been
   * sent, and waiting for the message writes nothing.
   */
  boolean mayWait() throws IOException {
    return !hasBuffered() && out.flushBeforeWait(in);
  }

  /**
   * Reads a packet without a type, of a start-up.
   *
   * @return null when the client closed the connection before it
   * @throws SqlException when the length makes no sense; nothing can be read after that
   */
  @org.jspecify.annotations.Nullable
  WireReader startupPacket(int maxBytes) throws IOException {
    if (!fill(LENGTH_BYTES)) {
      return null;
    }
    int length = int32(position);
    if (length < 2 * LENGTH_BYTES || length > maxBytes) {
      throw SqlException.of(
          SqlState.PROTOCOL_VIOLATION, "invalid length of startup packet: %d", length);
    }
    require(length);
    var body = new WireReader(buffer, position + LENGTH_BYTES, position + length);
    position += length;
    return body;
  }

  /**
   * Waits for the next message.
   *
   * @return its type; -1 when the client closed the connection
   */
  int messageType() throws IOException {
    release();
    return fill(1) ? buffer[position] & 0xff : -1;
  }

  /**
   * Reads the message whose type was seen. The reader is valid until the next call.
   *
   * @throws SqlException PROGRAM_LIMIT_EXCEEDED when it is too long: it has been skipped, and the
   *     next one can be read
   * @throws FatalProtocolException when the length makes no sense
   */
  WireReader messageBody() throws IOException {
    int body = bodyLength(SKIP_BYTES_MAX);
    if (body > BODY_BYTES_MAX) {
      position += HEADER_BYTES;
      skip(body);
      throw SqlException.of(
          SqlState.PROGRAM_LIMIT_EXCEEDED,
          "a message of %d bytes is too long, the limit is %d",
          body,
          BODY_BYTES_MAX);
    }
    return body(body);
  }

  /**
   * Reads the message whose type was seen, of a client that is not trusted yet.
   *
   * @throws FatalProtocolException when it is longer than that
   */
  WireReader messageBody(int maxBytes) throws IOException {
    return body(bodyLength(maxBytes));
  }

  private int bodyLength(int maxBytes) throws IOException {
    require(HEADER_BYTES);
    int length = int32(position + 1);
    int body = length - LENGTH_BYTES;
    if (body < 0 || body > maxBytes) {
      throw new FatalProtocolException(
          "invalid message length " + Integer.toUnsignedString(length));
    }
    return body;
  }

  private WireReader body(int body) throws IOException {
    require(HEADER_BYTES + body);
    int start = position + HEADER_BYTES;
    position = start + body;
    return new WireReader(buffer, start, position);
  }

  /**
   * Whether everything up to the next Sync has arrived and runs portals so often at most, and
   * nothing else.
   *
   * @param executions how often
   */
  boolean endsWithin(int executions) {
    int at = position;
    int left = executions;
    while (limit - at >= HEADER_BYTES) {
      switch (buffer[at]) {
        case 'S' -> {
          return true;
        }
        case 'P', 'B', 'D', 'C' -> {}
        case 'E' -> {
          if (--left < 0) {
            return false;
          }
        }
        default -> {
          return false;
        }
      }
      int length = int32(at + 1);
      if (length < LENGTH_BYTES || length >= limit - at) {
        return false;
      }
      at += 1 + length;
    }
    return false;
  }

  private int int32(int at) {
    return ((buffer[at] & 0xff) << 24)
        | ((buffer[at + 1] & 0xff) << 16)
        | ((buffer[at + 2] & 0xff) << 8)
        | (buffer[at + 3] & 0xff);
  }

  private void require(int bytes) throws IOException {
    if (!fill(bytes)) {
      throw new EOFException("the client closed the connection in the middle of a message");
    }
  }

  /** Makes so many bytes available; false at the end of the stream. */
  private boolean fill(int bytes) throws IOException {
    while (limit - position < bytes) {
      if (buffer.length - position < bytes) {
        makeRoom(bytes);
      }
      out.flushBeforeWait(in);
      int read = in.read(buffer, limit, buffer.length - limit);
      if (read < 0) {
        if (limit > position) {
          throw new EOFException("the client closed the connection in the middle of a message");
        }
        return false;
      }
      limit += read;
    }
    return true;
  }

  /** Moves what is left to the front; grows by doubling, as bytes arrive and not as announced. */
  private void makeRoom(int bytes) {
    int left = limit - position;
    if (position > 0) {
      System.arraycopy(buffer, position, buffer, 0, left);
      position = 0;
      limit = left;
    }
    if (buffer.length < bytes && limit == buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.min(Math.max(bytes, BUFFER_BYTES), 2 * buffer.length));
    } else if (buffer.length < bytes && buffer.length < KEPT_BYTES_MAX) {
      buffer = Arrays.copyOf(buffer, Math.min(bytes, KEPT_BYTES_MAX));
    }
  }

  private void skip(int bytes) throws IOException {
    int left = bytes - (limit - position);
    if (left < 0) {
      position += bytes;
      return;
    }
    position = limit;
    in.skipNBytes(left);
  }

  /** Gives back a buffer that a long message has made large. */
  private void release() {
    if (position == limit) {
      position = 0;
      limit = 0;
      if (buffer.length > KEPT_BYTES_MAX) {
        buffer = new byte[BUFFER_BYTES];
      }
    }
  }
}
