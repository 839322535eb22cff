package dev.troupe.protocol.spi;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.trace.Span;
import java.util.List;
import java.util.function.Consumer;

/**
 * The door to replicated data: finds the range, follows its leader, retries what is known not to
 * have happened. Any thread; never blocks.
 */
public interface KvClient {
  /**
   * Carries out a request.
   *
   * @param deadlineNanos when to give up, on the node's {@link MonotonicClock}
   * @param reply called exactly once, maybe before this method returns, on any thread; must not
   *     block. Never throws failures: they come as {@link KvResponse.Failed}.
   */
  void send(KvRequest request, long deadlineNanos, Consumer<KvResponse> reply);

  /** This door for what belongs to a trace: what goes through it is recorded under the span. */
  default KvClient under(Span span) {
    return this;
  }

  /**
   * Where ranges are believed to begin within a span, in order, without its start: a hint for who
   * has much to read. Asks nobody.
   *
   * @param max so many at most, the first ones
   */
  default List<Key> borders(KeySpan span, int max) {
    return List.of();
  }
}
