package dev.troupe.raft;

import dev.troupe.protocol.codec.DescriptorCodec;
import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.ReplicaId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a replica does while it leads; one per term that it leads. Proposals, commitment, reads,
 * membership, handing over, and falling silent. Sending is {@link Replication}'s.
 */
final class Leadership {
  /** Heartbeats of idleness after which entries leave the memory. */
  static final int IDLE_HEARTBEATS = 10;

  /**
   * Who is woken after a rest stays awake for this part of the idle time, unless used before it.
   */
  private static final int LONE_USE_PART = 5;

  private static final byte[] NOTHING = new byte[0];

  private final ReplicaState state;
  private final RaftLog log;
  private final ProgressTracker tracker;
  private final Replication replication;
  private final LeaderLease lease;
  private final ReadQueue reads = new ReadQueue();
  private final LeaderTransfer transfer;
  private long termStart;
  private long lastBorder;
  private long uncommittedBytes;
  private long lastUse;
  private long awakeSince;
  private long idleMax;
  private long lastProposal = Long.MIN_VALUE / 2;
  private boolean streaming;
  private boolean dirty = true;

  Leadership(ReplicaState state) {
    this.state = state;
    log = state.log;
    tracker = new ProgressTracker(state.config);
    replication = new Replication(state, tracker);
    lease = new LeaderLease(state.config);
    transfer = new LeaderTransfer(state, tracker, lease);
  }

  /** Takes office: the first entry of the term commits everything before it (Raft, 5.4.2). */
  void begin() {
    tracker.update(log.membership(), log.lastIndex() + 1, state.now());
    uncommittedBytes = log.bytesBetween(log.commit(), log.lastIndex());
    lastUse = state.now();
    awakeSince = lastUse;
    idleMax = state.config.quiesceAfterNanos();
    termStart = append(LogEntry.Kind.NOOP, NOTHING).index();
  }

  private LogEntry append(LogEntry.Kind kind, byte[] data) {
    LogEntry entry = log.append(kind, data, state.term());
    uncommittedBytes += entry.sizeBytes();
    dirty = true;
    return entry;
  }

  void resign() {
    reads.refuseAll(state.outbox);
  }

  // Proposals.

  ProposeResult propose(byte[] data) {
    String refusal = refusal();
    if (refusal != null) {
      return new ProposeResult.Refused(refusal, transfer.pending());
    }
    streaming = state.now() - lastProposal < state.config.heartbeatNanos() / 2;
    lastProposal = state.now();
    used();
    LogEntry entry = append(LogEntry.Kind.COMMAND, data);
    return new ProposeResult.Accepted(new LogPosition(entry.index(), entry.term()));
  }

  private @Nullable String refusal() {
    if (transfer.pending()) {
      return "leadership is being handed over";
    }
    if (uncommittedBytes > state.config.uncommittedBytesMax()) {
      return "too much is uncommitted: " + uncommittedBytes + " bytes";
    }
    return null;
  }

  /**
   * One change at a time, and none before an entry of the own term is committed: otherwise two
   * successive leaders could each act on a quorum that the other does not overlap (Ongaro's
   * correction of July 2015 to single-server changes).
   */
  ProposeResult proposeMembership(Membership next) {
    String refusal = refusalOfChange();
    if (refusal == null) {
      refusal = MembershipChange.refusal(log.membership(), next);
    }
    if (refusal != null) {
      return new ProposeResult.Refused(refusal, transfer.pending());
    }
    used();
    LogEntry entry = append(LogEntry.Kind.MEMBERSHIP, DescriptorCodec.encode(next));
    tracker.update(next, log.lastIndex(), state.now());
    lease.restart(tracker.heardByQuorumSince(state.now()));
    transfer.onMembership(next);
    maybeCommit();
    return new ProposeResult.Accepted(new LogPosition(entry.index(), entry.term()));
  }

  /** Those who have waited for that may be spoken to. */
  void membershipApplied() {
    dirty = true;
  }

  /** One after the other with changes of members: both ranges get the members that are settled. */
  ProposeResult proposeBorder(LogEntry.Kind kind, byte[] data) {
    String refusal = refusalOfChange();
    if (refusal != null) {
      return new ProposeResult.Refused(refusal, transfer.pending());
    }
    used();
    LogEntry entry = append(kind, data);
    lastBorder = entry.index();
    return new ProposeResult.Accepted(new LogPosition(entry.index(), entry.term()));
  }

