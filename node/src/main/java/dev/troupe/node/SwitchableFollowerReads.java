package dev.troupe.node;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.FollowerReads;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The door to reads of the past that stays while the cluster part behind it comes, goes and comes
 * again. Any thread.
 */
public final class SwitchableFollowerReads implements FollowerReads {
  private volatile FollowerReads current =
      new Refusing(new KvResponse.Failed(ErrorCode.NOT_INITIALIZED, "the node is starting"));

  public void connect(FollowerReads followers) {
    current = followers;
  }

  /** Until the next {@link #connect}, everything is refused. */
  public void refuse(ErrorCode code, String message) {
    current = new Refusing(new KvResponse.Failed(code, message));
  }

  @Override
  public Counts counts() {
    return current.counts();
  }

  @Override
  public void read(KvRequest.Read read, long deadlineNanos, Consumer<Answer> reply) {
    current.read(read, deadlineNanos, reply);
  }

  @Override
  public void readStale(
      KvRequest.Read read, Duration maxStaleness, long deadlineNanos, Consumer<Answer> reply) {
    current.readStale(read, maxStaleness, deadlineNanos, reply);
  }

  private record Refusing(KvResponse.Failed refusal) implements FollowerReads {
    @Override
    public Counts counts() {
      return Counts.NONE;
    }

    @Override
    public void read(KvRequest.Read read, long deadlineNanos, Consumer<Answer> reply) {
      reply.accept(new Answer(refusal, Timestamp.MIN, null));
    }

    @Override
    public void readStale(
        KvRequest.Read read, Duration maxStaleness, long deadlineNanos, Consumer<Answer> reply) {
      reply.accept(new Answer(refusal, Timestamp.MIN, null));
    }
  }
}
