package dev.troupe.range;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * Payload of a COMMAND entry: the writes that waited together, with the leader's clock. Stored in
 * Raft logs: golden-tested.
 */
public final class CommandCodec {
  private static final int FORMAT = 1;

  private CommandCodec() {}

  /**
   * Encodes writes.
   *
   * @param clock the leader's time: the state machine gives versions at or above it
   */
  public static byte[] encode(Timestamp clock, List<? extends KvRequest.Write> writes) {
    int size = 16;
    for (KvRequest.Write write : writes) {
      size += KvCodec.sizeHint(write);
    }
    ByteWriter out = new ByteWriter(size);
    out.putByte(FORMAT).putLong(clock.value()).putVarInt(writes.size());
    for (KvRequest.Write write : writes) {
      KvCodec.write(out, write);
    }
    return out.toBytes();
  }

  /** A decoded payload. */
  public record Command(Timestamp clock, List<KvRequest.Write> writes) {}

  public static Command decode(byte[] payload) {
    ByteReader in = new ByteReader(payload);
    int format = in.readByte();
    if (format != FORMAT) {
      throw new ByteReader.MalformedBytes("command of format " + format + " is not known");
    }
    Timestamp clock = new Timestamp(in.readLong());
    int count = in.readCount();
    var writes = new ArrayList<KvRequest.Write>(count);
    for (int i = 0; i < count; i++) {
      writes.add(KvCodec.readWrite(in));
    }
    in.requireEnd();
    return new Command(clock, writes);
  }
}
