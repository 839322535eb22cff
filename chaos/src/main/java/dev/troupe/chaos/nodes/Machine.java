package dev.troupe.chaos.nodes;

import dev.troupe.chaos.sim.SimClock;
import dev.troupe.chaos.sim.SimRandom;
import dev.troupe.protocol.model.NodeId;
import org.jspecify.annotations.Nullable;

/** What of a node outlives its processes: number, disk and clocks. */
final class Machine {
  private static final long MILLION = 1_000_000;

  /** What the clocks on the wall show at the beginning, nearly. */
  private static final long EPOCH_MILLIS = 1_700_000_000_000L;

  private final NodeWorld world;
  private final int number;
  private final SimRandom random;
  private final SimClock clock;
  private final DiskTimes times;
  private final MemoryLogStore log;
  private final MemoryStateStore state;
  private final MemorySnapshotStore snapshots;
  private long wallOffsetMillis;
  private @Nullable SimulatedNode node;

  Machine(NodeWorld world, int number) {
    this.world = world;
    this.number = number;
    random = world.random().split();
    long drift = world.options().driftPpmMax();
    clock =
        new SimClock(
            random.between(-1_000_000_000_000L, 1_000_000_000_000L), random.between(-drift, drift));
    wallOffsetMillis = random.between(-500, 500);
    times = new DiskTimes(world, random.split());
    log = new MemoryLogStore(world, number, random.split(), times);
    state = new MemoryStateStore(world, random.split());
    snapshots = new MemorySnapshotStore(world, log, state);
  }

  int number() {
    return number;
  }

  NodeId id() {
    return new NodeId(number);
  }

  SimRandom random() {
    return random;
  }

  DiskTimes times() {
    return times;
  }

  MemoryLogStore log() {
    return log;
  }

  MemoryStateStore state() {
    return state;
  }

  MemorySnapshotStore snapshots() {
    return snapshots;
  }

  /** Runs on while the node is down or paused. */
  long nanos() {
    return clock.at(world.now());
  }

  long wallMillis() {
    return EPOCH_MILLIS + world.now() / MILLION + wallOffsetMillis;
  }

  void setDrift(long ppm) {
    clock.setDrift(world.now(), ppm);
  }

  void moveWallClock(long millis) {
    wallOffsetMillis += millis;
  }

  /** The process that runs here; null while there is none. */
  @Nullable SimulatedNode node() {
    return node;
  }

  boolean isUp() {
    return node != null;
  }

  void boot(SimulatedNode life) {
    node = life;
  }

  /** Power is cut. */
  void crash() {
    if (node != null) {
      node.die();
      node = null;
      log.crash();
      state.crash();
    }
  }

  @Override
  public String toString() {
    return "n" + number + " " + (node == null ? "down" : node.toString());
  }
}