  private @Nullable String refusalOfChange() {
    String refusal = refusal();
    if (refusal != null) {
      return refusal;
    }
    if (log.membershipUnapplied()) {
      return "an earlier change of membership is not applied yet";
    }
    if (log.commit() < lastBorder) {
      return "a split or a step of a merge is not committed yet";
    }
    return log.commit() < termStart ? "nothing is committed yet in term " + state.term() : null;
  }

  // Commitment.

  void onPersisted() {
    maybeCommit();
  }

  private void maybeCommit() {
    long agreed = tracker.durableOnQuorum(log.durable());
    // Entries of older terms are committed only by one of this term above them (Raft, figure 8).
    if (agreed <= log.commit() || log.termAt(agreed) != state.term()) {
      return;
    }
    uncommittedBytes -= log.bytesBetween(log.commit(), agreed);
    log.commitTo(agreed);
    dirty = true;
    releaseReads();
    if (!log.membershipPending() && !log.membership().isVoter(state.self())) {
      leaveOffice();
    }
  }

  /** This leader's own removal is committed: others go on, one of them at once. */
  private void leaveOffice() {
    replication.flush(true);
    transfer.toMostAdvanced();
    state.becomeFollower(state.term(), null);
  }

  // Answers of the members.

  void onAppendResponse(RaftMessage.AppendResponse response) {
    Progress peer = tracker.find(response.from());
    if (peer == null) {
      return;
    }
    peer.answered(response.context(), state.now());
    peer.commitNoticeAnswered(response.context());
    if (response.accepted()) {
      Invariant.check(
          response.matched() <= log.lastIndex(),
          "%s acknowledged %d, but the log ends at %s",
          response.from(),
          response.matched(),
          log.last());
      peer.accepted(response.matched(), log.start().index());
      maybeCommit();
    } else {
      onRefusal(peer, response);
    }
    if (state.leadership() == this) {
      onAnswer();
    }
  }

  private void onRefusal(Progress peer, RaftMessage.AppendResponse response) {
    LogPosition hint = response.hint();
    if (hint.index() == 0 && hint.term() != 0) {
      // It has nothing at all, not even the state before the first entry.
      if (peer.matched() == 0 && peer.mode() != Progress.Mode.SNAPSHOT) {
        peer.needsSnapshot();
      }
    } else if (peer.isFreshRefusal(response.rejected())) {
      peer.backOff(log.backOffFrom(response.rejected(), hint));
    }
  }

  void onHeartbeatResponse(RaftMessage.HeartbeatResponse response) {
    Progress peer = tracker.find(response.from());
    if (peer == null) {
      return;
    }
    peer.answered(response.context(), state.now());
    peer.commitNoticeAnswered(response.context());
    if (peer.resumeAfterHeartbeat(response.context(), log.lastIndex())) {
      replication.resync(peer);
    }
    onAnswer();
  }

  private void onAnswer() {
    dirty = true;
    lease.extend(tracker.heardByQuorumSince(state.now()));
    releaseReads();
    transfer.proceed();
  }

  // Reads.

  void readIndex(long id) {
    used();
    if (reads.isFull()) {
      state.outbox.readReleased(id, -1);
    } else if (log.commit() >= termStart && state.now() < leaseUntil()) {
      state.outbox.readReleased(id, log.commit());
    } else {
      reads.add(id, Math.max(log.commit(), termStart), replication.context() + 1);
      dirty = true;
      releaseReads();
    }
  }

  private void releaseReads() {
    // Before an entry of this term is committed, this leader does not know what is.
    if (reads.isEmpty() || log.commit() < termStart) {
      return;
    }
    boolean leased = state.now() < leaseUntil();
    reads.release(leased ? Long.MAX_VALUE : tracker.contextOfQuorum(), state.outbox);
  }

  long leaseUntil() {
    if (tracker.soleVoter()) {
      lease.extend(state.now());
    }
    return lease.until();
  }

  /** Index of the first entry of the term. */
  long termStart() {
    return termStart;
  }

  // Old entries and snapshots.

