package dev.troupe.range;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.trace.Span;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes on their way through a replica: those that wait for the end of the mailbox's burst, to
 * share one log entry, and those that are in the log and not yet applied. Owned by the replica.
 */
final class ProposalQueue {
  /** Beyond so many waiting writes new ones are refused. */
  static final int WAITING_MAX = 16_384;

  /** An entry is closed when its writes have grown to this size. */
  private static final int ENTRY_BYTES_MAX = 512 << 10;

  private static final RangeReply TOO_LATE =
      new RangeReply.Done(
          new KvResponse.Failed(
              ErrorCode.DEADLINE_EXCEEDED,
              "the deadline passed while the write waited for its turn; nothing was done"));

  /**
   * One write and who waits for it.
   *
   * @param deadlineNanos nobody waits any more after it
   * @param sequence rises from write to write
   * @param trace what is recorded of it here; null for almost all
   */
  record Waiting(
      KvRequest.Write write,
      long deadlineNanos,
      Consumer<RangeReply> replyTo,
      long sequence,
      @Nullable Span trace) {
    Waiting(
        KvRequest.Write write, long deadlineNanos, Consumer<RangeReply> replyTo, long sequence) {
      this(write, deadlineNanos, replyTo, sequence, null);
    }

    boolean isLate(long nowNanos) {
      return nowNanos - deadlineNanos > 0;
    }
  }

  /** The writes of one log entry, in order, and when they were proposed. */
  record Proposed(LogPosition position, List<Waiting> writes, long sinceNanos) {
    /**
     * Answers every write, once the entry at the position has been applied.
     *
     * @param current the range as it is now: told to those whose key has left it
     */
    void answer(
        LogEntry applied,
        List<KvResponse> answers,
        @Nullable NodeId leader,
        RangeDescriptor current) {
      if (applied.term() != position.term()) {
        // Another leader's entry took the place: these writes can never be committed.
        writes.forEach(w -> w.replyTo().accept(new RangeReply.NotLeader(leader)));
        return;
      }
      Invariant.check(
          answers.size() == writes.size(),
          "%d answers for %d writes at %s",
          answers.size(),
          writes.size(),
          position);
      for (int i = 0; i < answers.size(); i++) {
        writes.get(i).replyTo().accept(reply(answers.get(i), current));
      }
    }

    /** A write that found its key gone did nothing: its sender asks the key's new range. */
    private static RangeReply reply(KvResponse answer, RangeDescriptor current) {
      if (answer == RangeStateMachine.FROZEN) {
        return new RangeReply.NotLeader(null);
      }
      return answer instanceof KvResponse.Failed failed && failed.code() == ErrorCode.RANGE_MOVED
          ? new RangeReply.NotOwner(current)
          : new RangeReply.Done(answer);
    }
  }

  private List<Waiting> waiting = new ArrayList<>();
  private final ArrayDeque<Proposed> inLog = new ArrayDeque<>();
  // Of the last entry that was taken to be applied.
  private long appliedTerm;

  boolean isFull() {
    return waiting.size() >= WAITING_MAX;
  }

  boolean hasWaiting() {
    return !waiting.isEmpty();
  }

  /** Entries proposed here that have not been applied. */
  int inLog() {
    return inLog.size();
  }

  /** Adds a write; true when it is the first that waits. */
  boolean add(Waiting write) {
    waiting.add(write);
    return waiting.size() == 1;
  }

  /** The next part of what traced writes wait for begins. */
  void phase(String name) {
    for (Waiting one : waiting) {
      if (one.trace() != null) {
        one.trace().phase(name);
      }
    }
  }

  /** Writes that wait. */
  int waiting() {
    return waiting.size();
  }

  /** The sequence of the first write that has no outcome, as far as this queue knows. */
  long firstPending() {
    if (!inLog.isEmpty()) {
      return inLog.getFirst().writes().getFirst().sequence();
    }
    return waiting.isEmpty() ? Long.MAX_VALUE : waiting.getFirst().sequence();
  }

