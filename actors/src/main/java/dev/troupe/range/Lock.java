package dev.troupe.range;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import org.jspecify.annotations.Nullable;

/**
 * A key that a transaction has locked in order to commit, with what it will hold then. Replicated;
 * stored as a side record of its key. What becomes of it is decided by the transaction's record
 * alone.
 *
 * @param anchor where the transaction's record is
 * @param coordinator node to be asked whether somebody still works on the transaction
 * @param bound the transaction commits at or above this timestamp: readers below may pass
 * @param value null when the key is to be deleted
 */
public record Lock(
    Key key, TxnId txn, Key anchor, NodeId coordinator, Timestamp bound, byte @Nullable [] value) {
  private static final int FORMAT = 1;

  byte[] encode() {
    ByteWriter out =
        new ByteWriter(48 + anchor.length() + (value == null ? 0 : value.length)).putByte(FORMAT);
    TxnCodec.writeId(out, txn);
    out.putBytes(anchor.bytes()).putVarInt(coordinator.value()).putLong(bound.value());
    KvCodec.writeOptional(out, value);
    return out.toBytes();
  }

  static Lock decode(Key key, byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    int format = in.readByte();
    if (format != FORMAT) {
      throw new ByteReader.MalformedBytes("lock of format " + format + " is not known");
    }
    Lock lock =
        new Lock(
            key,
            TxnCodec.readId(in),
            Key.wrap(in.readBytes()),
            new NodeId(in.readVarInt()),
            new Timestamp(in.readLong()),
            KvCodec.readOptional(in));
    in.requireEnd();
    return lock;
  }
}
