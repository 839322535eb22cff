package dev.troupe.raft;

import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.ReplicaId;
import java.util.List;

/**
 * A leader's sending side: appends, heartbeats, loads and snapshots, each member at its own pace.
 * Nothing leaves here before {@link #flush}, so that proposals that come together travel together.
 */
final class Replication {
  /** Entries in a probe, in bytes: it may well be refused. */
  static final int PROBE_BYTES_MAX = 64 << 10;

  private final ReplicaState state;
  private final ProgressTracker tracker;
  private long context;

  Replication(ReplicaState state, ProgressTracker tracker) {
    this.state = state;
    this.tracker = tracker;
  }

  /** The context of the latest message. */
  long context() {
    return context;
  }

  /**
   * Sends what each member may be sent.
   *
   * @param tellCommit whether to tell the commit index to those who get no entries
   */
  void flush(boolean tellCommit) {
    List<Progress> peers = tracker.peers();
    for (int i = 0; i < peers.size(); i++) {
      Progress peer = peers.get(i);
      if (isNotYetSpokenTo(peer)) {
        continue;
      }
      boolean sent = false;
      while (peer.maySend() && hasToSend(peer) && sendNext(peer)) {
        sent = true;
      }
      if (peer.wantsSnapshot(state.now(), state.config.electionTimeoutNanos())) {
        peer.snapshotAsked();
        state.outbox.sendSnapshot(peer.replica());
      }
      if (tellCommit && !sent) {
        tellCommit(peer);
      }
    }
  }

  /**
   * A learner hears nothing before this leader has applied the newest membership. One that heard
   * before its own entry was committed would stay behind, with a state, when that entry is lost:
   * the next leader gives the same id again, maybe to another node. And a state from before that
   * entry may lack a merge that was carried out without the learner, which it cannot repeat.
   */
  private boolean isNotYetSpokenTo(Progress peer) {
    return !peer.voter() && state.log.membershipUnapplied();
  }

  /** A probe goes even without entries: its answer says where the member stands. */
  private boolean hasToSend(Progress peer) {
    return peer.mode() == Progress.Mode.PROBE || peer.next() <= state.log.lastIndex();
  }

  private boolean sendNext(Progress peer) {
    RaftLog log = state.log;
    long next = peer.next();
    if (next - 1 < log.start().index()) {
      peer.needsSnapshot();
      return false;
    }
    if (next <= log.lastIndex() && next < log.firstInMemory()) {
      peer.loading(next);
      int bytes = state.config.appendBytesMax();
      state.outbox.load(peer.replica(), next, log.firstInMemory(), bytes);
      return false;
    }
    List<LogEntry> entries = List.of();
    if (next <= log.lastIndex()) {
      int bytes = state.config.appendBytesMax();
      boolean probe = peer.mode() == Progress.Mode.PROBE;
      entries = log.slice(next, probe ? Math.min(bytes, PROBE_BYTES_MAX) : bytes);
    }
    append(peer, new LogPosition(next - 1, log.termAt(next - 1)), entries);
    return true;
  }

  /** Entries from the store have come, for the place where they were asked for. */
  void loaded(Progress peer, long prevTerm, List<LogEntry> entries) {
    boolean wanted =
        peer.loadingFrom() != 0
            && peer.loadingFrom() == peer.next()
            && entries.getFirst().index() == peer.next();
    peer.loadEnded();
    if (wanted && peer.maySend()) {
      append(peer, new LogPosition(peer.next() - 1, prevTerm), entries);
    }
  }

  private void append(Progress peer, LogPosition prev, List<LogEntry> entries) {
    int bytes = 0;
    for (int i = 0; i < entries.size(); i++) {
      bytes += entries.get(i).sizeBytes();
    }
    send(peer, prev, entries);
    peer.appended(prev.index() + entries.size(), bytes, context);
  }

  private void send(Progress peer, LogPosition prev, List<LogEntry> entries) {
    context++;
    long commit = state.log.commit();
    state.outbox.send(
        new RaftMessage.Append(
            state.self(), peer.replica(), state.term(), prev, entries, commit, context));
    peer.sent(context, state.now());
    peer.commitTold(Math.min(commit, prev.index() + entries.size()));
  }

  /** Asks a member to say where it stands; refused if anything sent before was lost. */
  void resync(Progress peer) {
    long prev = peer.next() - 1;
    long prevTerm = state.log.termAt(prev);
    if (prevTerm == TermRuns.UNKNOWN) {
      // The log was truncated past what is on its way there.
      peer.backOff(peer.matched());
    } else {
      append(peer, new LogPosition(prev, prevTerm), List.of());
    }
  }

  /** Lets a member know what it may apply; one such message at a time. */
  private void tellCommit(Progress peer) {
    long matched = peer.matched();
    boolean news = Math.min(state.log.commit(), matched) > peer.commitTold();
    if (!news || peer.commitNoticeOutstanding() || peer.mode() != Progress.Mode.REPLICATE) {
      return;
    }
    // Right after what is known to be there: so it is accepted in whatever order messages arrive.
    long prevTerm = state.log.termAt(matched);
    if (prevTerm != TermRuns.UNKNOWN) {
      send(peer, new LogPosition(matched, prevTerm), List.of());
      peer.commitNoticeSent(context);
    }
  }

  /** Heartbeats for those who have heard nothing, or have said nothing, for a heartbeat's time. */
  void heartbeatWhereDue() {
    long before = state.now() - state.config.heartbeatNanos();
    for (Progress peer : tracker.peers()) {
      if (peer.heartbeatIsDue(before) && !isNotYetSpokenTo(peer)) {
        heartbeat(peer, false);
      }
    }
  }

  void heartbeatAll() {
    for (Progress peer : tracker.peers()) {
      if (!isNotYetSpokenTo(peer)) {
        heartbeat(peer, false);
      }
    }
  }

  /**
   * Tells those who are level to fall silent. Nobody else: it would agree as soon as it had all
   * that it is known to have, and nobody would notice that something is missing.
   */
  void goodNight() {
    for (Progress peer : tracker.peers()) {
      if (peer.matched() == state.log.lastIndex()) {
        heartbeat(peer, true);
      }
    }
  }

  void heartbeatVoters() {
    for (Progress peer : tracker.peers()) {
      if (peer.voter()) {
        heartbeat(peer, false);
      }
    }
  }

  private void heartbeat(Progress peer, boolean quiesce) {
    context++;
    long commit = Math.min(state.log.commit(), peer.matched());
    ReplicaId to = peer.replica();
    state.outbox.send(
        new RaftMessage.Heartbeat(state.self(), to, state.term(), commit, context, quiesce));
    peer.sent(context, state.now());
    peer.heartbeatSent(state.now());
    peer.commitTold(commit);
  }
}
