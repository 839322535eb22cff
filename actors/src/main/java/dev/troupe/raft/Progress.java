package dev.troupe.raft;

import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.ReplicaId;

/**
 * What a leader knows of one other member, and how fast it may send there.
 *
 * <pre>
 *   PROBE      one append at a time, until one is accepted
 *   REPLICATE  appends follow each other without waiting, within a window
 *   SNAPSHOT   no appends: the log no longer reaches back far enough
 *
 *   PROBE -&gt; REPLICATE      an append was accepted
 *   PROBE, REPLICATE -&gt; SNAPSHOT   the next entry is gone from the log
 *   REPLICATE -&gt; PROBE      an append was refused: something was lost
 *   SNAPSHOT -&gt; PROBE       the snapshot was sent, or sending failed
 *   SNAPSHOT -&gt; REPLICATE   the member turned out to be far enough
 * </pre>
 */
final class Progress {
  enum Mode {
    PROBE,
    REPLICATE,
    SNAPSHOT
  }

  /** Bytes on their way to one follower and not answered, as a multiple of one append's maximum. */
  static final int INFLIGHT_APPEND_SIZES_MAX = 8;

  private final ReplicaId replica;
  private final long inflightBytesMax;
  private final long[] inflightEnds;
  private final int[] inflightSizes;
  private int inflightHead;
  private int inflightCount;
  private long inflightBytes;

  private boolean voter;
  private Mode mode = Mode.PROBE;
  private long matched;
  private long next;
  private boolean probeOutstanding;
  private long lastAppendContext;

  private boolean absent;
  private long lastAnswerAt;
  private long lastSentAt;
  private long lastHeartbeatAt;
  private long sampleContext;
  private long sampleSentAt;
  private long answeredSendTime = Long.MIN_VALUE;
  private long answeredContext;

  private long commitTold;
  private long commitNoticeContext;
  private long loadingFrom;
  private boolean snapshotRequested;
  private long snapshotNotBefore = Long.MIN_VALUE;

  Progress(ReplicaId replica, boolean voter, long next, RaftConfig config, long now) {
    this.replica = replica;
    this.voter = voter;
    this.next = next;
    this.lastAnswerAt = now;
    this.lastSentAt = now - config.heartbeatNanos();
    this.lastHeartbeatAt = lastSentAt;
    inflightEnds = new long[config.inflightAppendsMax()];
    inflightSizes = new int[config.inflightAppendsMax()];
    inflightBytesMax = (long) config.appendBytesMax() * INFLIGHT_APPEND_SIZES_MAX;
  }

  ReplicaId replica() {
    return replica;
  }

  boolean voter() {
    return voter;
  }

  void becomeVoter(boolean isVoter) {
    voter = isVoter;
  }

  Mode mode() {
    return mode;
  }

  long matched() {
    return matched;
  }

  long next() {
    return next;
  }

  // Liveness.

  /** Notes that a message with a context leaves now. */
  void sent(long context, long now) {
    lastSentAt = now;
    // One message at a time is timed: any answer to it or to a later one proves that the member
    // heard this leader after that moment.
    if (sampleContext == 0) {
      sampleContext = context;
      sampleSentAt = now;
    }
  }

  /** Notes an answer to the message with a context; 0 when the answer echoes none. */
  void answered(long context, long now) {
    absent = false;
    lastAnswerAt = now;
    answeredContext = Math.max(answeredContext, context);
    if (sampleContext != 0 && context >= sampleContext) {
      answeredSendTime = sampleSentAt;
      sampleContext = 0;
    }
  }

  /** The leader was asleep: silence until now is no sign of death. */
  void forgiveSilence(long now) {
    lastAnswerAt = now;
  }

  long lastAnswerAt() {
    return lastAnswerAt;
  }

  /** Notes whether the member's node is believed to be gone: until it says anything. */
  void absent(boolean gone) {
    absent = gone;
  }

  boolean isAbsent() {
    return absent;
  }

  void heartbeatSent(long now) {
    lastHeartbeatAt = now;
  }

  /** Whether the member has heard nothing, or has said nothing and was not asked, since a time. */
  boolean heartbeatIsDue(long since) {
    return lastSentAt <= since || (lastAnswerAt <= since && lastHeartbeatAt <= since);
  }

  /** When the last message was sent that is known to have arrived. */
  long answeredSendTime() {
    return answeredSendTime;
  }

  long answeredContext() {
    return answeredContext;
  }

  // Replication.

