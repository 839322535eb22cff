package dev.troupe.loadgen.client;

import com.google.protobuf.ByteString;
import dev.troupe.protocol.error.ErrorCode.Retry;
import org.jspecify.annotations.Nullable;

/** What became of an operation. */
public sealed interface Outcome {
  /** A read answered; value is null when there is no such key. */
  record Found(@Nullable ByteString value, long version) implements Outcome {}

  /** A write acknowledged with the version that it got; 0 where the system tells none. */
  record Written(long version) implements Outcome {}

  record Scanned(int rows) implements Outcome {}

  /**
   * Refused, failed or lost.
   *
   * @param retry what the caller may conclude: nothing happened, never will, or nobody knows
   */
  record Failed(String reason, String message, Retry retry) implements Outcome {}

  /** Receives the outcome of one operation, exactly once, on the event loop of its lane. */
  @FunctionalInterface
  interface Listener {
    void onOutcome(Outcome outcome);
  }
}
