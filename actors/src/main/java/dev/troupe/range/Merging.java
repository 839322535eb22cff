package dev.troupe.range;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.RangeId;

/**
 * A merge that a range takes part in: part of its replicated state, so that no leader has to guess
 * how far it is. Stored: golden-tested.
 */
public sealed interface Merging {
  int TAKING = 1;
  int FROZEN = 2;

  /**
   * The range is about to take over its right-hand neighbour. Its borders and members stay as they
   * are until that is done or has become impossible, and the neighbour serves again.
   *
   * @param right who is to be taken over
   * @param rightGeneration of that range, before it was frozen: it can be frozen at no other one
   * @param token names this merge: the range's own generation when it began
   * @param cancelled whether the taking over has become impossible
   */
  record Taking(RangeId right, long rightGeneration, long token, boolean cancelled)
      implements Merging {
    Taking cancel() {
      return new Taking(right, rightGeneration, token, true);
    }
  }

  /**
   * The range is about to be taken over by its left-hand neighbour, and does nothing.
   *
   * @param token of the merge, as the neighbour knows it
   * @param at the entry that froze the range: no later one has changed anything
   */
  record Frozen(RangeId left, long token, LogPosition at) implements Merging {
    boolean isBy(RangeId neighbour, long merge) {
      return left.equals(neighbour) && token == merge;
    }
  }

  /** Appends its bytes. */
  static void write(ByteWriter out, Merging merging) {
    switch (merging) {
      case Taking t ->
          out.putByte(TAKING)
              .putVarLong(t.right().value())
              .putVarLong(t.rightGeneration())
              .putVarLong(t.token())
              .putBoolean(t.cancelled());
      case Frozen f -> {
        out.putByte(FROZEN).putVarLong(f.left().value()).putVarLong(f.token());
        out.putVarLong(f.at().index()).putVarLong(f.at().term());
      }
    }
  }

  /** Reads what {@link #write} has written. */
  static Merging read(ByteReader in) {
    int kind = in.readByte();
    return switch (kind) {
      case TAKING ->
          new Taking(
              new RangeId(in.readVarLong()), in.readVarLong(), in.readVarLong(), in.readBoolean());
      case FROZEN ->
          new Frozen(
              new RangeId(in.readVarLong()),
              in.readVarLong(),
              new LogPosition(in.readVarLong(), in.readVarLong()));
      default -> throw new ByteReader.MalformedBytes("part " + kind + " of a merge is not known");
    };
  }
}
