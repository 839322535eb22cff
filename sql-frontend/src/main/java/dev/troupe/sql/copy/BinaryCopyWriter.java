package dev.troupe.sql.copy;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** COPY's binary format, written. */
public final class BinaryCopyWriter {
  private static final int HEADER_INTS = 2;

  private BinaryCopyWriter() {}

  public static byte[] header() {
    byte[] signature = BinaryCopyReader.SIGNATURE;
    return ByteBuffer.allocate(signature.length + HEADER_INTS * Integer.BYTES)
        .put(signature)
        .putInt(0)
        .putInt(0)
        .array();
  }

  /**
   * @param fields null for NULL
   */
  public static byte[] row(byte[] @Nullable [] fields) {
    int length = Short.BYTES;
    for (byte[] field : fields) {
      length += Integer.BYTES + (field == null ? 0 : field.length);
    }
    ByteBuffer out = ByteBuffer.allocate(length).putShort((short) fields.length);
    for (byte[] field : fields) {
      if (field == null) {
        out.putInt(-1);
      } else {
        out.putInt(field.length).put(field);
      }
    }
    return out.array();
  }

  public static byte[] trailer() {
    return new byte[] {-1, -1};
  }
}
