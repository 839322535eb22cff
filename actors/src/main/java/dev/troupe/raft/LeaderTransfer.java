package dev.troupe.raft;

import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.ReplicaId;
import org.jspecify.annotations.Nullable;

/**
 * Handing leadership over (Ongaro, dissertation, section 3.10): bring the target level while no
 * proposals are taken, then tell it to campaign. Given up after one election timeout.
 */
final class LeaderTransfer {
  private final ReplicaState state;
  private final ProgressTracker tracker;
  private final LeaderLease lease;
  private @Nullable ReplicaId target;
  private boolean ordered;
  private long deadline;

  LeaderTransfer(ReplicaState state, ProgressTracker tracker, LeaderLease lease) {
    this.state = state;
    this.tracker = tracker;
    this.lease = lease;
  }

  boolean pending() {
    return target != null;
  }

  /** Does nothing when the target is not another voter, or a hand-over is under way. */
  void start(ReplicaId to) {
    Progress peer = tracker.find(to);
    if (target != null || peer == null || !peer.voter()) {
      return;
    }
    target = to;
    ordered = false;
    deadline = state.now() + state.config.electionTimeoutNanos();
    proceed();
  }

  /** Orders the campaign as soon as the target has everything. */
  void proceed() {
    Progress peer = target == null ? null : tracker.find(target);
    if (peer != null && !ordered && peer.matched() == state.log.lastIndex()) {
      ordered = true;
      order(peer);
    }
  }

  private void order(Progress peer) {
    // Before the message leaves: from now on another leader may come up without waiting.
    lease.revoke();
    state.outbox.send(new RaftMessage.TimeoutNow(state.self(), peer.replica(), state.term()));
  }

  /** Names a successor without waiting for anything: this leader is leaving anyway. */
  void toMostAdvanced() {
    Progress best = null;
    for (Progress peer : tracker.peers()) {
      if (peer.voter() && (best == null || peer.matched() > best.matched())) {
        best = peer;
      }
    }
    if (best != null) {
      order(best);
    }
  }

  void onMembership(Membership membership) {
    if (target != null && !membership.isVoter(target)) {
      target = null;
    }
  }

  void tick() {
    if (target != null && state.now() >= deadline) {
      target = null;
    }
  }
}
