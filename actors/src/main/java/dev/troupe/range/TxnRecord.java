package dev.troupe.range;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.KvResponse.TxnState;

/**
 * What is known of a transaction in the range of its anchor; replicated, and the only place where
 * its outcome is decided.
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
