package dev.troupe.split;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.Key;
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

  private static final int STATE_FORMAT = 1;

  private RememberedCodec() {}

  static byte[] encode(Remembered event) {
    var out = new ByteWriter(64);
    switch (event) {
      case Remembered.Ordered m -> write(out.putByte(ORDERED), m);
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
          case ORDERED -> readOrdered(in);
          case ENDED -> new Remembered.Ended(new RangeId(in.readVarLong()), in.readBoolean());
          case TOLD -> new Remembered.PeopleTold(readTold(in));
          default ->
              throw new ByteReader.MalformedBytes("split event kind " + kind + " is not known");
        };
    in.requireEnd();
    return event;
  }

  static byte[] encode(SplitState state) {
    var out = new ByteWriter(256).putByte(STATE_FORMAT).putVarLong(state.splits());
    out.putVarInt(state.open().size());
    state.open().values().forEach(ordered -> write(out, ordered));
    out.putVarInt(state.told().size());
    state.told().forEach(told -> write(out, told));
    return out.toBytes();
  }

  static SplitState decodeState(byte[] stored) {
    var in = new ByteReader(stored);
    int format = in.readByte();
    if (format != STATE_FORMAT) {
      throw new ByteReader.MalformedBytes("split state of format " + format + " is not known");
    }
    long splits = in.readVarLong();
    var open = new LinkedHashMap<RangeId, Remembered.Ordered>();
    for (int left = in.readCount(); left > 0; left--) {
      Remembered.Ordered ordered = readOrdered(in);
      open.put(ordered.range(), ordered);
    }
    var told = new LinkedHashSet<Told>();
    for (int left = in.readCount(); left > 0; left--) {
      told.add(readTold(in));
    }
    in.requireEnd();
    return new SplitState(open, told, splits);
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
