package dev.troupe.raft;

import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.ReplicaId;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures what one proposal costs in the cores of a group of three: the leader's part up to the
 * first Ready, and the whole round on all three until the leader has applied it.
 *
 * <p>Run with the test class path: {@code java dev.troupe.raft.ProposeCost [rounds]}.
 */
public final class ProposeCost {
  private static final long MS = 1_000_000;
  private static final byte[] PAYLOAD = new byte[160];

  private final List<RaftCore> cores = new ArrayList<>();
  private final ArrayDeque<RaftMessage> network = new ArrayDeque<>();
  private long now = 1;
  private long proposeNanos;

  private ProposeCost() {
    Membership three = Membership.EMPTY;
    for (long id = 1; id <= 3; id++) {
      three = three.with(new Member(new ReplicaId(id), new NodeId((int) id), Member.Role.VOTER));
    }
    LogPosition start = new LogPosition(10, 1);
    for (long id = 1; id <= 3; id++) {
      TestDisk disk = new TestDisk(start, three);
      long spread = id * 100 * MS;
      cores.add(
          new RaftCore(RaftConfig.defaults(new ReplicaId(id)), disk.boot(), b -> spread, now));
    }
    cores.getFirst().campaign(now);
    settle();
  }

  public static void main(String[] args) {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 400_000;
    ProposeCost cost = new ProposeCost();
    var thread = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int pass = 1; pass <= 5; pass++) {
      cost.proposeNanos = 0;
      long cpu = thread.getCurrentThreadCpuTime();
      long bytes = thread.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < rounds; i++) {
        cost.round();
      }
      cpu = thread.getCurrentThreadCpuTime() - cpu;
      bytes = thread.getCurrentThreadAllocatedBytes() - bytes;
      System.out.printf(
          "pass %d: propose to Ready %d ns; round of three cores %d ns CPU, %d bytes allocated%n",
          pass, cost.proposeNanos / rounds, cpu / rounds, bytes / rounds);
    }
  }

  private void round() {
    now += MS;
    RaftCore leader = cores.getFirst();
    long before = System.nanoTime();
    ProposeResult result = leader.propose(PAYLOAD, now);
    Ready ready = leader.takeReady();
    proposeNanos += System.nanoTime() - before;
    if (!(result instanceof ProposeResult.Accepted)) {
      throw new IllegalStateException("not accepted: " + result);
    }
    perform(leader, ready);
    settle();
  }

  private void settle() {
    boolean active = true;
    while (active) {
      active = false;
      for (RaftCore core : cores) {
        if (core.hasReady()) {
          perform(core, core.takeReady());
          active = true;
        }
      }
      while (!network.isEmpty()) {
        RaftMessage message = network.removeFirst();
        cores.get((int) message.to().value() - 1).step(message, now);
        active = true;
      }
    }
  }

  private void perform(RaftCore core, Ready ready) {
    network.addAll(ready.messages());
    if (ready.needsPersist()) {
      core.persisted(ready.persistSequence(), now);
    }
    if (!ready.committed().isEmpty()) {
      core.applied(ready.committed().getLast().index(), now);
    }
  }
}
