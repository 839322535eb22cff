package dev.troupe.sql.copy;

import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a COPY FROM, in pieces as they come, seen as one stream that can be looked ahead.
 */
final class CopyInput {
  private final Supplier<byte @Nullable []> source;
  private byte[] buffer = new byte[0];
  private int position;
  private boolean ended;

  /**
   * @param source gives the next piece, null at the end
   */
  CopyInput(Supplier<byte @Nullable []> source) {
    this.source = source;
  }

  /** The byte that is so many behind the present one; -1 beyond the end. */
  int peek(int ahead) {
    while (buffer.length - position <= ahead) {
      if (!more()) {
        return -1;
      }
    }
    return buffer[position + ahead] & 0xff;
  }

  /** Bytes from the present one on; valid until the next peek or skip. */
  byte[] buffer() {
    return buffer;
  }

  int position() {
    return position;
  }

  void skip(int count) {
    position += count;
  }

  private boolean more() {
    byte[] piece = ended ? null : source.get();
    if (piece == null) {
      ended = true;
      return false;
    }
    int left = buffer.length - position;
    if (left == 0) {
      buffer = piece;
    } else {
      byte[] joined = Arrays.copyOfRange(buffer, position, buffer.length + piece.length);
      System.arraycopy(piece, 0, joined, left, piece.length);
      buffer = joined;
    }
    position = 0;
    return true;
  }
}
