package dev.troupe.control;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * Who has a job. Only ever replaced by comparison; the epoch rises with every taking, so that no
 * two contents are equal.
 *
 * @param holder null when it was given back
 * @param nonce tells two lives of a node apart
 */
record LeaseRecord(long epoch, @Nullable NodeId holder, long nonce) {
  static final LeaseRecord NONE = new LeaseRecord(0, null, 0);

  private static final int FORMAT = 1;

  byte @Nullable [] encode() {
    return equals(NONE)
        ? null
        : new ByteWriter(32)
            .putByte(FORMAT)
            .putVarLong(epoch)
            .putVarInt(holder == null ? 0 : holder.value())
            .putLong(nonce)
            .toBytes();
  }

  static LeaseRecord decode(byte @Nullable [] stored) {
    if (stored == null) {
      return NONE;
    }
    ByteReader in = new ByteReader(stored);
    int format = in.readByte();
    if (format != FORMAT) {
      throw new ByteReader.MalformedBytes("a lease of format " + format + " is not known");
    }
    long epoch = in.readVarLong();
    int holder = in.readVarInt();
    var record = new LeaseRecord(epoch, holder == 0 ? null : new NodeId(holder), in.readLong());
    in.requireEnd();
    return record;
  }
}
