package dev.troupe.rocksdb.persistence.store;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import java.nio.ByteBuffer;
import java.util.function.Function;
import java.util.zip.CRC32C;

/**
 * What every stored value is wrapped in: a format byte, then a CRC-32C over the key and everything
 * behind the checksum, so that a value under the wrong key is found, too.
 */
public final class Frame {
  /** Bytes in front of the content. */
  public static final int HEADER_BYTES = 5;

  private static final int FORMAT = 1;
  private static final int CHECKSUM_AT = 1;

  private Frame() {}

  /** A writer that already holds the header. Finish with {@link #seal}. */
  public static ByteWriter begin(int contentBytes) {
    return new ByteWriter(HEADER_BYTES + contentBytes).putByte(FORMAT).putInt(0);
  }

  /** Sets the checksum. Once the content has its final bytes; may be repeated. */
  public static byte[] seal(byte[] key, byte[] frame) {
    ByteBuffer.wrap(frame).putInt(CHECKSUM_AT, checksum(key, frame));
    return frame;
  }

  /**
   * Checks and decodes.
   *
   * @param what the object, for the message
   * @throws TroupeException with CORRUPTION when the bytes are not what was written
   */
  public static <T> T open(byte[] key, byte[] frame, String what, Function<ByteReader, T> decoder) {
    if (frame.length < HEADER_BYTES) {
      throw damaged(what, frame.length + " bytes are too few");
    }
    if (frame[0] != FORMAT) {
      throw damaged(what, "format " + (frame[0] & 0xFF) + " is unknown, this version reads 1");
    }
    if (ByteBuffer.wrap(frame).getInt(CHECKSUM_AT) != checksum(key, frame)) {
      throw damaged(what, "the checksum does not match");
    }
    try {
      ByteReader reader = new ByteReader(frame, HEADER_BYTES, frame.length - HEADER_BYTES);
      T content = decoder.apply(reader);
      reader.requireEnd();
      return content;
    } catch (ByteReader.MalformedBytes e) {
      throw damaged(what, String.valueOf(e.getMessage()));
    }
  }

  /** The answer for stored bytes that cannot be trusted. */
  public static TroupeException damaged(String what, String why) {
    return new TroupeException(
        ErrorCode.CORRUPTION,
        what
            + " is damaged on disk: "
            + why
            + ". Nothing was returned. Check the disk, then restore the directory from a backup or"
            + " delete this object");
  }

  private static int checksum(byte[] key, byte[] frame) {
    CRC32C crc = new CRC32C();
    crc.update(key);
    crc.update(frame, HEADER_BYTES, frame.length - HEADER_BYTES);
    return (int) crc.getValue();
  }
}
