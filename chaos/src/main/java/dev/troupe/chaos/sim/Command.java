package dev.troupe.chaos.sim;

import dev.troupe.chaos.check.Operation;
import java.nio.ByteBuffer;

/**
 * A write as it stands in the log.
 *
 * @param id unique in a run; also the value that is written
 * @param padding bytes of ballast, so that entries differ in size
 */
record Command(long id, Operation.Kind kind, int key, long expected, int padding) {
  private static final int HEADER_BYTES = 8 + 1 + 4 + 8;

  byte[] encode() {
    return ByteBuffer.allocate(HEADER_BYTES + padding)
        .putLong(id)
        .put((byte) kind.ordinal())
        .putInt(key)
        .putLong(expected)
        .array();
  }

  static Command decode(byte[] data) {
    var buffer = ByteBuffer.wrap(data);
    long id = buffer.getLong();
    Operation.Kind kind = Operation.Kind.values()[buffer.get()];
    return new Command(id, kind, buffer.getInt(), buffer.getLong(), data.length - HEADER_BYTES);
  }
}
