package dev.troupe.split;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.split.Decision.Finding;
import dev.troupe.split.SplitPlanner.Told;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;

/** Bytes of what the coordinator remembers. Stored: numbers are never reused. */
final class RememberedCodec {
  private static final int ORDERED = 1;
  private static final int ENDED = 2;
  private static final int TOLD = 3;
  private static final int MERGE_ORDERED = 4;
  private static final int MOVE_ORDERED = 5;

  /** Orders of splits only, without their kinds. */
  private static final int STATE_OF_SPLITS = 1;

  private static final int STATE_FORMAT = 2;

  private RememberedCodec() {}

  static byte[] encode(Remembered event) {
    var out = new ByteWriter(64);
    switch (event) {
      case Remembered.Order m -> writeOrder(out, m);
      case Remembered.Ended m ->
          out.putByte(ENDED).putVarLong(m.range().value()).putBoolean(m.done());
      case Remembered.PeopleTold m -> write(out.putByte(TOLD), m.told());
    }
    return out.toBytes();
  }

  static Remembered decode(byte[] stored) {
    var in = new ByteReader(stored);
    int kind = in.readByte();
    Remembered event =
        switch (kind) {
          case ORDERED, MERGE_ORDERED, MOVE_ORDERED -> readOrder(kind, in);
          case ENDED -> new Remembered.Ended(new RangeId(in.readVarLong()), in.readBoolean());
          case TOLD -> new Remembered.PeopleTold(readTold(in));
          default ->
              throw new ByteReader.MalformedBytes("split event kind " + kind + " is not known");
        };
    in.requireEnd();
    return event;
  }

  static byte[] encode(SplitState state) {
    var out =
        new ByteWriter(256)
            .putByte(STATE_FORMAT)
            .putVarLong(state.splits())
            .putVarLong(state.merges());
    out.putVarInt(state.open().size());
    state.open().values().forEach(order -> writeOrder(out, order));
    out.putVarInt(state.told().size());
    state.told().forEach(told -> write(out, told));
    return out.toBytes();
  }

  static SplitState decodeState(byte[] stored) {
    var in = new ByteReader(stored);
    int format = in.readByte();
    if (format != STATE_FORMAT && format != STATE_OF_SPLITS) {
      throw new ByteReader.MalformedBytes("split state of format " + format + " is not known");
    }
    long splits = in.readVarLong();
    long merges = format == STATE_OF_SPLITS ? 0 : in.readVarLong();
    var open = new LinkedHashMap<RangeId, Remembered.Order>();
    for (int left = in.readCount(); left > 0; left--) {
      Remembered.Order order = readOrder(format == STATE_OF_SPLITS ? ORDERED : in.readByte(), in);
      open.put(order.range(), order);
    }
    var told = new LinkedHashSet<Told>();
    for (int left = in.readCount(); left > 0; left--) {
      told.add(readTold(in));
    }
    in.requireEnd();
    return new SplitState(open, told, splits, merges);
  }

  private static void writeOrder(ByteWriter out, Remembered.Order order) {
    switch (order) {
      case Remembered.Ordered m -> write(out.putByte(ORDERED), m);
      case Remembered.MergeOrdered m ->
          out.putByte(MERGE_ORDERED)
              .putVarLong(m.range().value())
              .putVarLong(m.generation())
              .putVarLong(m.right().value())
              .putVarLong(m.rightGeneration())
              .putBytes(m.border().bytes())
              .putVarLong(m.bytes())
              .putLong(Double.doubleToLongBits(m.requestsPerSecond()));
      case Remembered.MoveOrdered m ->
          out.putByte(MOVE_ORDERED)
              .putVarLong(m.range().value())
              .putVarLong(m.generation())
              .putVarInt(m.from().value())
              .putVarInt(m.to().value())
              .putVarLong(m.neighbour().value());
    }
  }

  private static Remembered.Order readOrder(int kind, ByteReader in) {
    return switch (kind) {
      case ORDERED -> readOrdered(in);
      case MERGE_ORDERED ->
          new Remembered.MergeOrdered(
              new RangeId(in.readVarLong()),
              in.readVarLong(),
              new RangeId(in.readVarLong()),
              in.readVarLong(),
              Key.wrap(in.readBytes()),
              in.readVarLong(),
              Double.longBitsToDouble(in.readLong()));
      case MOVE_ORDERED ->
          new Remembered.MoveOrdered(
              new RangeId(in.readVarLong()),
              in.readVarLong(),
              new NodeId(in.readVarInt()),
              new NodeId(in.readVarInt()),
              new RangeId(in.readVarLong()));
      default -> throw new ByteReader.MalformedBytes("order kind " + kind + " is not known");
    };
  }

  private static void write(ByteWriter out, Remembered.Ordered ordered) {
    out.putVarLong(ordered.range().value())
        .putVarLong(ordered.generation())
        .putBytes(ordered.key().bytes())
        .putString(ordered.strategy());
  }

  private static Remembered.Ordered readOrdered(ByteReader in) {
    return new Remembered.Ordered(
        new RangeId(in.readVarLong()), in.readVarLong(), Key.wrap(in.readBytes()), in.readString());
  }

  private static void write(ByteWriter out, Told told) {
    out.putVarLong(told.range().value())
        .putString(told.finding().word())
        .putBytes(told.key().bytes());
  }

  private static Told readTold(ByteReader in) {
    var range = new RangeId(in.readVarLong());
    String word = in.readString();
    try {
      return new Told(range, Finding.of(word), Key.wrap(in.readBytes()));
    } catch (IllegalArgumentException unknown) {
      throw new ByteReader.MalformedBytes("finding '" + word + "' is not known");
    }
  }
}
