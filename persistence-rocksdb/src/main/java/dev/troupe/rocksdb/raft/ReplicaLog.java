package dev.troupe.rocksdb.raft;

import dev.troupe.protocol.model.LogPosition;

/**
 * Where a replica's log begins and ends, as of the last write that was handed in. Changed only by
 * the replica's owner; read by anybody.
 */
final class ReplicaLog {
  private volatile LogPosition start;
  private volatile LogPosition last;

  ReplicaLog(LogPosition start, LogPosition last) {
    this.start = start;
    this.last = last;
  }

  /** Position before the first entry. */
  LogPosition start() {
    return start;
  }

  /** Position of the last entry, or {@link #start} when there is none. */
  LogPosition last() {
    return last;
  }

  void appended(LogPosition newLast) {
    last = newLast;
  }

  void truncatedTo(LogPosition newStart) {
    // The end first: a reader in between must not find the log ending before it begins.
    if (newStart.index() > last.index()) {
      last = newStart;
    }
    start = newStart;
  }
}
