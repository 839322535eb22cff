package dev.troupe.range;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.codec.DescriptorCodec;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.Timestamp;

/**
 * Payload of a MERGE entry: one step of a merge, in the log of the left-hand or of the right-hand
 * range. Each does nothing when the range is not in the state that it names, so steps may be
 * repeated or late. Stored in Raft logs: golden-tested.
 */
public sealed interface MergeCommand {
  int FORMAT = 1;

  /** Left: the merge begins. The range's generation then is the merge's token. */
  record Begin(long generation, RangeId right, long rightGeneration) implements MergeCommand {}

  /** Right: nothing changes any more and nothing is served. */
  record Freeze(long generation, RangeId left, long token) implements MergeCommand {}

  /**
   * Left: takes over the right-hand range as it is since it was frozen. Only proposed when every
   * member's replica of that range has applied the freeze.
   *
   * @param right as it was frozen
   * @param frozenAt the entry that froze it
   * @param clock highest timestamp given to a version there
   * @param horizon what only reads below it can see may have been collected there
   * @param basis of that horizon
   * @param seen when it was looked at what is protected from being collected in the two ranges: if
   *     either was told of a protection later, nothing is done
   * @param keep no horizon may be above it, because of what is protected
   */
  record TakeOver(
      long token,
      RangeDescriptor right,
      LogPosition frozenAt,
      Timestamp clock,
      Timestamp horizon,
      Timestamp basis,
      Timestamp seen,
      Timestamp keep)
      implements MergeCommand {}

  /** Left: the taking over has become impossible. */
  record Cancel(long token) implements MergeCommand {}

  /**
   * Right: serves again, or can never be frozen for this merge. Only proposed when the left-hand
   * range says that the merge is cancelled.
   *
   * @param generation before it was frozen
   */
  record Thaw(long generation, RangeId left, long token) implements MergeCommand {}

  /** Left: the right-hand range serves, and cannot be frozen for this merge again. */
  record End(long token) implements MergeCommand {}

  /** Its bytes. */
  default byte[] encode() {
    ByteWriter out = new ByteWriter(96).putByte(FORMAT);
    switch (this) {
      case Begin c ->
          out.putByte(1)
              .putVarLong(c.generation())
              .putVarLong(c.right().value())
              .putVarLong(c.rightGeneration());
      case Freeze c ->
          out.putByte(2)
              .putVarLong(c.generation())
              .putVarLong(c.left().value())
              .putVarLong(c.token());
      case TakeOver c -> {
        out.putByte(3).putVarLong(c.token());
        DescriptorCodec.write(out, c.right());
        out.putVarLong(c.frozenAt().index()).putVarLong(c.frozenAt().term());
        out.putLong(c.clock().value()).putLong(c.horizon().value()).putLong(c.basis().value());
        out.putLong(c.seen().value()).putLong(c.keep().value());
      }
      case Cancel c -> out.putByte(4).putVarLong(c.token());
      case Thaw c ->
          out.putByte(5)
              .putVarLong(c.generation())
              .putVarLong(c.left().value())
              .putVarLong(c.token());
      case End c -> out.putByte(6).putVarLong(c.token());
    }
    return out.toBytes();
  }

  static MergeCommand decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    int format = in.readByte();
    if (format != FORMAT) {
      throw new ByteReader.MalformedBytes("merge of format " + format + " is not known");
    }
    int step = in.readByte();
    MergeCommand command =
        switch (step) {
          case 1 -> new Begin(in.readVarLong(), new RangeId(in.readVarLong()), in.readVarLong());
          case 2 -> new Freeze(in.readVarLong(), new RangeId(in.readVarLong()), in.readVarLong());
          case 3 ->
              new TakeOver(
                  in.readVarLong(),
                  DescriptorCodec.readDescriptor(in),
                  new LogPosition(in.readVarLong(), in.readVarLong()),
                  new Timestamp(in.readLong()),
                  new Timestamp(in.readLong()),
                  new Timestamp(in.readLong()),
                  new Timestamp(in.readLong()),
                  new Timestamp(in.readLong()));
          case 4 -> new Cancel(in.readVarLong());
          case 5 -> new Thaw(in.readVarLong(), new RangeId(in.readVarLong()), in.readVarLong());
          case 6 -> new End(in.readVarLong());
          default -> throw new ByteReader.MalformedBytes("step " + step + " of a merge is unknown");
        };
    in.requireEnd();
    return command;
  }
}
