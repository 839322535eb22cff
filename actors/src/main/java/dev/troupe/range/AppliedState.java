package dev.troupe.range;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Timestamp;
import org.jspecify.annotations.Nullable;

/**
 * How far a range's state machine has come. Stored in the same batch as the effects it covers.
 *
 * @param position last entry whose effects are in the state
 * @param clock highest timestamp given to a version in this range; the next one is above it
 * @param horizon what only reads below it can see may have been collected, and records of
 *     transactions that were written below it
 * @param basis the horizon is raised only by those who looked at this timestamp or later what is
 *     protected from being collected
 * @param merging the merge that the range takes part in; null when there is none
 */
public record AppliedState(
    LogPosition position,
    Timestamp clock,
    Timestamp horizon,
    Timestamp basis,
    @Nullable Merging merging) {
  public static final AppliedState INITIAL = new AppliedState(LogPosition.ZERO, Timestamp.MIN);

  private static final int FORMAT_WITH_MERGE = 4;
  private static final int FORMAT = 3;
  private static final int FORMAT_WITHOUT_BASIS = 2;
  private static final int FORMAT_WITHOUT_HORIZON = 1;

  /** Before anything was collected. */
  public AppliedState(LogPosition position, Timestamp clock) {
    this(position, clock, Timestamp.MIN, Timestamp.MIN);
  }

  /** Of a range that takes part in no merge. */
  public AppliedState(LogPosition position, Timestamp clock, Timestamp horizon, Timestamp basis) {
    this(position, clock, horizon, basis, null);
  }

  /** The same range after another entry. */
  AppliedState advance(LogPosition to, Timestamp now) {
    return new AppliedState(to, now, horizon, basis, merging);
  }

  AppliedState with(@Nullable Merging now) {
    return new AppliedState(position, clock, horizon, basis, now);
  }

  AppliedState raised(Timestamp newHorizon, Timestamp newBasis) {
    return new AppliedState(position, clock, newHorizon, newBasis, merging);
  }

  public byte[] encode() {
    ByteWriter out =
        new ByteWriter(41)
            .putByte(merging == null ? FORMAT : FORMAT_WITH_MERGE)
            .putLong(position.index())
            .putLong(position.term())
            .putLong(clock.value())
            .putLong(horizon.value())
            .putLong(basis.value());
    if (merging != null) {
      Merging.write(out, merging);
    }
    return out.toBytes();
  }

  public static AppliedState decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    int format = in.readByte();
    if (format < FORMAT_WITHOUT_HORIZON || format > FORMAT_WITH_MERGE) {
      throw new ByteReader.MalformedBytes("applied state of format " + format + " is not known");
    }
    AppliedState state =
        new AppliedState(
            new LogPosition(in.readLong(), in.readLong()),
            new Timestamp(in.readLong()),
            format < FORMAT_WITHOUT_BASIS ? Timestamp.MIN : new Timestamp(in.readLong()),
            format < FORMAT ? Timestamp.MIN : new Timestamp(in.readLong()),
            format < FORMAT_WITH_MERGE ? null : Merging.read(in));
    in.requireEnd();
    return state;
  }
}