  void loaded(ReplicaId replica, long prevTerm, List<LogEntry> entries) {
    Progress peer = tracker.find(replica);
    if (peer != null) {
      replication.loaded(peer, prevTerm, entries);
      dirty = true;
    }
  }

  void loadFailed(ReplicaId replica) {
    Progress peer = tracker.find(replica);
    if (peer != null && peer.loadingFrom() != 0) {
      peer.needsSnapshot();
      dirty = true;
    }
  }

  void snapshotSent(ReplicaId replica, LogPosition snapshot, boolean success) {
    Progress peer = tracker.find(replica);
    if (peer != null) {
      long retryAt = state.now() + state.config.heartbeatNanos();
      peer.snapshotEnded(snapshot.index(), success, retryAt);
      dirty = true;
    }
  }

  void transferTo(ReplicaId target) {
    used();
    transfer.start(target);
    dirty = true;
  }

  // Time.

  void tick() {
    long timeout = state.config.electionTimeoutNanos();
    if (state.now() - tracker.quorumAnsweredAt(state.now()) >= timeout) {
      state.becomeFollower(state.term(), null);
      return;
    }
    transfer.tick();
    dirty = true;
    if (state.now() - lastUse >= IDLE_HEARTBEATS * state.config.heartbeatNanos()) {
      log.evictApplied();
    }
    if (mayQuiesce()) {
      replication.goodNight();
      state.quiesce();
    } else {
      replication.heartbeatWhereDue();
    }
  }

  private boolean mayQuiesce() {
    long last = log.lastIndex();
    return idleMax != 0
        && state.now() - Math.max(lastUse, awakeSince) >= idleMax
        && log.commit() == last
        && log.applied() == last
        && reads.isEmpty()
        && !transfer.pending()
        && allOthersMaySleep(last);
  }

  /** All are there and level, or a majority is and whoever is not is known to be gone. */
  private boolean allOthersMaySleep(long last) {
    for (Progress peer : tracker.peers()) {
      boolean active = state.now() - peer.lastAnswerAt() < state.config.electionTimeoutNanos();
      boolean passedOver = peer.isAbsent() && !active;
      if (!passedOver && (!active || peer.matched() != last)) {
        return false;
      }
    }
    // Alone with less than a majority, this leader has to find out that it leads no more.
    return tracker.levelVoters(last) >= log.membership().quorum();
  }

  /**
   * Who was used again within the idle time, having slept in between, will be once more, and stays
   * awake for all of it, so that reads find a lease.
   */
  private void used() {
    boolean first = lastUse < awakeSince;
    if (first && state.now() - lastUse < state.config.quiesceAfterNanos()) {
      idleMax = state.config.quiesceAfterNanos();
    }
    lastUse = state.now();
  }

  /**
   * Awake again, for a use that has not come in yet, or for none. For what comes after a long rest
   * a whole idle time of heartbeats would be most of what idle nodes do; likewise for each that is
   * woken by a node that goes or comes.
   */
  void wake() {
    forgiveSilence();
    awakeSince = state.now();
    idleMax = state.config.quiesceAfterNanos() / LONE_USE_PART;
    replication.heartbeatAll();
    dirty = true;
  }

  // Members that are gone.

  void absent(ReplicaId replica, boolean gone) {
    Progress peer = tracker.find(replica);
    if (peer != null) {
      peer.absent(gone);
    }
  }

  boolean isAbsent(ReplicaId replica) {
    Progress peer = tracker.find(replica);
    return peer != null && peer.isAbsent();
  }

  void forgiveSilence() {
    for (Progress peer : tracker.peers()) {
      peer.forgiveSilence(state.now());
    }
  }

  // Output.

  boolean dirty() {
    return dirty;
  }

  /** Turns what has changed into messages. */
  void flush() {
    if (!dirty) {
      return;
    }
    dirty = false;
    // In a stream of proposals the next append brings the commit index, and costs nothing more.
    boolean pause = state.now() - lastProposal >= state.config.heartbeatNanos() / 2;
    replication.flush(!streaming || pause);
    if (!reads.isEmpty() && reads.needsRound(tracker.contextOfQuorum())) {
      reads.roundStarted(replication.context() + 1);
      replication.heartbeatVoters();
    }
  }

  List<Progress> peers() {
    return tracker.peers();
  }
}
