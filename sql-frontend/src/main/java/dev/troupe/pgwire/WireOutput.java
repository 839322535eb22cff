package dev.troupe.pgwire;

import dev.troupe.protocol.codec.ByteWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Collects messages for a client and sends them in large pieces. What was collected since a mark
 * can be taken back as long as nothing was sent. Owned by the connection's thread.
 */
final class WireOutput {
  private static final int BUFFER_BYTES = 512;

  /** So much is sent without being asked. */
  private static final int SEND_BYTES = 32 << 10;

  private static final int KEPT_BYTES_MAX = 64 << 10;

  private OutputStream out;
  private ByteWriter buffer = new ByteWriter(BUFFER_BYTES);
  private int messageStart = -1;
  private long sent;

  WireOutput(OutputStream out) {
    this.out = out;
  }

  /** Goes on with another stream, which lies over the one that was. */
  void over(OutputStream encrypted) {
    out = encrypted;
  }

  /** Begins a message; {@link #end} fills in its length. */
  WireOutput begin(char type) {
    if (buffer.size() >= SEND_BYTES) {
      send();
    }
    buffer.putByte(type);
    messageStart = buffer.size();
    return int32(0);
  }

  void end() {
    buffer.setInt(messageStart, buffer.size() - messageStart);
    messageStart = -1;
  }

  /** A message without a body. */
  void empty(char type) {
    begin(type).end();
  }

  WireOutput int8(int value) {
    buffer.putByte(value);
    return this;
  }

  WireOutput int16(int value) {
    buffer.putByte(value >> 8).putByte(value);
    return this;
  }

  WireOutput int32(int value) {
    buffer.putInt(value);
    return this;
  }

  WireOutput raw(byte[] bytes) {
    buffer.putRaw(bytes);
    return this;
  }

  WireOutput raw(byte[] bytes, int start, int length) {
    buffer.putRaw(bytes, start, length);
    return this;
  }

  /** Text and a zero byte. Zeros in the text would end it early and are left out. */
  WireOutput string(String text) {
    String clean = text.indexOf('\0') < 0 ? text : text.replace("\0", "");
    buffer.putRaw(clean.getBytes(StandardCharsets.UTF_8)).putByte(0);
    return this;
  }

  /** Where bodies of values are written. */
  ByteWriter bytes() {
    return buffer;
  }

  /** Room for a length that is known later. */
  int reserve32() {
    int at = buffer.size();
    buffer.putInt(0);
    return at;
  }

  /** Fills in how many bytes have been written since a reservation. */
  void fill32(int at) {
    buffer.setInt(at, buffer.size() - at - Integer.BYTES);
  }

  /** A place in the stream to which {@link #rewind} may return. */
  long mark() {
    return sent + buffer.size();
  }

  /** Forgets what was written since the mark; false when a part of it has been sent. */
  boolean rewind(long mark) {
    if (mark < sent) {
      return false;
    }
    buffer.truncate((int) (mark - sent));
    messageStart = -1;
    return true;
  }

  /** Forgets a message that was begun and not ended. */
  void abandonMessage() {
    if (messageStart >= 0) {
      buffer.truncate(messageStart - 1);
      messageStart = -1;
    }
  }

  void flush() throws IOException {
    try {
      send();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * Sends what is there unless the client has sent more already.
   *
   * @return whether nothing is left
   */
  boolean flushBeforeWait(InputStream in) throws IOException {
    if (buffer.size() > 0 && messageStart < 0 && in.available() == 0) {
      flush();
    }
    return buffer.size() == 0;
  }

  /**
   * Sends everything.
   *
   * @throws UncheckedIOException when the client is gone: whatever runs for it ends
   */
  private void send() {
    int size = buffer.size();
    if (size == 0) {
      return;
    }
    try {
      out.write(buffer.array(), 0, size);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    sent += size;
    if (buffer.array().length > KEPT_BYTES_MAX) {
      buffer = new ByteWriter(BUFFER_BYTES);
    } else {
      buffer.clear();
    }
  }
}
