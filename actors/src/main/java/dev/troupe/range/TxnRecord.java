package dev.troupe.range;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.KvResponse.TxnState;
import dev.troupe.protocol.spi.StateStore;

/**
 * What is known of a transaction in the range of its anchor; replicated, and the only place where
 * its outcome is decided. Stored as a side record of the anchor, or, when one entry has committed
 * it all, as a note beside the version that the entry wrote of the anchor.
 *
 * @param at when it was committed; otherwise MIN
 * @param written timestamp of the entry that wrote this
 * @param finished whether no lock of a committed transaction is left, so that nobody will need this
 *     to learn what a lock means
 * @param tag what the commit carried
 */
record TxnRecord(TxnState state, Timestamp at, Timestamp written, boolean finished, int tag) {
  private static final int FORMAT = 1;

  static TxnRecord pending(Timestamp written) {
    return new TxnRecord(TxnState.PENDING, Timestamp.MIN, written, false, 0);
  }

  static TxnRecord aborted(Timestamp written) {
    // Nobody needs it: what has no record was not committed either.
    return new TxnRecord(TxnState.ABORTED, Timestamp.MIN, written, true, 0);
  }

  static TxnRecord committed(Timestamp at, Timestamp written, boolean finished, int tag) {
    return new TxnRecord(TxnState.COMMITTED, at, written, finished, tag);
  }

  TxnRecord finish(Timestamp now) {
    return new TxnRecord(state, at, now, true, tag);
  }

  /** Whether nothing but the end of its retention will change it any more. */
  boolean hasEnded() {
    return state == TxnState.ABORTED || finished;
  }

  boolean isLaterThan(Timestamp other) {
    return written.compareTo(other) > 0;
  }

  KvResponse.Status status() {
    return new KvResponse.Status(state, at, tag);
  }

  byte[] encode() {
    return new ByteWriter(24)
        .putByte(FORMAT)
        .putByte(state.ordinal())
        .putLong(at.value())
        .putLong(written.value())
        .putBoolean(finished)
        .putVarInt(tag)
        .toBytes();
  }

  /** As the note of a version, of one that was {@link #committed} at once and is finished. */
  byte[] note(TxnId txn) {
    ByteWriter out = new ByteWriter(TxnId.BYTES + 1);
    TxnCodec.writeId(out, txn);
    return out.putVarInt(tag).toBytes();
  }

  static TxnRecord decode(StateStore.Noted version) {
    ByteReader in = new ByteReader(version.note());
    TxnCodec.readId(in);
    TxnRecord record = committed(version.timestamp(), version.timestamp(), true, in.readVarInt());
    in.requireEnd();
    return record;
  }

  static TxnRecord decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    int format = in.readByte();
    if (format != FORMAT) {
      throw new ByteReader.MalformedBytes("transaction of format " + format + " is not known");
    }
    TxnRecord record =
        new TxnRecord(
            TxnCodec.readState(in.readByte()),
            new Timestamp(in.readLong()),
            new Timestamp(in.readLong()),
            in.readBoolean(),
            in.readVarInt());
    in.requireEnd();
    return record;
  }
}
