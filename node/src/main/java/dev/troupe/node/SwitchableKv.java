package dev.troupe.node;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.trace.Span;
import java.util.List;
import java.util.function.Consumer;

/**
 * The key-value port that the doors see: it stays while the cluster part behind it comes, goes and
 * comes again. Any thread.
 */
public final class SwitchableKv implements KvClient {
  private volatile KvClient current = refusing(ErrorCode.NOT_INITIALIZED, "the node is starting");

  public void connect(KvClient kv) {
    current = kv;
  }

  /** Until the next {@link #connect}, every request is refused; nothing is done. */
  public void refuse(ErrorCode code, String message) {
    current = refusing(code, message);
  }

  @Override
  public void send(KvRequest request, long deadlineNanos, Consumer<KvResponse> reply) {
    current.send(request, deadlineNanos, reply);
  }

  @Override
  public KvClient under(Span span) {
    return current.under(span);
  }

  @Override
  public List<Key> borders(KeySpan span, int max) {
    return current.borders(span, max);
  }

  private static KvClient refusing(ErrorCode code, String message) {
    KvResponse.Failed refusal = new KvResponse.Failed(code, message);
    return (request, deadlineNanos, reply) -> reply.accept(refusal);
  }
}
