package dev.troupe.node.grpc;

import io.grpc.Context;
import io.grpc.Deadline;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** The time that the client of the present call allows. */
final class CallTime {
  /** An answer must travel back before the client's own clock ends the call without a reason. */
  private static final long RETURN_TRIP_NANOS = TimeUnit.MILLISECONDS.toNanos(150);

  private CallTime() {}

  /** What is left for work; empty when the client set no deadline, not positive when it passed. */
  static OptionalLong leftNanos() {
    Deadline given = Context.current().getDeadline();
    if (given == null) {
      return OptionalLong.empty();
    }
    long left = given.timeRemaining(TimeUnit.NANOSECONDS);
    return OptionalLong.of(left - Math.min(RETURN_TRIP_NANOS, left / 10));
  }
}
