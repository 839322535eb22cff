package dev.troupe.raft;

import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.spi.RandomSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One replica of a Raft group, as a function of its inputs: no clock, thread, disk or randomness of
 * its own. The owner calls the inputs, then {@link #takeReady} and does what it says, in the order
 * described at {@link Ready}. One thread at a time; the same inputs give the same outputs, always.
 *
 * <p>Times are nanoseconds on the owner's monotonic clock; a time below an earlier one counts as
 * the earlier one. The time given with an input must have been read <em>after</em> that message or
 * request came in: leases rest on that, at the leader (the read began before) as at the follower
 * (the promise to wait begins after the leader has spoken).
 *
 * <p>Roles; every other move is a {@link Invariant.Violation}:
 *
 * <table>
 *   <caption>Legal moves</caption>
 *   <tr><th>from</th><th>to</th><th>when</th></tr>
 *   <tr><td>FOLLOWER</td><td>PRE_CANDIDATE</td><td>no leader heard for a timeout</td></tr>
 *   <tr><td>FOLLOWER</td><td>CANDIDATE</td><td>the leader hands over to it</td></tr>
 *   <tr><td>PRE_CANDIDATE</td><td>PRE_CANDIDATE</td><td>not enough answers in time</td></tr>
 *   <tr><td>PRE_CANDIDATE</td><td>CANDIDATE</td><td>a majority would vote for it</td></tr>
 *   <tr><td>PRE_CANDIDATE</td><td>FOLLOWER</td><td>refused, newer term, or a leader heard</td></tr>
 *   <tr><td>CANDIDATE</td><td>LEADER</td><td>a majority voted, its own vote being durable</td></tr>
 *   <tr><td>CANDIDATE</td><td>PRE_CANDIDATE</td><td>not enough answers in time</td></tr>
 *   <tr><td>CANDIDATE</td><td>FOLLOWER</td><td>refused, newer term, or a leader heard</td></tr>
 *   <tr><td>LEADER</td><td>FOLLOWER</td><td>newer term, no answers of a quorum for an election
 *       timeout, or its own removal is committed</td></tr>
 * </table>
 *
 * <p>A broken invariant throws {@link Invariant.Violation}: the core must then be thrown away, for
 * its memory no longer says what it promised to others.
 */
public final class RaftCore {
  private final RaftConfig config;
  private final ReplicaState state;
  private final RaftLog log;
  private final Election election;
  private final Follower follower;
  private long lastTick;
  private boolean lastTickWasLate;

  public RaftCore(RaftConfig config, RaftBootState boot, RandomSource random, long nowNanos) {
    this.config = config;
    state = new ReplicaState(config, boot, random, nowNanos);
    log = state.log;
    election = new Election(state);
    follower = new Follower(state);
    lastTick = nowNanos;
  }

  // Inputs.

  /** Time has passed. To be called about every half heartbeat; a quiesced replica needs none. */
  public void tick(long nowNanos) {
    state.advance(nowNanos);
    forgiveOwnSleep();
    Leadership leadership = state.leadership();
    if (state.quiesced()) {
      return;
    }
    if (leadership != null) {
      leadership.tick();
    } else {
      election.tick();
      follower.tick();
    }
  }

  /**
   * After a pause of this process the others' messages may lie unread in a queue: their silence is
   * judged only after the next tick. Never twice in a row, so that slow ticks still elect.
   */
  private void forgiveOwnSleep() {
    boolean late = state.now() - lastTick > config.electionTimeoutNanos() / 2;
    lastTick = state.now();
    if (late && !lastTickWasLate) {
      state.forgiveSilence();
    }
    lastTickWasLate = late;
  }

  /** A message has come in. May be late, repeated or for a replica that is no longer here. */
  public void step(RaftMessage message, long nowNanos) {
    state.advance(nowNanos);
    if (!message.to().equals(state.self())) {
      return;
    }
    wakeFor(message);
    switch (message) {
      case RaftMessage.VoteRequest m -> election.onVoteRequest(m);
      case RaftMessage.VoteResponse m -> election.onVoteResponse(m);
      case RaftMessage.Append m -> follower.onAppend(m);
      case RaftMessage.Heartbeat m -> follower.onHeartbeat(m);
      case RaftMessage.TimeoutNow m -> election.onTimeoutNow(m);
      case RaftMessage.AppendResponse m -> {
        Leadership leadership = leadershipAnswered(m);
        if (leadership != null) {
          leadership.onAppendResponse(m);
        }
      }
      case RaftMessage.HeartbeatResponse m -> {
        Leadership leadership = leadershipAnswered(m);
        if (leadership != null) {
          leadership.onHeartbeatResponse(m);
        }
      }
    }
  }

  private void wakeFor(RaftMessage message) {
    if (!state.quiesced()) {
      return;
    }
    boolean lateAnswer =
        message instanceof RaftMessage.HeartbeatResponse
            || message instanceof RaftMessage.AppendResponse;
    boolean sleepOn = message instanceof RaftMessage.Heartbeat h && h.quiesce();
    boolean expected = lateAnswer && message.term() == state.term() && !isAbsent(message.from());
    if (sleepOn || expected) {
      return;
    }
    if (message instanceof RaftMessage.VoteRequest && state.leader() != null) {
      // This replica agreed to hear nothing: the leader gets the time of a heartbeat to show up.
      state.promiseFor(config.heartbeatNanos());
    }
    state.wake();
  }

  /** The leadership that an answer is for; takes over a newer term. */
  private @Nullable Leadership leadershipAnswered(RaftMessage answer) {
    // Somebody who was removed cannot depose a leader by what it answers to late messages.
    if (!log.membership().contains(answer.from()) || answer.term() < state.term()) {
      return null;
    }
    if (answer.term() > state.term()) {
      state.becomeFollower(answer.term(), null);
    }
    return state.leadership();
  }

  /**
   * Appends one COMMAND entry if this replica leads. Accepted does not mean committed.
   *
   * @param data never changed afterwards by the caller
   */
  public ProposeResult propose(byte[] data, long nowNanos) {
    Leadership leadership = awake(nowNanos);
    return leadership == null
        ? new ProposeResult.NotLeader(state.leader())
        : leadership.propose(data);
  }

  /**
   * Changes one member's presence or role. Refused while an earlier change, split or merge is
   * uncommitted, and before an entry of the own term is committed. A leader may remove itself: it
   * leads on until that is committed.
   */
  public ProposeResult proposeMembership(Membership next, long nowNanos) {
    Leadership leadership = awake(nowNanos);
    return leadership == null
        ? new ProposeResult.NotLeader(state.leader())
        : leadership.proposeMembership(next);
  }

  /**
   * Appends a SPLIT entry if this replica leads. Refused while a change of members is uncommitted,
   * and before an entry of the own term is committed.
   *
   * @param data never changed afterwards by the caller
   */
  public ProposeResult proposeSplit(byte[] data, long nowNanos) {
    Leadership leadership = awake(nowNanos);
    return leadership == null
        ? new ProposeResult.NotLeader(state.leader())
        : leadership.proposeBorder(LogEntry.Kind.SPLIT, data);
  }

  /** Appends a MERGE entry, under the same conditions. */
  public ProposeResult proposeMerge(byte[] data, long nowNanos) {
    Leadership leadership = awake(nowNanos);
    return leadership == null
        ? new ProposeResult.NotLeader(state.leader())
        : leadership.proposeBorder(LogEntry.Kind.MERGE, data);
  }

  /**
   * What another group has committed shows that this one has committed everything up to a position,
   * which is in the log here. Whoever says so needs this group no more: it is not led from here any
   * longer, and may never have a quorum again.
   */
  public void proven(LogPosition committed, long nowNanos) {
    state.advance(nowNanos);
    if (committed.index() <= log.commit()) {
      return;
    }
    Invariant.check(
        committed.index() <= log.lastIndex() && log.termAt(committed.index()) == committed.term(),
        "%s is committed, but is not in the log that ends at %s",
        committed,
        log.last());
    state.wake();
    if (state.leadership() != null) {
      state.becomeFollower(state.term(), null);
    }
    log.commitTo(committed.index());
  }

  /** Asks for a linearizable read; answered by {@link Ready#reads} under the same id. */
  public void readIndex(long id, long nowNanos) {
    Leadership leadership = awake(nowNanos);
    if (leadership == null) {
      state.outbox.readReleased(id, -1);
    } else {
      leadership.readIndex(id);
    }
  }

  private @Nullable Leadership awake(long nowNanos) {
    state.advance(nowNanos);
    state.wake();
    return state.leadership();
  }

  /** All writes up to a sequence of {@link Ready#persistSequence} are durable. */
  public void persisted(long sequence, long nowNanos) {
    state.advance(nowNanos);
    state.ledger.persisted(sequence);
    state.outbox.release(state.ledger.persisted());
    election.onPersisted();
    Leadership leadership = state.leadership();
    if (leadership != null) {
      leadership.onPersisted();
    }
  }

  /** The state machine has applied the entries up to an index, as handed out. */
  public void applied(long index, long nowNanos) {
    state.advance(nowNanos);
    boolean awaited = log.membershipUnapplied();
    log.appliedTo(index, config.cacheBytesMax());
    Leadership leadership = state.leadership();
    if (leadership != null && awaited && !log.membershipUnapplied()) {
      leadership.membershipApplied();
    }
  }

  /**
   * Answers {@link Ready.LoadEntries}.
   *
   * @param prevTerm the term at the index before the first entry
   * @param entries without gap from the index asked for; not empty
   */
  public void loaded(ReplicaId peer, long prevTerm, List<LogEntry> entries, long nowNanos) {
    state.advance(nowNanos);
    Leadership leadership = state.leadership();
    if (leadership != null && entries.isEmpty()) {
      leadership.loadFailed(peer);
    } else if (leadership != null) {
      leadership.loaded(peer, prevTerm, entries);
    }
  }

  /** Answers {@link Ready.LoadEntries}: the log was truncated meanwhile. */
  public void loadFailed(ReplicaId peer, long nowNanos) {
    state.advance(nowNanos);
    Leadership leadership = state.leadership();
    if (leadership != null) {
      leadership.loadFailed(peer);
    }
  }

  /**
   * Ends what {@link Ready.SendSnapshot} asked for.
   *
   * @param success whether the receiver said that it has installed it
   */
  public void snapshotSent(ReplicaId peer, LogPosition snapshot, boolean success, long nowNanos) {
    state.advance(nowNanos);
    Leadership leadership = state.leadership();
    if (leadership != null) {
      leadership.snapshotSent(peer, snapshot, success);
    }
  }

  /**
   * Whether this replica needs a snapshot that a leader offers. To be asked when the snapshot is
   * announced and <em>again right before it is made durable</em>: from a yes on the core drops
   * appends, for at most {@link Follower#SNAPSHOT_PATIENCE_TIMEOUTS} election timeouts, because
   * what it acknowledged meanwhile would be wiped out by the installation.
   */
  public boolean acceptsSnapshot(
      ReplicaId from, long messageTerm, LogPosition snapshot, long nowNanos) {
    state.advance(nowNanos);
    state.wake();
    return follower.acceptsSnapshot(from, messageTerm, snapshot);
  }

  /** A snapshot is durable and is now the state; the log is empty after it. */
  public void snapshotInstalled(LogPosition snapshot, Membership installed, long nowNanos) {
    state.advance(nowNanos);
    follower.snapshotInstalled(snapshot, installed);
  }

  /**
   * Hands leadership to another voter. Without effect when this replica does not lead or the target
   * does not vote; given up after one election timeout. No proposals are taken meanwhile.
   */
  public void transferLeadership(ReplicaId target, long nowNanos) {
    Leadership leadership = awake(nowNanos);
    if (leadership != null) {
      leadership.transferTo(target);
    }
  }

  /**
   * Starts an election now, through a pre-vote. Without effect on a leader, on one who does not
   * vote, and within an election timeout after a leader was heard: leases rest on that silence.
   */
  public void campaign(long nowNanos) {
    if (awake(nowNanos) == null) {
      election.campaign();
    }
  }

  /**
   * Another member seems to be gone: a hint. It ends quiescence, and when that member led, this
   * replica campaigns soon after it owes the leader no more silence, instead of a whole random
   * timeout later. A leader that is heard again is followed as before.
   */
  public void peerLost(ReplicaId peer, long nowNanos) {
    state.advance(nowNanos);
    if (log.membership().contains(peer)) {
      boolean led = peer.equals(state.leader());
      state.wake();
      if (led) {
        state.leaderSeemsGone();
      }
    }
  }

  /**
   * Whether another member's node is gone, as far as the owner knows: a hint. To be repeated while
   * it holds. A group falls silent without a member that is gone and says nothing, as long as the
   * others are a majority; else one dead node would keep every range of a cluster awake. What such
   * a member misses by that it gets when it asks for votes, or answers anything; but it may be
   * unable to ask. So the owner must say that the node is back, which wakes the group, some time
   * after it is. Without effect unless this replica leads.
   */
  public void absent(ReplicaId peer, boolean gone, long nowNanos) {
    state.advance(nowNanos);
    Leadership leadership = state.leadership();
    if (leadership != null) {
      boolean wasAbsent = leadership.isAbsent(peer);
      leadership.absent(peer, gone);
      if (wasAbsent && !gone) {
        state.wake();
      }
    }
  }

  /** Whether this replica leads and was told that a member is gone, which said nothing since. */
  public boolean isAbsent(ReplicaId peer) {
    Leadership leadership = state.leadership();
    return leadership != null && leadership.isAbsent(peer);
  }

  /** Ends quiescence. */
  public void wake(long nowNanos) {
    state.advance(nowNanos);
    state.wake();
  }

  /** The owner has dropped the log up to a position, which is applied here. */
  public void truncated(LogPosition newStart) {
    log.truncatedPrefix(newStart);
  }

  // Outputs.

  /** Whether {@link #takeReady} may have something to say. */
  public boolean hasReady() {
    Leadership leadership = state.leadership();
    return (leadership != null && leadership.dirty())
        || state.ledger.dirty()
        || !state.outbox.isEmpty()
        || log.hasCommitted()
        || state.roleChanged();
  }

  /** Everything to be done since the last call. To be called after each batch of inputs. */
  public Ready takeReady() {
    Leadership leadership = state.leadership();
    if (leadership != null) {
      leadership.flush();
    }
    List<LogEntry> entries = log.takeUnstored();
    boolean replaces =
        !entries.isEmpty()
            && log.replacesStored(entries.getFirst().index(), entries.getLast().index());
    HardState hardState = state.takeHardState(entries);
    long sequence = 0;
    if (hardState != null || !entries.isEmpty()) {
      sequence = state.ledger.issue(log.lastIndex());
    }
    return new Ready(
        hardState,
        entries,
        replaces,
        sequence,
        state.outbox.takeMessages(),
        log.takeCommitted(),
        state.outbox.takeReads(),
        state.outbox.takeLoads(),
        state.outbox.takeSnapshots(),
        state.takeRoleChange());
  }

  /**
   * Until when (owner's clock) this leader may answer reads without asking anybody, once the entry
   * at {@link #leaseReadIndex} is applied; {@link Long#MIN_VALUE} when it may not. Whoever
   * evaluates a read must look again <em>afterwards</em>. An owner that shows this value to other
   * threads must do so before it carries out a Ready: a vote given away may end the lease.
   */
  public long leaseUntil() {
    Leadership leadership = state.leadership();
    return leadership == null ? LeaderLease.NONE : leadership.leaseUntil();
  }

  /** Index of the first entry of the own term; {@link Long#MAX_VALUE} when not leading. */
  public long leaseReadIndex() {
    Leadership leadership = state.leadership();
    return leadership == null ? Long.MAX_VALUE : leadership.termStart();
  }

  public RaftStatus status() {
    var progress = new ArrayList<RaftStatus.Progress>();
    Leadership leadership = state.leadership();
    if (leadership != null) {
      for (Progress peer : leadership.peers()) {
        boolean active = state.now() - peer.lastAnswerAt() < config.electionTimeoutNanos();
        boolean inSnapshot = peer.mode() == Progress.Mode.SNAPSHOT;
        progress.add(new RaftStatus.Progress(peer.replica(), peer.matched(), active, inSnapshot));
      }
    }
    return new RaftStatus(
        state.role(),
        state.term(),
        state.leader(),
        log.start(),
        log.last(),
        log.commit(),
        log.applied(),
        log.membership(),
        log.membershipUnapplied(),
        state.quiesced(),
        List.copyOf(progress));
  }

  /** Whether the group sleeps: no ticks are needed until something else comes in. */
  public boolean quiesced() {
    return state.quiesced();
  }

  public Role role() {
    return state.role();
  }

  public long term() {
    return state.term();
  }

  /** The leader of the present term as far as it is known here. */
  public @Nullable ReplicaId leader() {
    return state.leader();
  }

  public long commitIndex() {
    return log.commit();
  }

  /** The membership in force here, committed or not. */
  public Membership membership() {
    return log.membership();
  }
}
