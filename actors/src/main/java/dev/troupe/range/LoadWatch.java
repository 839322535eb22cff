package dev.troupe.range;

import dev.troupe.protocol.model.NodeId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds out where a leader's requests come from. A request that comes from another node costs both
 * nodes a message and wakes threads of both: where nearly all come from one node for a while, that
 * node had better lead. Owned by the leader's replica.
 */
final class LoadWatch {
  /** What is below is not worth a move. */
  static final long REQUESTS_PER_SECOND_MIN = 100;

  /** A node must have sent so much of everything in each of so many periods in a row. */
  static final double SHARE_MIN = 2.0 / 3;

  static final int PERIODS = 2;

  private final long periodNanos;
  private long term = -1;
  private long begun;
  private long requests;
  private Map<NodeId, Long> origins = Map.of();
  private @Nullable NodeId suspected;
  private int times;

  /**
   * Watches.
   *
   * @param afterNanos how long requests must have come from elsewhere; zero for never telling
   */
  LoadWatch(long afterNanos) {
    this.periodNanos = afterNanos / PERIODS;
  }

  /** Whether it is time to {@link #look}: until then nothing need be counted up. */
  boolean isDue(long term, long now) {
    return periodNanos > 0 && (term != this.term || now - begun >= periodNanos);
  }

  /**
   * Looks at what has been counted since the replica started.
   *
   * @param term in which it leads: another one begins from anew
   * @param requests all of them
   * @param counted those of other nodes
   * @return the node that most of them have come from, each time that has been so for long enough
   */
  @Nullable NodeId look(long term, long requests, Map<NodeId, Long> counted, long now) {
    if (!isDue(term, now)) {
      return null;
    }
    NodeId most = term == this.term ? most(requests - this.requests, counted, now - begun) : null;
    times = most == null ? 0 : most.equals(suspected) ? times + 1 : 1;
    suspected = most;
    this.term = term;
    this.begun = now;
    this.requests = requests;
    this.origins = counted;
    if (times < PERIODS) {
      return null;
    }
    times = 0;
    return most;
  }

  private @Nullable NodeId most(long all, Map<NodeId, Long> counted, long nanos) {
    if (all * 1e9 < (double) REQUESTS_PER_SECOND_MIN * nanos) {
      return null;
    }
    for (Map.Entry<NodeId, Long> origin : counted.entrySet()) {
      long here = origin.getValue() - origins.getOrDefault(origin.getKey(), 0L);
      if (here >= SHARE_MIN * all) {
        return origin.getKey();
      }
    }
    return null;
  }
}
