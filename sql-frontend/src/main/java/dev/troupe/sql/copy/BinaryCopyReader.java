package dev.troupe.sql.copy;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** COPY's binary format: a signature, then rows of values in their binary forms. */
public final class BinaryCopyReader {
  static final byte[] SIGNATURE = "PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1);

  private static final int FLAG_CRITICAL_MASK = 0xffff0000;
  private static final int FIELD_BYTES_MAX = 1 << 30;

  private final CopyInput in;
  private final int columns;
  private boolean begun;

  public BinaryCopyReader(Supplier<byte @Nullable []> source, int columns) {
    this.in = new CopyInput(source);
    this.columns = columns;
  }

  /** The values of the next row, null for NULL; null at the end. */
  public byte @Nullable [] @Nullable [] next() {
    if (!begun) {
      header();
      begun = true;
    }
    int count = (short) int16();
    if (count == -1) {
      return null;
    }
    if (count != columns) {
      throw SqlException.of(
          SqlState.BAD_COPY_FILE_FORMAT, "row field count is %d, expected %d", count, columns);
    }
    var fields = new byte[count] @Nullable [];
    for (int i = 0; i < count; i++) {
      int length = int32();
      if (length < -1 || length > FIELD_BYTES_MAX) {
        throw new SqlException(SqlState.BAD_COPY_FILE_FORMAT, "invalid field size");
      }
      fields[i] = length == -1 ? null : bytes(length);
    }
    return fields;
  }

  private void header() {
    if (!Arrays.equals(bytes(SIGNATURE.length), SIGNATURE)) {
      throw new SqlException(SqlState.BAD_COPY_FILE_FORMAT, "COPY file signature not recognized");
    }
    int flags = int32();
    if ((flags & FLAG_CRITICAL_MASK) != 0) {
      throw new SqlException(
          SqlState.BAD_COPY_FILE_FORMAT, "unrecognized critical flags in COPY file header");
    }
    int extension = int32();
    if (extension < 0) {
      throw new SqlException(
          SqlState.BAD_COPY_FILE_FORMAT, "invalid COPY file header (missing length)");
    }
    bytes(extension);
  }

  private int int16() {
    byte[] raw = bytes(2);
    return ((raw[0] & 0xff) << 8) | (raw[1] & 0xff);
  }

  private int int32() {
    byte[] raw = bytes(4);
    return ((raw[0] & 0xff) << 24)
        | ((raw[1] & 0xff) << 16)
        | ((raw[2] & 0xff) << 8)
        | (raw[3] & 0xff);
  }

  private byte[] bytes(int count) {
    if (count > 0 && in.peek(count - 1) < 0) {
      throw new SqlException(SqlState.BAD_COPY_FILE_FORMAT, "unexpected end of COPY data");
    }
    byte[] copy = Arrays.copyOfRange(in.buffer(), in.position(), in.position() + count);
    in.skip(count);
    return copy;
  }
}
