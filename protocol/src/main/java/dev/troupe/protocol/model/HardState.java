package dev.troupe.protocol.model;

import org.jspecify.annotations.Nullable;

/**
 * What a Raft replica must not forget (Raft, figure 2), and the highest index it knows committed.
 *
 * @param term latest term seen
 * @param vote candidate voted for in that term
 * @param commit a lower bound of the committed index; a hint that saves work after a restart
 */
public record HardState(long term, @Nullable ReplicaId vote, long commit) {
  public static final HardState INITIAL = new HardState(0, null, 0);
}
