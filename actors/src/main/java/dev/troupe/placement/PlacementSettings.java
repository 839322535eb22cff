package dev.troupe.placement;

import java.time.Duration;

/**
 * Times and limits of placement.
 *
 * @param look how often to look; zero for never
 * @param timeUntilDead a node not heard of for so long is dead
 * @param movesMax replicas on their way at once in the cluster
 * @param movesPerNodeMax the same to one node
 * @param leaderMovesMax leaderships given away at once
 * @param rest how long a range is not moved for balance after it has changed
 */
public record PlacementSettings(
    Duration look,
    Duration timeUntilDead,
    int movesMax,
    int movesPerNodeMax,
    int leaderMovesMax,
    Duration rest) {
  public static final PlacementSettings DEFAULTS =
      new PlacementSettings(
          Duration.ofSeconds(10), Duration.ofMinutes(5), 8, 2, 32, Duration.ofSeconds(30));

  /** Replicas and leaders stay where they are put. */
  public static final PlacementSettings OFF = DEFAULTS.withLook(Duration.ZERO);

  public PlacementSettings withLook(Duration often) {
    return new PlacementSettings(
        often, timeUntilDead, movesMax, movesPerNodeMax, leaderMovesMax, rest);
  }

  public PlacementSettings withTimeUntilDead(Duration silence) {
    return new PlacementSettings(look, silence, movesMax, movesPerNodeMax, leaderMovesMax, rest);
  }

  public PlacementSettings withRest(Duration pause) {
    return new PlacementSettings(
        look, timeUntilDead, movesMax, movesPerNodeMax, leaderMovesMax, pause);
  }

  public boolean isOff() {
    return look.isZero();
  }
}
