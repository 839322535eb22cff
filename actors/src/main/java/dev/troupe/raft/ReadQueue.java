package dev.troupe.raft;

import java.util.ArrayDeque;

/**
 * Reads that wait until it is certain that this replica still leads (read index, Ongaro,
 * dissertation, section 6.4). All that wait at a time share one round of heartbeats.
 */
final class ReadQueue {
  /** Reads waiting beyond this are turned away. */
  static final int WAITING_MAX = 1 << 16;

  private record Waiting(long id, long index, long context) {}

  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private long roundFrom;

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  boolean isFull() {
    return waiting.size() >= WAITING_MAX;
  }

  /**
   * Adds a read.
   *
   * @param context an answer to this or a later context, from a quorum, proves leadership after the
   *     read began
   */
  void add(long id, long index, long context) {
    waiting.addLast(new Waiting(id, index, context));
  }

  /** Whether a round must be sent now: nobody has sent one for the newest read, and none is out. */
  boolean needsRound(long confirmedContext) {
    return !waiting.isEmpty()
        && waiting.getLast().context() > roundFrom
        && confirmedContext >= roundFrom;
  }

  void roundStarted(long firstContext) {
    roundFrom = firstContext;
  }

  void release(long confirmedContext, Outbox outbox) {
    while (!waiting.isEmpty() && waiting.getFirst().context() <= confirmedContext) {
      Waiting read = waiting.removeFirst();
      outbox.readReleased(read.id(), read.index());
    }
  }

  void refuseAll(Outbox outbox) {
    for (Waiting read : waiting) {
      outbox.readReleased(read.id(), -1);
    }
    waiting.clear();
  }
}
