package dev.troupe.raft;

import dev.troupe.protocol.error.Invariant;
import java.util.ArrayDeque;

/**
 * Which writes are on their way to the disk, and how far the log is durable.
 *
 * <p>Writes are numbered and become durable in order. An entry that is overwritten while its write
 * is in flight must not count as durable under its new content when the old write completes (the
 * ABA problem of asynchronous logs): truncating the log therefore also shortens what the writes in
 * flight vouch for.
 */
final class WriteLedger {
  private static final class Write {
    final long sequence;
    long last;

    Write(long sequence, long last) {
      this.sequence = sequence;
      this.last = last;
    }
  }

  private final ArrayDeque<Write> inFlight = new ArrayDeque<>();
  private long issued;
  private long persisted;
  private long durableIndex;
  private long hardStateSequence;
  private long logSequence;
  private boolean hardStateDirty;
  private boolean logDirty;

  WriteLedger(long durableIndex) {
    this.durableIndex = durableIndex;
  }

  /** The last index up to which all entries of the log are on disk as they are now. */
  long durableIndex() {
    return durableIndex;
  }

  long persisted() {
    return persisted;
  }

  boolean hardStateDirty() {
    return hardStateDirty;
  }

  /** Whether something waits to be handed out. */
  boolean dirty() {
    return hardStateDirty || logDirty;
  }

  /** Term or vote has changed. */
  void hardStateChanged() {
    hardStateDirty = true;
  }

  /** Entries were appended. */
  void logChanged() {
    logDirty = true;
  }

  void truncatedFrom(long index) {
    durableIndex = Math.min(durableIndex, index - 1);
    for (Write write : inFlight) {
      write.last = Math.min(write.last, index - 1);
    }
  }

  /** The log now begins after a durable snapshot; no write in flight says anything about it. */
  void reset(long index) {
    for (Write write : inFlight) {
      write.last = 0;
    }
    durableIndex = index;
    logDirty = false;
  }

  /** Everything that was dirty is being handed out, the log up to {@code last}. */
  long issue(long last) {
    issued++;
    if (hardStateDirty) {
      hardStateSequence = issued;
    }
    if (logDirty) {
      logSequence = issued;
    }
    inFlight.addLast(new Write(issued, logDirty ? last : 0));
    hardStateDirty = false;
    logDirty = false;
    return issued;
  }

  void persisted(long sequence) {
    Invariant.check(
        sequence <= issued, "write %d is reported durable, last issued was %d", sequence, issued);
    while (!inFlight.isEmpty() && inFlight.getFirst().sequence <= sequence) {
      durableIndex = Math.max(durableIndex, inFlight.removeFirst().last);
    }
    persisted = Math.max(persisted, sequence);
  }

  /** The write after which the present term and vote are durable. */
  long coversHardState() {
    return hardStateDirty ? issued + 1 : hardStateSequence;
  }

  /** The write after which the present term, vote and log are durable. */
  long coversAll() {
    return Math.max(coversHardState(), logDirty ? issued + 1 : logSequence);
  }

  boolean hardStateDurable() {
    return coversHardState() <= persisted;
  }
}
