package dev.troupe.sql.type.codec;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import java.util.Arrays;

/** Reads the bytes of a key, inverted when the column is descending. */
final class KeyInput {
  private static final int BYTES_AT_FIRST = 32;

  private final ByteReader in;
  private final int mask;

  KeyInput(ByteReader in, int mask) {
    this.in = in;
    this.mask = mask;
  }

  int readByte() {
    return in.readByte() ^ mask;
  }

  int readInt() {
    return mask == 0 ? in.readInt() : ~in.readInt();
  }

  long readLong() {
    return mask == 0 ? in.readLong() : ~in.readLong();
  }

  /** Bytes that {@link KeyOutput#putTerminated} wrote. */
  byte[] readTerminated() {
    byte[] bytes = new byte[Math.min(BYTES_AT_FIRST, in.remaining())];
    int size = 0;
    while (true) {
      int next = readByte();
      if (next == KeyOutput.ESCAPE) {
        int second = readByte();
        if (second == KeyOutput.TERMINATOR) {
          return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        }
        if (second != KeyOutput.ESCAPED_ZERO) {
          throw new MalformedBytes("unknown escape at " + in.position());
        }
      }
      if (size == bytes.length) {
        bytes = Arrays.copyOf(bytes, size + Math.min(size + BYTES_AT_FIRST, in.remaining()));
      }
      bytes[size++] = (byte) next;
    }
  }
}
