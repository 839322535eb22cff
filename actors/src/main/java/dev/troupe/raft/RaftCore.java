package dev.troupe.raft;

import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.spi.RandomSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One replica of a Raft group. One thread; deterministic. */
public final class RaftCore {
  private final RaftConfig config;
  private final RandomSource random;
  private Role role = Role.FOLLOWER;
  private long term;
  private @Nullable ReplicaId leader;
  private long commit;
  private long applied;
  private long now;
  private Membership membership;

  public RaftCore(RaftConfig config, RaftBootState boot, RandomSource random, long nowNanos) {
    this.config = config;
    this.random = random;
    this.term = boot.hardState().term();
    this.applied = boot.applied().index();
    this.commit = Math.max(boot.hardState().commit(), applied);
    this.membership = boot.membership();
    this.now = nowNanos;
  }

  public void tick(long nowNanos) {
    now = nowNanos;
  }

  public void step(RaftMessage message, long nowNanos) {
    now = nowNanos;
  }

  /** Appends one COMMAND entry. */
  public ProposeResult propose(byte[] data, long nowNanos) {
    return new ProposeResult.NotLeader(leader);
  }

  public ProposeResult proposeMembership(Membership next, long nowNanos) {
    return new ProposeResult.NotLeader(leader);
  }

  public void readIndex(long id, long nowNanos) {
    now = nowNanos;
  }

  public void persisted(long sequence, long nowNanos) {
    now = nowNanos;
  }

  public void applied(long index, long nowNanos) {
    applied = index;
  }

  public void loaded(ReplicaId peer, long prevTerm, List<LogEntry> entries, long nowNanos) {
    now = nowNanos;
  }

  public void loadFailed(ReplicaId peer, long nowNanos) {
    now = nowNanos;
  }

  public void snapshotSent(ReplicaId peer, LogPosition snapshot, boolean success, long nowNanos) {
    now = nowNanos;
  }

  public boolean acceptsSnapshot(
      ReplicaId from, long messageTerm, LogPosition snapshot, long nowNanos) {
    return messageTerm >= term && snapshot.index() > commit;
  }

  public void snapshotInstalled(LogPosition snapshot, Membership installed, long nowNanos) {
    membership = installed;
  }

  public void transferLeadership(ReplicaId target, long nowNanos) {
    now = nowNanos;
  }

  public void campaign(long nowNanos) {
    now = nowNanos;
  }

  public void peerLost(ReplicaId peer, long nowNanos) {
    now = nowNanos;
  }

  public void wake(long nowNanos) {
    now = nowNanos;
  }

  public void truncated(LogPosition newStart) {}

  public boolean hasReady() {
    return false;
  }

  public Ready takeReady() {
    return new Ready(
        null, List.of(), false, 0, List.of(), List.of(), List.of(), List.of(), List.of(), null);
  }

  public long leaseUntil() {
    return Long.MIN_VALUE;
  }

  public long leaseReadIndex() {
    return Long.MAX_VALUE;
  }

  public RaftStatus status() {
    var at = new LogPosition(applied, term);
    return new RaftStatus(
        role, term, leader, at, at, commit, applied, membership, false, false, List.of());
  }

  public Role role() {
    return role;
  }

  public long term() {
    return term;
  }

  public @Nullable ReplicaId leader() {
    return leader;
  }

  public long commitIndex() {
    return commit;
  }

  public Membership membership() {
    return membership;
  }
}
