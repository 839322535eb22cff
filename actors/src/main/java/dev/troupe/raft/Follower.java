package dev.troupe.raft;

import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.ReplicaId;
import org.jspecify.annotations.Nullable;

/** Takes a leader's appends, heartbeats and snapshots (Raft, sections 5.3 and 7). */
final class Follower {
  /** Election timeouts for which an announced snapshot keeps appends away. */
  static final int SNAPSHOT_PATIENCE_TIMEOUTS = 4;

  private final ReplicaState state;
  private @Nullable LogPosition expected;
  private long expectedUntil;
  private long lastAppend;

  Follower(ReplicaState state) {
    this.state = state;
  }

  void onAppend(RaftMessage.Append append) {
    if (!follow(append.from(), append.term())) {
      refuseOldTerm(append.from());
      return;
    }
    if (expectsSnapshot()) {
      return;
    }
    RaftLog log = state.log;
    LogPosition prev = append.prev();
    if (state.isUninitialised()) {
      // No log begins with a term at index 0: so the leader sees that only a snapshot will do.
      reject(append, new LogPosition(0, state.term()));
    } else if (prev.index() >= log.commit() && !log.matches(prev)) {
      Invariant.check(
          prev.index() > log.commit(),
          "leader has %s where another entry is committed here, of term %d",
          prev,
          log.termAt(prev.index()));
      long agreed = Math.max(log.commit(), log.conflictBound(prev.index(), prev.term()));
      reject(append, new LogPosition(agreed, log.termAt(agreed)));
    } else {
      accept(append);
    }
  }

  private void accept(RaftMessage.Append append) {
    RaftLog log = state.log;
    long end = append.prev().index() + append.entries().size();
    Invariant.check(
        append.entries().isEmpty() || append.entries().getLast().index() == end,
        "append after %s has a gap: %s",
        append.prev(),
        append.entries());
    if (!append.entries().isEmpty()) {
      lastAppend = state.now();
    }
    log.merge(append.entries());
    log.commitTo(Math.min(append.commit(), end));
    // What is committed here is the same at the leader, even if this append ends below it.
    long matched = Math.max(end, log.commit());
    state.outbox.sendWithLog(response(append.from(), matched, append.context()));
  }

  private RaftMessage.AppendResponse response(ReplicaId to, long matched, long context) {
    return new RaftMessage.AppendResponse(
        state.self(), to, state.term(), matched, 0, LogPosition.ZERO, context);
  }

  private void reject(RaftMessage.Append append, LogPosition hint) {
    state.outbox.sendWithHardState(
        new RaftMessage.AppendResponse(
            state.self(),
            append.from(),
            state.term(),
            0,
            Math.max(1, append.prev().index()),
            hint,
            append.context()));
  }

  void onHeartbeat(RaftMessage.Heartbeat heartbeat) {
    if (!follow(heartbeat.from(), heartbeat.term())) {
      refuseOldTerm(heartbeat.from());
      return;
    }
    if (!expectsSnapshot()) {
      state.log.commitTo(heartbeat.commit());
    }
    boolean level = state.log.lastIndex() == heartbeat.commit();
    if (heartbeat.quiesce() && level && !state.leaderInDoubt()) {
      state.quiesce();
      return;
    }
    state.outbox.sendWithHardState(
        new RaftMessage.HeartbeatResponse(
            state.self(), heartbeat.from(), state.term(), heartbeat.context()));
  }

  /**
   * Tells a leader of an older term the present one. Echoes no context: the sender may lead the
   * present term by now, where the same number stands for another message, and would count this as
   * proof of its leadership.
   */
  private void refuseOldTerm(ReplicaId from) {
    state.outbox.sendWithHardState(
        new RaftMessage.HeartbeatResponse(state.self(), from, state.term(), 0));
  }

  /** Whether the sender leads in the present term, which may be new here. */
  private boolean follow(ReplicaId from, long term) {
    if (term < state.term()) {
      return false;
    }
    Invariant.check(
        term > state.term() || state.role() != Role.LEADER, "two leaders in term %d", term);
    Invariant.check(
        term > state.term() || state.leader() == null || from.equals(state.leader()),
        "%s claims term %d, which another one leads",
        from,
        term);
    if (term > state.term() || state.role() != Role.FOLLOWER || state.leader() == null) {
      state.becomeFollower(term, from);
    }
    state.heardLeader();
    return true;
  }

  /** Lets entries leave the memory that nobody asks a follower for. */
  void tick() {
    long idle = Leadership.IDLE_HEARTBEATS * state.config.heartbeatNanos();
    if (state.now() - lastAppend >= idle) {
      state.log.evictApplied();
    }
  }

  // Snapshots.

  /**
   * Whether a snapshot is needed. While one is expected, appends are dropped: what they bring would
   * be acknowledged and then wiped out by the snapshot.
   */
  boolean acceptsSnapshot(ReplicaId from, long term, LogPosition snapshot) {
    if (!follow(from, term)) {
      refuseOldTerm(from);
      return false;
    }
    RaftLog log = state.log;
    boolean uninitialised = state.isUninitialised();
    if (!uninitialised && log.matches(snapshot)) {
      log.commitTo(snapshot.index());
    }
    if (!uninitialised && snapshot.index() <= log.commit()) {
      state.outbox.sendWithLog(response(from, log.commit(), 0));
      return false;
    }
    expected = snapshot;
    expectedUntil = state.now() + SNAPSHOT_PATIENCE_TIMEOUTS * state.config.electionTimeoutNanos();
    return true;
  }

  private boolean expectsSnapshot() {
    if (expected != null && state.now() >= expectedUntil) {
      expected = null;
    }
    return expected != null;
  }

  void snapshotInstalled(LogPosition snapshot, Membership membership) {
    RaftLog log = state.log;
    Invariant.check(state.role() != Role.LEADER, "snapshot %s installed on a leader", snapshot);
    Invariant.check(
        state.isUninitialised() || snapshot.index() > log.commit(),
        "snapshot %s installed over entries that are committed up to %d",
        snapshot,
        log.commit());
    Invariant.check(
        snapshot.term() <= state.term(), "snapshot %s from above term %d", snapshot, state.term());
    expected = null;
    log.installed(snapshot, membership);
    // The store may have been given an older hard state along with the snapshot.
    state.ledger.hardStateChanged();
    ReplicaId leader = state.leader();
    if (leader != null) {
      state.outbox.sendWithLog(response(leader, snapshot.index(), 0));
    }
  }
}
