package dev.troupe.chaos.history;

import com.fasterxml.jackson.core.JsonFactory;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads events from JSON lines, one at a time, so that it needs the memory of one line only. Blank
 * lines are passed over. One thread; closing it closes the stream.
 */
public final class HistoryReader implements AutoCloseable {
  /** A line that is longer is no event but a file of another kind. */
  static final int LINE_BYTES_MAX = 16 << 20;

  private static final int BUFFER_BYTES = 1 << 16;

  private final String source;
  private final InputStream in;
  private final EventParser parser = new EventParser(new JsonFactory());
  private byte[] bytes = new byte[1024];
  private int length;
  private long line;

  /**
   * @param source how errors call it
   */
  public HistoryReader(String source, InputStream in) {
    this.source = source;
    this.in = new BufferedInputStream(in, BUFFER_BYTES);
  }

  /**
   * The next event; null after the last.
   *
   * @throws MalformedHistoryException when the line is none
   */
  public @Nullable HistoryEvent next() throws IOException {
    while (readLine()) {
      if (!isBlank()) {
        try {
          return parser.parse(bytes, length);
        } catch (EventParser.NoEventException e) {
          throw malformed(e.getMessage());
        }
      }
    }
    return null;
  }

  /** Number of the line that was read last; the first is 1. */
  public long line() {
    return line;
  }

  MalformedHistoryException malformed(@Nullable String what) {
    return new MalformedHistoryException(source, line, String.valueOf(what));
  }

  private boolean readLine() throws IOException {
    length = 0;
    line++;
    int next = in.read();
    if (next < 0) {
      return false;
    }
    while (next >= 0 && next != '\n') {
      if (length == LINE_BYTES_MAX) {
        throw malformed("the line is longer than " + LINE_BYTES_MAX + " bytes");
      }
      if (length == bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.min(2 * length, LINE_BYTES_MAX));
      }
      bytes[length++] = (byte) next;
      next = in.read();
    }
    return true;
  }

  private boolean isBlank() {
    for (int i = 0; i < length; i++) {
      if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r') {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
