package dev.troupe.chaos.nodes;

import dev.troupe.chaos.sim.SimRandom;
import dev.troupe.range.ReplicaSettings;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Everything that a seed decides before the first event. Printed on failure.
 *
 * @param splits whether the clients' keys lie in two ranges at first
 * @param faultNanos how long faults go on
 * @param faultEveryNanos mean time between two faults
 * @param faults what may happen
 * @param stepNanos the longest that a processor is busy with one message
 * @param driftPpmMax how fast or slow a clock may be; just within the lease margin
 */
public record NodeOptions(
    int nodes,
    boolean splits,
    long faultNanos,
    long faultEveryNanos,
    Set<NodeFault> faults,
    ReplicaSettings replicas,
    long stepNanos,
    long driftPpmMax,
    Network network,
    Disk disk,
    Load load,
    Txns txns) {

  private static final long MS = 1_000_000;

  /** Paths between nodes; probabilities per message. */
  public record Network(
      double loss, double spike, long delayMinNanos, long delayMaxNanos, int windowBytes) {}

  /**
   * Disks.
   *
   * @param nanos usual time of a sync or read, at most
   * @param slow probability that one takes up to {@code slowNanos} longer
   * @param cacheMiss probability that a value has to be read from disk
   * @param writeStall probability that the state store holds a writer up
   */
  public record Disk(
      long nanos, double slow, long slowNanos, double cacheMiss, double writeStall) {}

  /**
   * Clients; closed loops.
   *
   * @param keys in each of two groups; the first two of a group are only written together
   */
  public record Load(int clients, int keys, int calls, long thinkNanos, int paddingMax) {}

  /** Clients that run transactions; closed loops. */
  public record Txns(int clients, int calls) {}

  /** Draws the options of a seed. */
  static NodeOptions draw(SimRandom random) {
    long timeout = random.between(3, 8) * 100 * MS;
    return new NodeOptions(
        random.pick(List.of(3, 3, 3, 4, 5)),
        random.chance(0.5),
        timeout * random.between(8, 24),
        timeout * random.between(4, 20) / 10,
        drawFaults(random),
        drawReplicas(random, timeout),
        random.pick(List.of(2_000L, 10_000L, 100_000L)),
        random.chance(0.5) ? 50_000 : 0,
        drawNetwork(random),
        drawDisk(random, timeout),
        new Load(
            (int) random.between(2, 5),
            (int) random.between(3, 4),
            (int) random.between(20, 60),
            timeout * random.between(2, 40) / 100,
            random.pick(List.of(20, 20, 2_000, 200_000))),
        new Txns((int) random.between(1, 4), (int) random.between(10, 30)));
  }

  /** Swarm testing: few kinds of faults at a time reach deeper than all at once. */
  private static Set<NodeFault> drawFaults(SimRandom random) {
    Set<NodeFault> faults = EnumSet.noneOf(NodeFault.class);
    double each = random.between(5, 50) / 100.0;
    for (NodeFault fault : NodeFault.values()) {
      if (random.chance(each)) {
        faults.add(fault);
      }
    }
    if (random.chance(0.4)) {
      // Ranges come and go: each needs the other.
      faults.add(NodeFault.SPLIT_RANGE);
      faults.add(NodeFault.MERGE_RANGES);
    }
    return faults;
  }

  private static ReplicaSettings drawReplicas(SimRandom random, long timeout) {
    return new ReplicaSettings(
        Duration.ofNanos(timeout),
        Duration.ofNanos(timeout / random.between(3, 6)),
        random.chance(0.3) ? Duration.ZERO : Duration.ofNanos(timeout * random.between(1, 12) / 3),
        3,
        random.chance(0.7) ? random.between(500, 20_000) : 1 << 20,
        Duration.ZERO,
        0);
  }

  private static Network drawNetwork(SimRandom random) {
    double[] rates = {0, 0, 0.005, 0.02, 0.1};
    long least = random.between(20, 1_000) * 1_000;
    return new Network(
        rates[random.nextInt(5)],
        rates[random.nextInt(4)],
        least,
        least + random.between(0, 10) * MS,
        random.chance(0.2) ? 4_000 : 4 << 20);
  }

  private static Disk drawDisk(SimRandom random, long timeout) {
    return new Disk(
        random.between(20, 5_000) * 1_000,
        random.chance(0.4) ? 0.01 : 0,
        timeout * 2,
        random.pick(List.of(0.0, 0.1, 0.9)),
        random.pick(List.of(0.0, 0.1, 0.9)));
  }
}
