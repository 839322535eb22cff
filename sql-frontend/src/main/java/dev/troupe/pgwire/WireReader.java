package dev.troupe.pgwire;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.type.format.Utf8;
import java.util.Arrays;

/** The body of one message. Valid until the next one is read. */
final class WireReader {
  private final byte[] bytes;
  private int position;
  private final int end;

  WireReader(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
  }

  int remaining() {
    return end - position;
  }

  byte int8() {
    require(1);
    return bytes[position++];
  }

  int int16() {
    require(2);
    int value = (short) (((bytes[position] & 0xff) << 8) | (bytes[position + 1] & 0xff));
    position += 2;
    return value;
  }

  int int32() {
    require(4);
    int value =
        ((bytes[position] & 0xff) << 24)
            | ((bytes[position + 1] & 0xff) << 16)
            | ((bytes[position + 2] & 0xff) << 8)
            | (bytes[position + 3] & 0xff);
    position += 4;
    return value;
  }

  /** A count of things that take at least so many bytes each. */
  int count16(int bytesEach) {
    int count = int16() & 0xffff;
    if ((long) count * bytesEach > remaining()) {
      throw malformed();
    }
    return count;
  }

  /** Text up to a zero byte. */
  String string() {
    int zero = position;
    while (zero < end && bytes[zero] != 0) {
      zero++;
    }
    if (zero == end) {
      throw new SqlException(SqlState.PROTOCOL_VIOLATION, "invalid string in message");
    }
    String text = Utf8.decode(bytes, position, zero - position);
    position = zero + 1;
    return text;
  }

  byte[] raw(int length) {
    if (length < 0) {
      throw malformed();
    }
    require(length);
    byte[] copy = Arrays.copyOfRange(bytes, position, position + length);
    position += length;
    return copy;
  }

  byte[] rest() {
    return raw(remaining());
  }

  /** To be called when a message has been read: nothing may be left. */
  void end() {
    if (position != end) {
      throw malformed();
    }
  }

  private void require(int count) {
    if (end - position < count) {
      throw new SqlException(SqlState.PROTOCOL_VIOLATION, "insufficient data left in message");
    }
  }

  private static SqlException malformed() {
    return new SqlException(SqlState.PROTOCOL_VIOLATION, "invalid message format");
  }
}
