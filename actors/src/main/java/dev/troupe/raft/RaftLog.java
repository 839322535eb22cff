package dev.troupe.raft;

import dev.troupe.protocol.codec.DescriptorCodec;
import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.ReplicaId;
import java.util.List;

/**
 * A replica's log: recent entries in memory, terms of all, what is committed, applied and durable,
 * and the membership that is in force.
 *
 * <pre>
 *   start &lt;= applied &lt;= handed to be applied &lt;= commit &lt;= last
 *            handed to be applied &lt;= durable &lt;= handed to the store &lt;= last
 * </pre>
 *
 * <p>Entries leave the memory only when they are applied and durable.
 */
final class RaftLog {
  /** Entries by which a leader goes back at a time where it does not know its terms. */
  static final int UNKNOWN_TERMS_STRIDE = 512;

  private final WriteLedger ledger;
  private final EntryBuffer entries;
  private final TermRuns terms;
  private final MembershipHistory memberships;
  private LogPosition start;
  private LogPosition last;
  private long commit;
  private long applied;
  private long handedToApply;
  private long handedToStore;
  private long storeEnd;
  private long memoFrom;
  private long memoTo;
  private List<LogEntry> memo = List.of();

  RaftLog(RaftBootState boot, WriteLedger ledger) {
    this.ledger = ledger;
    LogPosition base = boot.applied();
    Invariant.check(
        boot.logStart().index() <= base.index(),
        "log starts after %s but only %s is applied",
        boot.logStart(),
        base);
    start = boot.logStart();
    last = base;
    entries = new EntryBuffer(base.index());
    terms = new TermRuns(base);
    memberships = new MembershipHistory(base.index(), boot.membership());
    for (LogEntry entry : boot.tail()) {
      push(entry);
    }
    applied = base.index();
    handedToApply = applied;
    commit = Math.max(boot.hardState().commit(), applied);
    Invariant.check(
        commit <= last.index(), "committed up to %d but the stored log ends at %s", commit, last);
    handedToStore = last.index();
    storeEnd = last.index();
  }

  LogPosition start() {
    return start;
  }

  LogPosition last() {
    return last;
  }

  long lastIndex() {
    return last.index();
  }

  long commit() {
    return commit;
  }

  long applied() {
    return applied;
  }

  long durable() {
    return ledger.durableIndex();
  }

  /** Index of the first entry in memory; one above the last when there is none. */
  long firstInMemory() {
    return entries.first();
  }

  Membership membership() {
    return memberships.current();
  }

  /** Whether the membership in force may still be rolled back. */
  boolean membershipPending() {
    return memberships.index() > commit;
  }

  /**
   * Whether the owner does not know the membership in force yet. What the owner derives from its
   * state, as the numbers of new replicas, is wrong until it does.
   */
  boolean membershipUnapplied() {
    return memberships.index() > applied;
  }

  /**
   * Whether a replica may campaign: it votes, or it did before a change that is not known to be
   * committed. In the latter case it may be the only one that has that change in its log, and the
   * only one whom the others' logs would let win (Ongaro, dissertation, section 4.2.2).
   */
  boolean maySeekLeadership(ReplicaId replica) {
    Membership previous = memberships.previous();
    return membership().isVoter(replica) || (previous != null && previous.isVoter(replica));
  }

  long membershipIndex() {
    return memberships.index();
  }

  /** Term at an index, {@link TermRuns#UNKNOWN} when the log does not reach it (any more). */
  long termAt(long index) {
    if (index > last.index()) {
      return TermRuns.UNKNOWN;
    }
    if (index == start.index()) {
      return start.term();
    }
    return index < start.index() ? TermRuns.UNKNOWN : terms.termAt(index);
  }

  boolean matches(LogPosition position) {
    return position.index() <= last.index() && termAt(position.index()) == position.term();
  }

  /** Whether a log that ends at a position has at least what this one has (Raft, section 5.4.1). */
  boolean isCoveredBy(LogPosition other) {
    return other.term() > last.term()
        || (other.term() == last.term() && other.index() >= last.index());
  }

  /**
   * The highest index at or below {@code index} at which a log with {@code term} there may agree
   * with this one.
   */
  long conflictBound(long index, long term) {
    long upper = Math.min(index, last.index());
    if (upper < terms.knownFrom()) {
      return upper;
    }
    long found = terms.lastWithTermAtMost(upper, term);
    return found == TermRuns.UNKNOWN ? terms.knownFrom() - 1 : found;
  }

  /**
   * Where a leader looks next for agreement with a follower that has refused an append after {@code
   * refused} and hints at a position.
   */
  long backOffFrom(long refused, LogPosition hint) {
    long bound = conflictBound(hint.index(), hint.term());
    if (bound < refused) {
      return bound;
    }
    // Other entries there, and the terms here are unknown since the restart: go back by strides
    // instead of one by one, to the start of the log at most (below it, a snapshot is needed).
    long stride = Math.max(refused - UNKNOWN_TERMS_STRIDE, start.index());
    return Math.max(0, Math.min(stride, refused - 1));
  }

