package dev.troupe.node.join;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.MonotonicClock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Hands out node ids, one per store, each once. The number of a store is kept under its id, so a
 * repeated request (its first answer was lost) gets the same number; a number drawn for a request
 * that lost a race is skipped. Any thread; never blocks.
 */
public final class NodeIds {
  private static final NodeId FOUNDER = new NodeId(1);
  private static final Duration STEP_TIMEOUT = Duration.ofSeconds(5);

  private final KvClient kv;
  private final MonotonicClock clock;

  public NodeIds(KvClient kv, MonotonicClock clock) {
    this.kv = kv;
    this.clock = clock;
  }

  /** Stages fail with {@code TroupeException}. */
  public CompletionStage<NodeId> of(String storeId) {
    Key key = Keyspace.store(storeId);
    return get(key)
        .thenCompose(
            found ->
                found != null
                    ? CompletableFuture.completedStage(decode(found))
                    : draw().thenCompose(drawn -> claim(key, drawn)));
  }

  private CompletionStage<NodeId> draw() {
    return get(Keyspace.NEXT_NODE_ID)
        .thenCompose(
            found -> {
              NodeId next = found == null ? new NodeId(FOUNDER.value() + 1) : decode(found);
              byte[] after = encode(new NodeId(next.value() + 1));
              return compareAndSet(Keyspace.NEXT_NODE_ID, found, after)
                  .thenCompose(
                      result -> result.swapped() ? CompletableFuture.completedStage(next) : draw());
            });
  }

  private CompletionStage<NodeId> claim(Key storeKey, NodeId drawn) {
    return compareAndSet(storeKey, null, encode(drawn))
        .thenApply(
            result -> {
              byte @Nullable [] current = result.current();
              return result.swapped() || current == null ? drawn : decode(current);
            });
  }

  private CompletionStage<byte @Nullable []> get(Key key) {
    return ask(new KvRequest.Get(key), answer -> ((KvResponse.Value) answer).value());
  }

  private CompletionStage<KvResponse.Compared> compareAndSet(
      Key key, byte @Nullable [] expected, byte[] value) {
    return ask(
        new KvRequest.CompareAndSet(key, expected, value), answer -> (KvResponse.Compared) answer);
  }

  private <T extends @Nullable Object> CompletionStage<T> ask(
      KvRequest request, Function<KvResponse, T> result) {
    CompletableFuture<T> stage = new CompletableFuture<>();
    kv.send(
        request,
        clock.nanos() + STEP_TIMEOUT.toNanos(),
        answer -> {
          if (answer instanceof KvResponse.Failed failed) {
            stage.completeExceptionally(failed.toException());
          } else {
            stage.complete(result.apply(answer));
          }
        });
    return stage;
  }

  private static byte[] encode(NodeId node) {
    return new ByteWriter(4).putInt(node.value()).toBytes();
  }

  private static NodeId decode(byte[] bytes) {
    try {
      return new NodeId(new ByteReader(bytes).readInt());
    } catch (IllegalArgumentException e) {
      throw new TroupeException(
          ErrorCode.CORRUPTION, "the stored node id cannot be read: " + e.getMessage());
    }
  }
}
