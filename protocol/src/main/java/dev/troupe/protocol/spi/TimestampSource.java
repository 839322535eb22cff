package dev.troupe.protocol.spi;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Timestamp;
import java.util.function.Consumer;

/**
 * Where timestamps come from: every timestamp granted is above all that were granted anywhere in
 * the cluster before the request for it was made. Any thread; never blocks.
 */
public interface TimestampSource {
  /** How a request for timestamps ended. */
  sealed interface Drawn {
    /** The first of the consecutive timestamps asked for; nobody else ever gets one of them. */
    record Granted(Timestamp first) implements Drawn {}

    /** None were granted, or nobody can use those that were. */
    record Failed(ErrorCode code, String message) implements Drawn {}
  }

  /**
   * Draws timestamps.
   *
   * @param count how many, from 1
   * @param deadlineNanos when to give up, on the node's {@link MonotonicClock}
   * @param reply called exactly once, maybe before this method returns, on any thread; must not
   *     block
   */
  void draw(int count, long deadlineNanos, Consumer<Drawn> reply);
}
