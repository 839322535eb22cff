package dev.troupe.cluster;

import dev.troupe.gateway.KvGateway;
import dev.troupe.gc.ProtectedTimestamps;
import dev.troupe.gc.Protection;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.ClusterAdmin.MergeResult;
import dev.troupe.protocol.spi.ClusterAdmin.RangeStatus;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.TimestampSource;
import dev.troupe.range.AdminRequest;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Merges the range that begins with a key into its left-hand neighbour: finds out what is protected
 * from being collected in the two, asks the neighbour's leader, and looks until the key is no
 * border any more. Any thread; never blocks.
 */
final class RangeMerger {
  private static final long MERGE_NANOS = 30_000_000_000L;
  private static final long LOOK_NANOS = 5_000_000_000L;

  private final ProtectedTimestamps protections;
  private final TimestampSource timestamps;
  private final Supplier<CompletionStage<List<RangeStatus>>> ranges;
  private final RangeSplitter.Changes changes;
  private final MonotonicClock clock;
  private final KvGateway.Later later;

  RangeMerger(
      ProtectedTimestamps protections,
      TimestampSource timestamps,
      Supplier<CompletionStage<List<RangeStatus>>> ranges,
      RangeSplitter.Changes changes,
      MonotonicClock clock,
      KvGateway.Later later) {
    this.protections = protections;
    this.timestamps = timestamps;
    this.ranges = ranges;
    this.changes = changes;
    this.clock = clock;
    this.later = later;
  }

  /**
   * One order on its way.
   *
   * @param asked whether somebody was asked to do it
   */
  private record Order(Key border, long deadlineNanos, boolean asked) {
    Order andAsked() {
      return new Order(border, deadlineNanos, true);
    }
  }

  /** What is protected, and since when that is known. */
  private record Kept(Timestamp seen, Timestamp keep) {}

  CompletionStage<MergeResult> merge(Key border) {
    if (border.compareTo(Keyspace.KV.start()) <= 0 || border.compareTo(Key.MAX) >= 0) {
      return CompletableFuture.failedFuture(
          new TroupeException(
              ErrorCode.PRECONDITION_FAILED,
              "the border at '" + border + "' stays: the system range is merged with nothing"));
    }
    return attempt(new Order(border, clock.nanos() + MERGE_NANOS, false));
  }

  /**
   * Merges two neighbours that have not changed since they were looked at. Fails with
   * PRECONDITION_FAILED when one has.
   */
  CompletionStage<MergeResult> merge(RangeDescriptor left, RangeDescriptor right) {
    var order = new Order(right.span().start(), clock.nanos() + MERGE_NANOS, true);
    return ranges
        .get()
        .thenCompose(
            known -> {
              boolean changed =
                  known.stream()
                      .map(RangeStatus::descriptor)
                      .anyMatch(
                          now ->
                              now.id().equals(right.id())
                                  && now.generation() != right.generation());
              return changed
                  ? CompletableFuture.failedStage(
                      new TroupeException(
                          ErrorCode.PRECONDITION_FAILED,
                          right + " has changed since it was looked at"))
                  : kept(new KeySpan(left.span().start(), right.span().end()))
                      .thenCompose(
                          kept ->
                              changes.change(
                                  new AdminRequest.IfUnchanged(
                                      left.generation(), request(left, right, kept)),
                                  new RangesSeen(known).leader(left.id()),
                                  order.deadlineNanos() - clock.nanos()))
                      .thenCompose(done -> again(order));
            });
  }

  private static AdminRequest.MergeRange request(
      RangeDescriptor left, RangeDescriptor right, Kept kept) {
    return new AdminRequest.MergeRange(
        left.id(), right.span().start(), right.id(), kept.seen(), kept.keep());
  }

  private CompletionStage<MergeResult> attempt(Order order) {
    return ranges
        .get()
        .thenApply(RangesSeen::new)
        .thenCompose(
            known -> {
              Optional<RangeDescriptor> holder =
                  known.newest(r -> r.span().contains(order.border()));
              if (holder.isPresent() && !holder.get().span().start().equals(order.border())) {
                return known.leader(holder.get().id()) == null
                    ? again(order)
                    : CompletableFuture.completedStage(
                        new MergeResult(holder.get(), order.asked()));
              }
              Optional<RangeDescriptor> left =
                  known.newest(r -> r.span().end().equals(order.border()));
              if (holder.isEmpty() || left.isEmpty()) {
                return again(order);
              }
              if (left.get().id().equals(RangeId.SYSTEM)) {
                return CompletableFuture.failedStage(
                    new TroupeException(
                        ErrorCode.PRECONDITION_FAILED,
                        holder.get().id()
                            + " follows the system range, which is merged with nothing"));
              }
              NodeId leader = known.leader(left.get().id());
              return merge(order, left.get(), holder.get(), leader);
            });
  }

  private CompletionStage<MergeResult> merge(
      Order order, RangeDescriptor left, RangeDescriptor right, @Nullable NodeId leader) {
    KeySpan whole = new KeySpan(left.span().start(), right.span().end());
    return kept(whole)
        .thenCompose(
            kept ->
                changes.change(
                    request(left, right, kept), leader, order.deadlineNanos() - clock.nanos()))
        .handle((done, failure) -> failure)
        .thenCompose(
            failure ->
                failure == null || hasMoved(failure)
                    ? again(order.andAsked())
                    : CompletableFuture.failedStage(failure));
  }

  /** Drawn first, and looked up then: see {@link ProtectedTimestamps}. */
  private CompletionStage<Kept> kept(KeySpan span) {
    var kept = new CompletableFuture<Kept>();
    long deadline = clock.nanos() + LOOK_NANOS;
    timestamps.draw(
        1,
        deadline,
        drawn -> {
          switch (drawn) {
            case TimestampSource.Drawn.Failed failure ->
                kept.completeExceptionally(new TroupeException(failure.code(), failure.message()));
            case TimestampSource.Drawn.Granted granted ->
                protections.list(
                    deadline,
                    found -> {
                      if (found == null) {
                        kept.completeExceptionally(
                            new TroupeException(
                                ErrorCode.RANGE_UNAVAILABLE,
                                "it could not be found out what is protected from being collected"
                                    + "; nothing was done"));
                      } else {
                        kept.complete(new Kept(granted.first(), lowest(found, span)));
                      }
                    });
          }
        });
    return kept;
  }

  private static Timestamp lowest(List<Protection> found, KeySpan span) {
    return found.stream()
        .filter(protection -> protection.span().overlaps(span))
        .map(Protection::at)
        .min(Comparator.naturalOrder())
        .orElse(Timestamp.MAX);
  }

  /** Another change came between: the border is looked for anew. */
  private static boolean hasMoved(Throwable failure) {
    Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
    return cause instanceof TroupeException refusal
        && (refusal.code() == ErrorCode.RANGE_MOVED || refusal.code() == ErrorCode.UNKNOWN_RANGE);
  }

  private CompletionStage<MergeResult> again(Order order) {
    if (clock.nanos() - order.deadlineNanos() >= 0) {
      return CompletableFuture.failedStage(
          new TroupeException(
              ErrorCode.DEADLINE_EXCEEDED,
              "the ranges beside '"
                  + order.border()
                  + "' were not seen merged in time: see 'troupe range ls', and try again"));
    }
    return RangesSeen.soon(later, () -> attempt(order));
  }
}
