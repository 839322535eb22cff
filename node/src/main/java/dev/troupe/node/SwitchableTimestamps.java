package dev.troupe.node;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.spi.TimestampSource;
import java.util.function.Consumer;

/**
 * The way to timestamps that stays while the cluster part behind it comes, goes and comes again.
 * Any thread.
 */
public final class SwitchableTimestamps implements TimestampSource {
  private volatile TimestampSource current =
      refusing(ErrorCode.NOT_INITIALIZED, "the node is starting");

  public void connect(TimestampSource timestamps) {
    current = timestamps;
  }

  /** Until the next {@link #connect}, none are given out. */
  public void refuse(ErrorCode code, String message) {
    current = refusing(code, message);
  }

  @Override
  public void draw(int count, long deadlineNanos, Consumer<Drawn> reply) {
    current.draw(count, deadlineNanos, reply);
  }

  private static TimestampSource refusing(ErrorCode code, String message) {
    Drawn refusal = new Drawn.Failed(code, message);
    return (count, deadlineNanos, reply) -> reply.accept(refusal);
  }
}
