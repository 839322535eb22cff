package dev.troupe.protocol.spi;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.Timestamp;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads of the past, answered by the nearest replica that can vouch for it; it need not lead its
 * range. Such a read sees one moment: all that was committed at or below its timestamp and nothing
 * else, and every replica gives the same answer at any time, as long as the versions are kept.
 *
 * <p>Only {@link KvRequest.Get} and {@link KvRequest.Scan} can be read so. A scan is answered by
 * one page; the next one is read at the timestamp that the page carries. Any thread; never blocks.
 */
public interface FollowerReads {
  /**
   * What a read saw.
   *
   * @param response a Value, Page or Failed
   * @param at as of when; MIN when it failed
   * @param node whose replica answered; null when that is not known, or it failed
   */
  record Answer(KvResponse response, Timestamp at, @Nullable NodeId node) {}

  /**
   * What has been done for such reads since the node's part in the cluster began.
   *
   * @param served answered by replicas of this node
   * @param waited held back here until their timestamp was closed
   * @param redirected of this node's clients, answered by leaders in the end
   */
  record Counts(long served, long waited, long redirected) {
    public static final Counts NONE = new Counts(0, 0, 0);
  }

  Counts counts();

  /**
   * Reads at the timestamp that the request names. A replica that is behind asks the leader up to
   * where nothing can change any more, and waits for it; when no replica can answer the leader
   * does.
   *
   * <p>Fails with TIMESTAMP_IN_FUTURE when the timestamp was not given out yet, TIMESTAMP_TOO_OLD
   * when its versions may have been collected, INVALID_ARGUMENT when the request names none or is
   * no Get or Scan, and as {@link KvClient#send}.
   *
   * @param deadlineNanos when to give up, on the node's {@link MonotonicClock}
   * @param reply called exactly once, maybe before this method returns, on any thread; must not
   *     block
   */
  void read(KvRequest.Read read, long deadlineNanos, Consumer<Answer> reply);

  /**
   * Reads at the highest timestamp that the nearest replica can answer at once, unless that is too
   * old. Goes on while a range has no leader, as long as some replica knows enough. Then age is
   * told by this node's clock, for there may be nobody else to ask.
   *
   * @param read its own timestamp is ignored
   * @param maxStaleness how far the answer may lie in the past
   * @param deadlineNanos as in {@link #read}
   * @param reply as in {@link #read}
   */
  void readStale(
      KvRequest.Read read, Duration maxStaleness, long deadlineNanos, Consumer<Answer> reply);
}
