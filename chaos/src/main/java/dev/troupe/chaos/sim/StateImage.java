package dev.troupe.chaos.sim;

import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Membership;

/**
 * The state machine as of one position: what is flushed to disk, and what a snapshot carries. The
 * arrays are never changed.
 *
 * @param registers value by key
 * @param commands ids of the commands applied, by index minus {@code commandsFrom}; 0 for other
 *     entries
 * @param lastReplicaCount the highest count ever used for a replica id
 */
record StateImage(
    LogPosition applied,
    Membership membership,
    long[] registers,
    long[] commands,
    long commandsFrom,
    long lastReplicaCount,
    long checksum) {

  static StateImage initial(LogPosition position, Membership membership) {
    return new StateImage(
        position,
        membership,
        new long[0],
        new long[0],
        position.index() + 1,
        ReplicaNumbers.highest(membership),
        0);
  }

  @Override
  public String toString() {
    return "image(%s %s)".formatted(applied, membership);
  }
}
