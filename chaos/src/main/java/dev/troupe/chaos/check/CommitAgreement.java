package dev.troupe.chaos.check;

/** Whatever a replica believes committed is what a leader declared committed. */
public final class CommitAgreement implements Check {
  private final CommittedLog committed;

  public CommitAgreement(CommittedLog committed) {
    this.committed = committed;
  }

  @Override
  public void observed(ReplicaView replica) {
    long commit = replica.commitIndex();
    if (commit < committed.start()) {
      return;
    }
    if (commit > committed.last()) {
      throw new Violation(
          name(),
          "%s believes %d committed, but no leader got beyond %d"
              .formatted(replica.replica(), commit, committed.last()));
    }
    long term = replica.logTermAt(commit);
    if (term != committed.termAt(commit)) {
      throw new Violation(
          name(),
          "%s has term %d at its commit index %d, committed was term %d"
              .formatted(replica.replica(), term, commit, committed.termAt(commit)));
    }
  }
}
