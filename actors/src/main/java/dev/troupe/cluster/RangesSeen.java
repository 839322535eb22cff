package dev.troupe.cluster;

import dev.troupe.gateway.KvGateway;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.ClusterAdmin.RangeStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What one look at all ranges has shown; some of what it was told may be behind. Immutable. */
record RangesSeen(List<RangeStatus> ranges) {
  private static final long LOOK_AGAIN_NANOS = 50_000_000L;

  /** Who leads a range, as far as anybody has said. */
  @Nullable NodeId leader(RangeId range) {
    return ranges.stream()
        .filter(r -> r.descriptor().id().equals(range))
        .findFirst()
        .map(RangeStatus::leader)
        .orElse(null);
  }

  /** Of what overlaps, the newest is true: a replica that is behind describes an earlier shape. */
  Optional<RangeDescriptor> newest(Predicate<RangeDescriptor> which) {
    return ranges.stream()
        .map(RangeStatus::descriptor)
        .filter(which)
        .max(Comparator.comparingLong(RangeDescriptor::generation));
  }

  /** Begins something anew when another look may show more. */
  static <T> CompletionStage<T> soon(KvGateway.Later later, Supplier<CompletionStage<T>> attempt) {
    return soon(later, LOOK_AGAIN_NANOS, attempt);
  }

  /** As above, after so long. */
  static <T> CompletionStage<T> soon(
      KvGateway.Later later, long delayNanos, Supplier<CompletionStage<T>> attempt) {
    var next = new CompletableFuture<T>();
    later.run(
        delayNanos,
        () ->
            attempt
                .get()
                .whenComplete(
                    (result, failure) -> {
                      if (failure == null) {
                        next.complete(result);
                      } else {
                        next.completeExceptionally(failure);
                      }
                    }));
    return next;
  }
}
