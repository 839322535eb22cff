package dev.troupe.store;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import java.util.ArrayList;

/** Bytes of what nodes say about transactions; a part of {@link PeerCodec}. */
final class TxnPeerCodec {
  private static final int TXN_QUERY = 32;
  private static final int TXN_ANSWER = 33;
  private static final int TXN_WAITS = 34;
  private static final int TXN_PROBE = 35;
  private static final int TXN_VICTIM = 36;

  private TxnPeerCodec() {}

  static void write(ByteWriter out, PeerMessage.OfTransaction message) {
    switch (message) {
      case PeerMessage.TxnQuery m -> writeTxn(out.putByte(TXN_QUERY).putLong(m.call()), m.txn());
      case PeerMessage.TxnAnswer m ->
          out.putByte(TXN_ANSWER).putLong(m.call()).putBoolean(m.alive());
      case PeerMessage.TxnWaits m -> {
        writeTxn(out.putByte(TXN_WAITS), m.waiter());
        writeTxn(out, m.holder());
        out.putVarInt(m.holderAt().value());
      }
      case PeerMessage.TxnProbe m -> writeProbe(out.putByte(TXN_PROBE), m);
      case PeerMessage.TxnVictim m -> writeTxn(out.putByte(TXN_VICTIM), m.txn());
    }
  }

  /** Reads a message whose kind has been read. */
  static PeerMessage read(ByteReader in, int kind) {
    return switch (kind) {
      case TXN_QUERY -> new PeerMessage.TxnQuery(in.readLong(), readTxn(in));
      case TXN_ANSWER -> new PeerMessage.TxnAnswer(in.readLong(), in.readBoolean());
      case TXN_WAITS ->
          new PeerMessage.TxnWaits(readTxn(in), readTxn(in), new NodeId(in.readVarInt()));
      case TXN_PROBE -> readProbe(in);
      case TXN_VICTIM -> new PeerMessage.TxnVictim(readTxn(in));
      default -> throw new ByteReader.MalformedBytes("peer message kind " + kind + " is not known");
    };
  }

  private static void writeTxn(ByteWriter out, TxnId txn) {
    out.putLong(txn.high()).putLong(txn.low());
  }

  private static TxnId readTxn(ByteReader in) {
    long high = in.readLong();
    return new TxnId(high, in.readLong());
  }

  private static void writeProbe(ByteWriter out, PeerMessage.TxnProbe probe) {
    writeTxn(out, probe.target());
    out.putVarInt(probe.path().size());
    for (PeerMessage.TxnProbe.Waiter waiter : probe.path()) {
      writeTxn(out, waiter.txn());
      out.putVarInt(waiter.at().value()).putVarInt(waiter.losses()).putLong(waiter.begun().value());
    }
  }

  private static PeerMessage.TxnProbe readProbe(ByteReader in) {
    TxnId target = readTxn(in);
    int count = in.readCount();
    var path = new ArrayList<PeerMessage.TxnProbe.Waiter>(count);
    for (int i = 0; i < count; i++) {
      path.add(
          new PeerMessage.TxnProbe.Waiter(
              readTxn(in),
              new NodeId(in.readVarInt()),
              in.readVarInt(),
              new Timestamp(in.readLong())));
    }
    return new PeerMessage.TxnProbe(target, path);
  }
}