  /** A leader's own entry. */
  LogEntry append(LogEntry.Kind kind, byte[] data, long term) {
    LogEntry entry = new LogEntry(term, last.index() + 1, kind, data);
    push(entry);
    ledger.logChanged();
    return entry;
  }

  /** A leader's entries at a follower: what is there already stays, what conflicts gives way. */
  void merge(List<LogEntry> offered) {
    for (LogEntry entry : offered) {
      if (entry.index() <= last.index()) {
        long known = termAt(entry.index());
        boolean committed = entry.index() <= commit;
        if (known == entry.term() || (committed && known == TermRuns.UNKNOWN)) {
          continue;
        }
        Invariant.check(
            !committed, "leader offers %s, but term %d is committed there", entry, known);
        truncateFrom(entry.index());
      }
      push(entry);
      ledger.logChanged();
    }
  }

  private void push(LogEntry entry) {
    entries.append(entry);
    terms.append(entry.index(), entry.term());
    last = new LogPosition(entry.index(), entry.term());
    if (entry.kind() == LogEntry.Kind.MEMBERSHIP) {
      memberships.append(entry.index(), DescriptorCodec.decodeMembership(entry.data()));
    }
  }

  private void truncateFrom(long index) {
    Invariant.check(index > commit, "truncation at %d, committed up to %d", index, commit);
    entries.truncateFrom(index);
    terms.truncateFrom(index);
    memberships.truncateFrom(index);
    ledger.truncatedFrom(index);
    handedToStore = Math.min(handedToStore, index - 1);
    last = new LogPosition(index - 1, terms.termAt(index - 1));
    memoTo = 0;
  }

  void commitTo(long index) {
    if (index <= commit) {
      return;
    }
    Invariant.check(
        index <= last.index(),
        "told to commit up to %d, but the log ends at %s: entries were lost",
        index,
        last);
    commit = index;
    memberships.committed(index);
  }

  boolean hasCommitted() {
    return Math.min(commit, durable()) > handedToApply;
  }

  /** Committed and durable entries that were not handed out before. */
  List<LogEntry> takeCommitted() {
    long end = Math.min(commit, durable());
    if (end <= handedToApply) {
      return List.of();
    }
    List<LogEntry> out = memoized(handedToApply + 1, end + 1);
    handedToApply = end;
    return out;
  }

  void appliedTo(long index, long cacheBytesMax) {
    Invariant.check(
        index <= handedToApply, "applied %d, but only %d was handed out", index, handedToApply);
    applied = Math.max(applied, index);
    if (entries.bytes() > cacheBytesMax) {
      shrinkTo(cacheBytesMax);
    }
  }

  private void shrinkTo(long bytesMax) {
    long evictable = Math.min(applied, durable());
    while (entries.bytes() > bytesMax && entries.first() <= evictable) {
      entries.evictThrough(entries.first());
    }
  }

  /** Drops all entries from memory that may be dropped. */
  void evictApplied() {
    entries.evictThrough(Math.min(applied, durable()));
    memo = List.of();
    memoTo = 0;
  }

  /** Entries not handed to the store before. */
  List<LogEntry> takeUnstored() {
    List<LogEntry> out = memoized(handedToStore + 1, last.index() + 1);
    handedToStore = last.index();
    return out;
  }

  /** Whether entries from {@code from} on replace some that were handed to the store before. */
  boolean replacesStored(long from, long end) {
    boolean replaces = from <= storeEnd;
    storeEnd = end;
    return replaces;
  }

  /** Entries in memory from an index on that fit into a number of bytes; at least one. */
  List<LogEntry> slice(long from, long maxBytes) {
    return memoized(from, entries.endWithin(from, maxBytes));
  }

  /** The same entries go to the disk and to several followers: copy them once. */
  private List<LogEntry> memoized(long from, long to) {
    if (from >= to) {
      return List.of();
    }
    if (memoFrom != from || memoTo != to) {
      memo = entries.slice(from, to);
      memoFrom = from;
      memoTo = to;
    }
    return memo;
  }

  long bytesBetween(long after, long through) {
    long sum = 0;
    for (long i = after + 1; i <= through; i++) {
      sum += entries.get(i).sizeBytes();
    }
    return sum;
  }

  void truncatedPrefix(LogPosition newStart) {
    Invariant.check(
        newStart.index() <= applied,
        "log is truncated up to %s, but only %d is applied",
        newStart,
        applied);
    if (newStart.index() > start.index()) {
      start = newStart;
      entries.evictThrough(Math.min(newStart.index(), durable()));
      terms.compactTo(newStart.index());
    }
  }

  void installed(LogPosition snapshot, Membership membership) {
    entries.reset(snapshot.index());
    terms.reset(snapshot);
    memberships.reset(snapshot.index(), membership);
    ledger.reset(snapshot.index());
    start = snapshot;
    last = snapshot;
    commit = snapshot.index();
    applied = snapshot.index();
    handedToApply = snapshot.index();
    handedToStore = snapshot.index();
    storeEnd = Math.max(storeEnd, snapshot.index());
    memoTo = 0;
  }
}
