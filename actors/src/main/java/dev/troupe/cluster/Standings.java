package dev.troupe.cluster;

import dev.troupe.placement.PlacementNode.Standing;
import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.MonotonicClock;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What operators want of nodes for good, as records of the system range: no record, and a node is
 * active. Any thread; never blocks; stages fail with {@code TroupeException}.
 */
final class Standings {
  private static final int FORMAT = 1;
  private static final long PATIENCE_NANOS = 5_000_000_000L;
  private static final int NODES_MAX = 10_000;

  private final KvClient kv;
  private final MonotonicClock clock;

  Standings(KvClient kv, MonotonicClock clock) {
    this.kv = kv;
    this.clock = clock;
  }

  /** All that have ever been changed. */
  CompletionStage<Map<NodeId, Standing>> all() {
    var scan = new KvRequest.Scan(Keyspace.STANDINGS, NODES_MAX, 16 << 20, false, false, null);
    return ask(
        scan,
        answer -> {
          var standings = new TreeMap<NodeId, Standing>();
          for (KvResponse.Row row : ((KvResponse.Page) answer).rows()) {
            standings.put(Keyspace.nodeOfStanding(row.key()), decode(row.value()));
          }
          return standings;
        });
  }

  CompletionStage<Standing> of(NodeId node) {
    return ask(
        new KvRequest.Get(Keyspace.standing(node)),
        answer -> decode(((KvResponse.Value) answer).value()));
  }

  /**
   * Changes what is wanted of a node, if that is one of some things now.
   *
   * @return what it is afterwards
   */
  CompletionStage<Standing> change(NodeId node, Set<Standing> from, Standing to) {
    return of(node)
        .thenCompose(
            now ->
                now == to || !from.contains(now)
                    ? CompletableFuture.completedStage(now)
                    : swap(node, now, to).thenCompose(done -> of(node)));
  }

  private CompletionStage<Boolean> swap(NodeId node, Standing now, Standing to) {
    // No record is the first of all contents; it is never written again.
    var first = new KvRequest.CompareAndSet(Keyspace.standing(node), null, encode(to));
    var next = new KvRequest.CompareAndSet(Keyspace.standing(node), encode(now), encode(to));
    return ask(next, Standings::swapped)
        .thenCompose(
            done ->
                done || now != Standing.ACTIVE
                    ? CompletableFuture.completedStage(done)
                    : ask(first, Standings::swapped));
  }

  private static boolean swapped(KvResponse answer) {
    return ((KvResponse.Compared) answer).swapped();
  }

  private <T> CompletionStage<T> ask(KvRequest request, Function<KvResponse, T> result) {
    var stage = new CompletableFuture<T>();
    kv.send(
        request,
        clock.nanos() + PATIENCE_NANOS,
        answer -> {
          if (answer instanceof KvResponse.Failed failed) {
            stage.completeExceptionally(failed.toException());
            return;
          }
          try {
            stage.complete(result.apply(answer));
          } catch (RuntimeException unreadable) {
            stage.completeExceptionally(
                new TroupeException(
                    ErrorCode.CORRUPTION,
                    "what is wanted of a node cannot be read: " + unreadable.getMessage()));
          }
        });
    return stage;
  }

  private static byte[] encode(Standing standing) {
    return new ByteWriter(2).putByte(FORMAT).putByte(code(standing)).toBytes();
  }

  /** What is stored and sent; numbers are never reused. */
  static int code(Standing standing) {
    return switch (standing) {
      case ACTIVE -> 1;
      case DRAINING -> 2;
      case DECOMMISSIONING -> 3;
      case DECOMMISSIONED -> 4;
    };
  }

  static Standing standing(int code) {
    return switch (code) {
      case 1 -> Standing.ACTIVE;
      case 2 -> Standing.DRAINING;
      case 3 -> Standing.DECOMMISSIONING;
      case 4 -> Standing.DECOMMISSIONED;
      default -> throw new ByteReader.MalformedBytes("standing " + code + " is not known");
    };
  }

  private static Standing decode(byte @Nullable [] stored) {
    if (stored == null) {
      return Standing.ACTIVE;
    }
    var in = new ByteReader(stored);
    int format = in.readByte();
    if (format != FORMAT) {
      throw new ByteReader.MalformedBytes("a standing of format " + format + " is not known");
    }
    Standing standing = standing(in.readByte());
    in.requireEnd();
    return standing;
  }
}
