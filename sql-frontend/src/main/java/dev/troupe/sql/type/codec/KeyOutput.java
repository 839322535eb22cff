package dev.troupe.sql.type.codec;

import dev.troupe.protocol.codec.ByteWriter;

/** Pieces that the ordered encodings are made of. */
final class KeyOutput {
  static final int ESCAPE = 0x00;
  static final int ESCAPED_ZERO = 0xFF;

  /** After an {@link #ESCAPE}. Below every escaped zero, so that a prefix sorts first. */
  static final int TERMINATOR = 0x01;

  private KeyOutput() {}

  /** Writes bytes so that they compare as themselves whatever follows. */
  static void putTerminated(byte[] bytes, ByteWriter out) {
    int from = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        out.putRaw(bytes, from, i - from).putByte(ESCAPE).putByte(ESCAPED_ZERO);
        from = i + 1;
      }
    }
    out.putRaw(bytes, from, bytes.length - from).putByte(ESCAPE).putByte(TERMINATOR);
  }

  static void invert(ByteWriter out, int from) {
    byte[] bytes = out.array();
    for (int i = from; i < out.size(); i++) {
      bytes[i] = (byte) ~bytes[i];
    }
  }
}
