package dev.troupe.loadgen.verify;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A value that tells which write made it, with a checksum over all of its bytes: magic (4),
 * checksum (4), run (8), key index (8), sequence (8), filler.
 *
 * @param run random number of the run that wrote it
 */
public record SealedValue(long run, long keyIndex, long sequence) {
  public static final int BYTES_MIN = 32;

  private static final int MAGIC = 0x54525056;
  private static final int CHECKSUM_AT = 4;
  private static final int CHECKED_FROM = 8;

  /**
   * @param filler at least as long as the value
   */
  public ByteString toBytes(int valueBytes, byte[] filler) {
    byte[] bytes = new byte[valueBytes];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    buffer.putInt(MAGIC).putInt(0).putLong(run).putLong(keyIndex).putLong(sequence);
    buffer.put(filler, 0, buffer.remaining());
    buffer.putInt(CHECKSUM_AT, checksum(bytes));
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  /** Empty when the bytes are no value of this kind or are damaged. */
  public static Optional<SealedValue> parse(ByteString value) {
    if (value.size() < BYTES_MIN) {
      return Optional.empty();
    }
    byte[] bytes = value.toByteArray();
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (buffer.getInt() != MAGIC || buffer.getInt() != checksum(bytes)) {
      return Optional.empty();
    }
    return Optional.of(new SealedValue(buffer.getLong(), buffer.getLong(), buffer.getLong()));
  }

  private static int checksum(byte[] bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, CHECKED_FROM, bytes.length - CHECKED_FROM);
    return (int) checksum.getValue();
  }
}
