package dev.troupe.store;

import dev.troupe.load.LoadShape;
import dev.troupe.load.RangeLoad;
import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.codec.DescriptorCodec;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bytes of the messages about load. Kind numbers as in {@link PeerCodec}. */
final class LoadCodec {
  /** Kinds from here on are written here. */
  static final int FIRST_KIND = 64;

  private static final int ASK_LOADS = 64;
  private static final int LOADS_TOLD = 65;
  private static final int LOADS_AND_BUSY_TOLD = 66;

  private LoadCodec() {}

  static void write(ByteWriter out, PeerMessage.OfLoad message) {
    switch (message) {
      case PeerMessage.AskLoads m ->
          out.putByte(ASK_LOADS).putLong(m.call()).putBoolean(m.watches());
      case PeerMessage.LoadsTold m -> {
        Double busy = m.busy();
        out.putByte(busy == null ? LOADS_TOLD : LOADS_AND_BUSY_TOLD)
            .putLong(m.call())
            .putVarInt(m.loads().size());
        m.loads().forEach(load -> write(out, load));
        if (busy != null) {
          writeShare(out, busy);
        }
      }
    }
  }

  /** Reads what follows a kind that {@link PeerCodec} does not know. */
  static PeerMessage.OfLoad read(int kind, ByteReader in) {
    return switch (kind) {
      case ASK_LOADS -> new PeerMessage.AskLoads(in.readLong(), in.readBoolean());
      case LOADS_TOLD, LOADS_AND_BUSY_TOLD -> {
        long call = in.readLong();
        int count = in.readCount();
        List<RangeLoad> loads = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
          loads.add(readLoad(in));
        }
        yield new PeerMessage.LoadsTold(
            call, loads, kind == LOADS_TOLD ? null : Double.valueOf(readShare(in)));
      }
      default -> throw new ByteReader.MalformedBytes("message kind " + kind + " is not known");
    };
  }

  private static void write(ByteWriter out, RangeLoad load) {
    DescriptorCodec.write(out, load.descriptor());
    out.putVarLong(load.leader().value())
        .putVarLong(load.bytes())
        .putVarLong(load.reads())
        .putVarLong(load.writes());
    writeKey(out, load.middle());
    LoadShape shape = load.shape();
    out.putBoolean(shape != null);
    if (shape != null) {
      out.putVarInt(shape.samples());
      writeShare(out, shape.writeShare());
      writeKey(out, shape.cut());
      writeShare(out, shape.cutShare());
      writeKey(out, shape.hotKey());
      writeShare(out, shape.hotShare());
      writeShare(out, shape.risingShare());
    }
  }

  private static RangeLoad readLoad(ByteReader in) {
    var descriptor = DescriptorCodec.readDescriptor(in);
    var leader = new ReplicaId(in.readVarLong());
    long bytes = in.readVarLong();
    long reads = in.readVarLong();
    long writes = in.readVarLong();
    Key middle = readKey(in);
    LoadShape shape = in.readBoolean() ? readShape(in) : null;
    return new RangeLoad(descriptor, leader, bytes, middle, reads, writes, shape);
  }

  private static LoadShape readShape(ByteReader in) {
    int samples = in.readVarInt();
    double writeShare = readShare(in);
    Key cut = readKey(in);
    double cutShare = readShare(in);
    Key hotKey = readKey(in);
    if (hotKey == null) {
      throw new ByteReader.MalformedBytes("a load without its hottest key");
    }
    return new LoadShape(samples, writeShare, cut, cutShare, hotKey, readShare(in), readShare(in));
  }

  private static void writeShare(ByteWriter out, double share) {
    out.putLong(Double.doubleToLongBits(share));
  }

  private static double readShare(ByteReader in) {
    return Double.longBitsToDouble(in.readLong());
  }

  private static void writeKey(ByteWriter out, @Nullable Key key) {
    out.putBoolean(key != null);
    if (key != null) {
      out.putBytes(key.bytes());
    }
  }

  private static @Nullable Key readKey(ByteReader in) {
    return in.readBoolean() ? Key.wrap(in.readBytes()) : null;
  }
}
