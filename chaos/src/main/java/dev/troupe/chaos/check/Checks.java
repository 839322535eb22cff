package dev.troupe.chaos.check;

import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.raft.RaftMessage;
import java.util.List;

/** All checks of a run, told in order. The committed log comes first: others ask it. */
public final class Checks implements Check {
  private final CommittedLog committed;
  private final List<Check> all;

  public Checks(
      LogPosition start, GroupView group, NoAcknowledgedWriteLost.AppliedCommands commands) {
    committed = new CommittedLog(start);
    all =
        List.of(
            committed,
            new ElectionSafety(),
            new LogMatching(),
            new MembershipFollowsLog(),
            new LeaderCompleteness(committed),
            new CommitAgreement(committed),
            new QuorumDurability(group),
            new StateMachineSafety(committed),
            new DurableVote(),
            new DurableAck(),
            new MonotonicState(),
            new NoAcknowledgedWriteLost(committed, commands),
            new NoStaleRead(),
            new LeaseExclusion(group),
            new ReplicaAgreement());
  }

  public CommittedLog committed() {
    return committed;
  }

  @Override
  public void booted(ReplicaView replica) {
    for (Check check : all) {
      check.booted(replica);
    }
  }

  @Override
  public void observed(ReplicaView replica) {
    for (Check check : all) {
      check.observed(replica);
    }
  }

  @Override
  public void appended(ReplicaView replica, LogEntry entry, long prevTerm) {
    for (Check check : all) {
      check.appended(replica, entry, prevTerm);
    }
  }

  @Override
  public void dropped(ReplicaView replica, LogEntry entry) {
    for (Check check : all) {
      check.dropped(replica, entry);
    }
  }

  @Override
  public void sent(ReplicaView replica, RaftMessage message) {
    for (Check check : all) {
      check.sent(replica, message);
    }
  }

  @Override
  public void stored(ReplicaId replica, HardState before, HardState after) {
    for (Check check : all) {
      check.stored(replica, before, after);
    }
  }

  @Override
  public void applied(ReplicaView replica, LogEntry entry) {
    for (Check check : all) {
      check.applied(replica, entry);
    }
  }

  @Override
  public void installed(ReplicaView replica, LogPosition snapshot) {
    for (Check check : all) {
      check.installed(replica, snapshot);
    }
  }

  @Override
  public void acknowledged(long command, LogPosition position) {
    for (Check check : all) {
      check.acknowledged(command, position);
    }
  }

  @Override
  public void readAnswered(ReplicaView replica, long evaluatedAt, long atLeast) {
    for (Check check : all) {
      check.readAnswered(replica, evaluatedAt, atLeast);
    }
  }

  @Override
  public void finished(GroupView group) {
    for (Check check : all) {
      check.finished(group);
    }
  }
}
