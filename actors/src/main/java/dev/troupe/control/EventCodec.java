package dev.troupe.control;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.ClusterEvents.Event;

/** Bytes of an event of the cluster's book. */
final class EventCodec {
  private static final int FORMAT = 1;

  private EventCodec() {}

  static byte[] encode(Event event) {
    RangeId range = event.range();
    NodeId node = event.node();
    return new ByteWriter(128)
        .putByte(FORMAT)
        .putLong(event.atMillis())
        .putVarInt(event.by().value())
        .putString(event.kind())
        .putVarLong(range == null ? 0 : range.value())
        .putVarInt(node == null ? 0 : node.value())
        .putString(event.message())
        .putString(event.details())
        .toBytes();
  }

  static Event decode(byte[] stored) {
    ByteReader in = new ByteReader(stored);
    int format = in.readByte();
    if (format != FORMAT) {
      throw new ByteReader.MalformedBytes("an event of format " + format + " is not known");
    }
    long at = in.readLong();
    NodeId by = new NodeId(in.readVarInt());
    String kind = in.readString();
    long range = in.readVarLong();
    int node = in.readVarInt();
    var event =
        new Event(
            at,
            by,
            kind,
            range == 0 ? null : new RangeId(range),
            node == 0 ? null : new NodeId(node),
            in.readString(),
            in.readString());
    in.requireEnd();
    return event;
  }
}
