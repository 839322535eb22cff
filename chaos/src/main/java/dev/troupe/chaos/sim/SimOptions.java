package dev.troupe.chaos.sim;

import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.raft.RaftConfig;
import java.util.EnumSet;
import java.util.Set;

/**
 * Everything that a seed decides before the first event. Printed on failure.
 *
 * @param nodes machines; more than members, so that replicas can move
 * @param voters members of the group at first
 * @param safetyNanos how long faults go on
 * @param faultEveryNanos mean time between two faults
 * @param faults what may happen
 */
public record SimOptions(
    int nodes,
    int voters,
    long safetyNanos,
    long faultEveryNanos,
    Set<FaultKind> faults,
    Raft raft,
    Network network,
    Disk disk,
    Load load) {

  private static final long MS = 1_000_000;

  /**
   * The group's settings.
   *
   * @param driftPpmMax how fast or slow a clock may be; just within the lease margin
   */
  public record Raft(
      long electionTimeoutNanos,
      long heartbeatNanos,
      long leaseMarginNanos,
      long quiesceAfterNanos,
      int appendBytesMax,
      int inflightAppendsMax,
      long uncommittedBytesMax,
      long cacheBytesMax,
      long driftPpmMax) {

    RaftConfig config(ReplicaId self) {
      return new RaftConfig(
          self,
          electionTimeoutNanos,
          heartbeatNanos,
          leaseMarginNanos,
          quiesceAfterNanos,
          appendBytesMax,
          inflightAppendsMax,
          uncommittedBytesMax,
          cacheBytesMax);
    }
  }

  /** Rates of a path between two nodes; probabilities per message. */
  public record Network(
      double loss, double duplication, double spike, long delayMinNanos, long delayMaxNanos) {}

  /**
   * Disks and what the shell does with them.
   *
   * @param stall probability that a sync takes very long
   * @param flushEveryEntries applied entries between two flushes of the state machine
   * @param truncate probability that a flush is followed by a truncation of the log
   * @param keepEntries entries kept in front of the flushed position when truncating
   * @param batching probability that the shell collects more inputs before it carries out outputs
   * @param applyDelayNanos upper bound of the time an entry takes to be applied
   */
  public record Disk(
      long syncNanos,
      double stall,
      long flushEveryEntries,
      double truncate,
      int keepEntries,
      int snapshotChunks,
      double batching,
      long applyDelayNanos) {}

  /** Clients; closed loops. */
  public record Load(
      int clients,
      int keys,
      long thinkNanos,
      double reads,
      double cas,
      int paddingMax,
      long patienceNanos) {}

  /** Draws the options of a seed. */
  public static SimOptions draw(SimRandom random) {
    int voters = (int) random.pick(java.util.List.of(1, 2, 3, 3, 3, 3, 4, 5, 5));
    long timeout = random.between(3, 10) * 100 * MS;
    return new SimOptions(
        voters + random.nextInt(3),
        voters,
        timeout * random.between(15, 40),
        timeout * random.between(3, 20) / 10,
        drawFaults(random),
        drawRaft(random, timeout),
        drawNetwork(random, timeout),
        drawDisk(random, timeout),
        drawLoad(random, timeout));
  }

  /** Swarm testing: few kinds of faults at a time reach deeper than all at once. */
  private static Set<FaultKind> drawFaults(SimRandom random) {
    Set<FaultKind> faults = EnumSet.noneOf(FaultKind.class);
    double each = random.between(5, 50) / 100.0;
    for (FaultKind kind : FaultKind.values()) {
      if (random.chance(each)) {
        faults.add(kind);
      }
    }
    if (random.chance(0.3)) {
      faults.add(FaultKind.CHANGE_MEMBERSHIP);
    }
    return faults;
  }

  private static Raft drawRaft(SimRandom random, long timeout) {
    double margin = random.between(4, 25) / 100.0;
    return new Raft(
        timeout,
        timeout / random.between(3, 8),
        (long) (timeout * margin),
        random.chance(0.3) ? timeout * random.between(1, 4) : 0,
        random.chance(0.5) ? (int) random.between(60, 400) : 1 << 16,
        (int) random.between(1, 8),
        random.chance(0.2) ? random.between(200, 1000) : 1 << 20,
        random.chance(0.5) ? random.between(0, 600) : 1 << 20,
        random.chance(0.7) ? (long) (0.98 * 1_000_000 * margin / (2 - margin)) : 0);
  }

  private static Network drawNetwork(SimRandom random, long timeout) {
    long least = random.between(1, 2000) * 1000;
    double[] rates = {0, 0, 0.01, 0.05, 0.2};
    return new Network(
        rates[random.nextInt(5)],
        rates[random.nextInt(5)],
        rates[random.nextInt(4)],
        least,
        least + random.between(0, timeout / 20));
  }

  private static Disk drawDisk(SimRandom random, long timeout) {
    return new Disk(
        random.between(20, random.chance(0.3) ? timeout / 20_000 : 5000) * 1000,
        random.chance(0.3) ? 0.01 : 0,
        random.between(2, 40),
        random.chance(0.7) ? random.between(20, 100) / 100.0 : 0,
        random.nextInt(8),
        (int) random.between(1, random.chance(0.2) ? 60 : 6),
        random.chance(0.3) ? 0.5 : 0,
        random.chance(0.3) ? timeout / 4 : MS / 2);
  }

  private static Load drawLoad(SimRandom random, long timeout) {
    return new Load(
        (int) random.between(1, 4),
        (int) random.between(1, 3),
        timeout * random.between(1, 40) / 100,
        random.between(20, 70) / 100.0,
        random.between(0, 50) / 100.0,
        random.chance(0.3) ? 200 : 20,
        timeout * random.between(1, 4));
  }
}
