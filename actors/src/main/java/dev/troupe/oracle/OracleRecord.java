package dev.troupe.oracle;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.Timestamp;
import org.jspecify.annotations.Nullable;

/**
 * What is on record of the oracle, in the system range. It is only ever replaced by comparison with
 * what was read, and {@code highWater} rises with every replacement, so no two contents are equal.
 *
 * @param tenure counts the takings of office in the cluster, from 1
 * @param holder the node that took office last; null before the first
 * @param highWater no timestamp above it was ever given out
 */
record OracleRecord(long tenure, @Nullable NodeId holder, Timestamp highWater) {
  /** Before anybody took office. */
  static final OracleRecord NONE = new OracleRecord(0, null, Timestamp.MIN);

  private static final int FORMAT = 1;

  byte[] encode() {
    return new ByteWriter(24)
        .putByte(FORMAT)
        .putVarLong(tenure)
        .putVarInt(holder == null ? 0 : holder.value())
        .putLong(highWater.value())
        .toBytes();
  }

  /**
   * Reads a stored record.
   *
   * @param stored null when there is none
   * @throws ByteReader.MalformedBytes when it is not one
   */
  static OracleRecord decode(byte @Nullable [] stored) {
    if (stored == null) {
      return NONE;
    }
    ByteReader in = new ByteReader(stored);
    int format = in.readByte();
    if (format != FORMAT) {
      throw new ByteReader.MalformedBytes("oracle record of format " + format + " is not known");
    }
    long tenure = in.readVarLong();
    int node = in.readVarInt();
    Timestamp highWater = new Timestamp(in.readLong());
    in.requireEnd();
    return new OracleRecord(tenure, node == 0 ? null : new NodeId(node), highWater);
  }
}