  /** Whether another append with entries may be sent. */
  boolean maySend() {
    return switch (mode) {
      case PROBE -> !probeOutstanding && loadingFrom == 0;
      case REPLICATE ->
          loadingFrom == 0
              && inflightCount < inflightEnds.length
              && inflightBytes < inflightBytesMax;
      case SNAPSHOT -> false;
    };
  }

  /** Notes an append of entries up to {@code end}; none when {@code bytes} is 0. */
  void appended(long end, int bytes, long context) {
    lastAppendContext = context;
    switch (mode) {
      case PROBE -> probeOutstanding = true;
      case REPLICATE -> {
        if (bytes > 0) {
          int slot = (inflightHead + inflightCount) % inflightEnds.length;
          inflightEnds[slot] = end;
          inflightSizes[slot] = bytes;
          inflightCount++;
          inflightBytes += bytes;
          next = end + 1;
        }
      }
      case SNAPSHOT -> Invariant.check(false, "append to %s during a snapshot", replica);
    }
  }

  /** The member has everything up to {@code index}, durably. */
  void accepted(long index, long logStart) {
    matched = Math.max(matched, index);
    next = Math.max(next, matched + 1);
    while (inflightCount > 0 && inflightEnds[inflightHead] <= matched) {
      inflightBytes -= inflightSizes[inflightHead];
      inflightHead = (inflightHead + 1) % inflightEnds.length;
      inflightCount--;
    }
    switch (mode) {
      case PROBE -> become(Mode.REPLICATE, matched + 1);
      case REPLICATE -> {}
      case SNAPSHOT -> {
        if (matched >= logStart) {
          become(Mode.REPLICATE, matched + 1);
        }
      }
    }
  }

  /** Whether a refusal answers what is outstanding, and is not a late one. */
  boolean isFreshRefusal(long refused) {
    return switch (mode) {
      case PROBE -> refused == next - 1;
      case REPLICATE -> refused > matched;
      case SNAPSHOT -> false;
    };
  }

  /** Goes back to where the logs may agree. */
  void backOff(long agreed) {
    become(Mode.PROBE, Math.max(matched, agreed) + 1);
  }

  /** A heartbeat was answered: what was sent before it and is still unanswered may be lost. */
  boolean resumeAfterHeartbeat(long context, long lastIndex) {
    if (mode == Mode.PROBE) {
      probeOutstanding &= context < lastAppendContext;
      return false;
    }
    return mode == Mode.REPLICATE
        && matched < Math.min(next - 1, lastIndex)
        && context > lastAppendContext;
  }

  private void become(Mode to, long nextIndex) {
    mode = to;
    next = nextIndex;
    probeOutstanding = false;
    inflightCount = 0;
    inflightHead = 0;
    inflightBytes = 0;
    loadingFrom = 0;
    snapshotRequested = false;
  }

  // Old entries from the store.

  long loadingFrom() {
    return loadingFrom;
  }

  void loading(long from) {
    loadingFrom = from;
  }

  void loadEnded() {
    loadingFrom = 0;
  }

  // Snapshots.

  void needsSnapshot() {
    become(Mode.SNAPSHOT, next);
  }

  boolean snapshotRequested() {
    return snapshotRequested;
  }

  /** Whether a snapshot should be asked for now. */
  boolean wantsSnapshot(long now, long activeWithin) {
    return mode == Mode.SNAPSHOT
        && !snapshotRequested
        && now >= snapshotNotBefore
        && now - lastAnswerAt < activeWithin
        // A new member has to say something first: its node may not even run.
        && answeredContext > 0;
  }

  void snapshotAsked() {
    snapshotRequested = true;
  }

  void snapshotEnded(long index, boolean success, long retryAt) {
    if (mode != Mode.SNAPSHOT) {
      return;
    }
    if (success) {
      become(Mode.PROBE, Math.max(matched, index) + 1);
    } else {
      snapshotRequested = false;
      snapshotNotBefore = retryAt;
    }
  }

  // What it has been told of the commit index.

  long commitTold() {
    return commitTold;
  }

  void commitTold(long index) {
    commitTold = Math.max(commitTold, index);
  }

  boolean commitNoticeOutstanding() {
    return commitNoticeContext != 0;
  }

  void commitNoticeSent(long context) {
    commitNoticeContext = context;
  }

  void commitNoticeAnswered(long context) {
    if (context >= commitNoticeContext) {
      commitNoticeContext = 0;
    }
  }
}