  /** Takes all waiting writes, as the other method does. */
  List<List<Waiting>> takeGroups(long nowNanos) {
    return takeGroups(waiting.size(), nowNanos);
  }

  /**
   * Takes the writes that have waited longest, grouped as they should share entries. Those whose
   * time is over are refused instead: under overload their work would be for nobody.
   */
  List<List<Waiting>> takeGroups(int count, long nowNanos) {
    List<Waiting> all = waiting;
    if (count == all.size()) {
      waiting = new ArrayList<>();
    } else {
      waiting = new ArrayList<>(all.subList(count, all.size()));
      all = all.subList(0, count);
    }
    var groups = new ArrayList<List<Waiting>>();
    var group = new ArrayList<Waiting>();
    int bytes = 0;
    for (Waiting next : all) {
      if (next.isLate(nowNanos)) {
        next.replyTo().accept(TOO_LATE);
        continue;
      }
      boolean alone =
          next.write() instanceof KvRequest.DeleteRange
              || next.write() instanceof KvRequest.RaiseHorizon;
      int size = KvCodec.sizeHint(next.write());
      if (!group.isEmpty() && (alone || bytes + size > ENTRY_BYTES_MAX)) {
        groups.add(group);
        group = new ArrayList<>();
        bytes = 0;
      }
      group.add(next);
      bytes += alone ? ENTRY_BYTES_MAX : size;
    }
    if (!group.isEmpty()) {
      groups.add(group);
    }
    return groups;
  }

  /** Takes note of an entry that was just put into this leader's log. */
  void proposed(Proposed entry) {
    // What was proposed for this place or a later one in a former reign is not in the log of this
    // leader, so it was not committed and never will be (leader completeness).
    while (!inLog.isEmpty() && inLog.getLast().position().index() >= entry.position().index()) {
      inLog.removeLast().writes().forEach(w -> w.replyTo().accept(new RangeReply.NotLeader(null)));
    }
    inLog.add(entry);
  }

  /**
   * Takes what was proposed for an entry that is now to be applied, if anything. What was proposed
   * for later places in an earlier term is refused: its place may stay empty for long, and in no
   * log terms go down behind what is committed, so that it never will be.
   */
  @Nullable Proposed take(long index, long term) {
    if (term > appliedTerm) {
      appliedTerm = term;
      inLog.removeIf(entry -> isPassedOver(entry, index, term));
    }
    Proposed first = inLog.peek();
    Invariant.check(
        first == null || first.position().index() >= index,
        "proposal at %s was passed over by %d",
        first == null ? "" : first.position(),
        index);
    return first != null && first.position().index() == index ? inLog.poll() : null;
  }

  private static boolean isPassedOver(Proposed entry, long index, long term) {
    boolean passedOver = entry.position().index() > index && entry.position().term() < term;
    if (passedOver) {
      entry.writes().forEach(w -> w.replyTo().accept(new RangeReply.NotLeader(null)));
    }
    return passedOver;
  }

  /** Refuses what is not in the log yet: nothing of it was done. */
  void refuseWaiting() {
    List<Waiting> all = waiting;
    waiting = new ArrayList<>();
    all.forEach(w -> w.replyTo().accept(new RangeReply.NotLeader(null)));
  }

  /** Forgets everything, when it is certain that nothing of it was done or will be. */
  void refuseAll() {
    inLog.forEach(
        entry -> entry.writes().forEach(w -> w.replyTo().accept(new RangeReply.NotLeader(null))));
    inLog.clear();
    refuseWaiting();
  }

  /** Forgets everything: what is in the log has an outcome that this replica will not learn. */
  void abandon(String why) {
    var unknown = new RangeReply.Done(new KvResponse.Failed(ErrorCode.AMBIGUOUS, why));
    inLog.forEach(entry -> entry.writes().forEach(w -> w.replyTo().accept(unknown)));
    inLog.clear();
    refuseWaiting();
  }
}
