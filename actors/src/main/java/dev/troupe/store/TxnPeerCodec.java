package dev.troupe.store;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.range.KvCodec;
import dev.troupe.range.TxnWatch;
import java.util.ArrayList;

/** Bytes of what nodes say about transactions; a part of {@link PeerCodec}. */
final class TxnPeerCodec {
  private static final int TXN_QUERY = 32;
  private static final int TXN_ANSWER = 33;
  private static final int TXN_WAITS = 34;
  private static final int TXN_PROBE = 35;
  private static final int TXN_VICTIM = 36;
  private static final int TXN_HOLDERS = 37;
  private static final int TXN_HELD = 38;

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
      case PeerMessage.TxnHolders m ->
          KvCodec.writeSpan(out.putByte(TXN_HOLDERS).putLong(m.call()), m.span());
      case PeerMessage.TxnHeld m -> writeHeld(out.putByte(TXN_HELD), m);
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
      case TXN_HOLDERS -> new PeerMessage.TxnHolders(in.readLong(), KvCodec.readSpan(in));
      case TXN_HELD -> readHeld(in);
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

  private static void writeHeld(ByteWriter out, PeerMessage.TxnHeld held) {
    out.putLong(held.call()).putVarInt(held.holders().size());
    for (TxnWatch.Holder holder : held.holders()) {
      writeTxn(out, holder.txn());
      out.putVarInt(holder.coordinator().value()).putVarInt(holder.keys().size());
      for (Key key : holder.keys()) {
        out.putBytes(key.bytes());
      }
    }
  }

  private static PeerMessage.TxnHeld readHeld(ByteReader in) {
    long call = in.readLong();
    int count = in.readCount();
    var holders = new ArrayList<TxnWatch.Holder>(count);
    for (int i = 0; i < count; i++) {
      TxnId txn = readTxn(in);
      NodeId coordinator = new NodeId(in.readVarInt());
      int held = in.readCount();
      var keys = new ArrayList<Key>(held);
      for (int k = 0; k < held; k++) {
        keys.add(KvCodec.readKey(in));
      }
      holders.add(new TxnWatch.Holder(txn, coordinator, keys));
    }
    return new PeerMessage.TxnHeld(call, holders);
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
