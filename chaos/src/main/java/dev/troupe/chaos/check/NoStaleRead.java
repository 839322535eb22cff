package dev.troupe.chaos.check;

/**
 * A read is evaluated in a state that holds every write acknowledged, and everything any read has
 * shown, before it was asked. The history checker would find the same later, and only through
 * values; this finds it at once.
 */
public final class NoStaleRead implements Check {
  @Override
  public void readAnswered(ReplicaView replica, long evaluatedAt, long atLeast) {
    if (evaluatedAt < atLeast) {
      throw new Violation(
          name(),
          "%s answers a read as of %d, but %d had been seen before it was asked"
              .formatted(replica.replica(), evaluatedAt, atLeast));
    }
  }
}
