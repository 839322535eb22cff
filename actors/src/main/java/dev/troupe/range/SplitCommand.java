package dev.troupe.range;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.RangeId;

/**
 * Payload of a SPLIT entry. Stored in Raft logs: golden-tested.
 *
 * @param generation of the descriptor that the proposer saw: any other one makes the entry do
 *     nothing, so that an order that is repeated or late never cuts twice
 * @param key first key of the right-hand range
 * @param right never used before
 */
public record SplitCommand(long generation, Key key, RangeId right) {
  private static final int FORMAT = 1;

  public byte[] encode() {
    return new ByteWriter(24 + key.length())
        .putByte(FORMAT)
        .putVarLong(generation)
        .putBytes(key.bytes())
        .putVarLong(right.value())
        .toBytes();
  }

  public static SplitCommand decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    int format = in.readByte();
    if (format != FORMAT) {
      throw new ByteReader.MalformedBytes("split of format " + format + " is not known");
    }
    SplitCommand split =
        new SplitCommand(in.readVarLong(), Key.wrap(in.readBytes()), new RangeId(in.readVarLong()));
    in.requireEnd();
    return split;
  }
}
