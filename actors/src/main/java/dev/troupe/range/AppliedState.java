package dev.troupe.range;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Timestamp;

/**
 * How far a range's state machine has come. Stored in the same batch as the effects it covers.
 *
 * @param position last entry whose effects are in the state
 * @param clock highest timestamp given to a version in this range; the next one is above it
 * @param horizon what only reads below it can see may have been collected, and records of
 *     transactions that were written below it
 */
public record AppliedState(LogPosition position, Timestamp clock, Timestamp horizon) {
  public static final AppliedState INITIAL = new AppliedState(LogPosition.ZERO, Timestamp.MIN);

  private static final int FORMAT = 2;
  private static final int FORMAT_WITHOUT_HORIZON = 1;

  /** Before anything was collected. */
  public AppliedState(LogPosition position, Timestamp clock) {
    this(position, clock, Timestamp.MIN);
  }

  public byte[] encode() {
    return new ByteWriter(33)
        .putByte(FORMAT)
        .putLong(position.index())
        .putLong(position.term())
        .putLong(clock.value())
        .putLong(horizon.value())
        .toBytes();
  }

  public static AppliedState decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    int format = in.readByte();
    if (format != FORMAT && format != FORMAT_WITHOUT_HORIZON) {
      throw new ByteReader.MalformedBytes("applied state of format " + format + " is not known");
    }
    AppliedState state =
        new AppliedState(
            new LogPosition(in.readLong(), in.readLong()),
            new Timestamp(in.readLong()),
            format == FORMAT_WITHOUT_HORIZON ? Timestamp.MIN : new Timestamp(in.readLong()));
    in.requireEnd();
    return state;
  }
}
