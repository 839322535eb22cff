package dev.troupe.transport;

import dev.troupe.protocol.spi.WallClock;

/**
 * Hands out link epochs that only rise. Make one per process and keep it while actor systems come
 * and go. It starts at the time of day so that a new process usually is above its predecessor; the
 * incarnation of the store decides where that is not enough. Thread-safe.
 */
public final class LinkEpochs {
  private final WallClock wall;
  private long last;

  public LinkEpochs(WallClock wall) {
    this.wall = wall;
  }

  synchronized long next() {
    last = Math.max(last + 1, wall.millis());
    return last;
  }
}
