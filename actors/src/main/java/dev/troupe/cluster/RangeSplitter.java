package dev.troupe.cluster;

import dev.troupe.gateway.KvGateway;
import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.codec.DescriptorCodec;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.ClusterAdmin.RangeStatus;
import dev.troupe.protocol.spi.ClusterAdmin.SplitResult;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.range.AdminRequest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Splits the range of a key: takes a fresh range id, asks the range's leader, and looks until both
 * parts are there. An id that is not used in the end is lost, which does no harm. Any thread; never
 * blocks.
 *
 * <p>Where ranges are is looked up among the records by which requests find their way: one small
 * read, however many ranges there are. Those may be late, so that all nodes are asked about all
 * their ranges before anybody is told that there is nothing to do.
 */
final class RangeSplitter {
  private static final long SPLIT_NANOS = 60_000_000_000L;
  private static final long ID_NANOS = 5_000_000_000L;

  /** Both parts are there after some milliseconds, unless something is wrong. */
  private static final long LOOK_AGAIN_FIRST_NANOS = 2_000_000L;

  private static final long LOOK_AGAIN_MOST_NANOS = 50_000_000L;

  /** So often the records are looked at; then, and now and then, the nodes are asked. */
  private static final int LOOKS_BETWEEN_QUESTIONS = 20;

  private static final int RECORDS = 2;
  private static final int RECORDS_BYTES_MAX = 1 << 20;

  /** Brings a range's leader to do something: the one believed to lead, or the one found. */
  @FunctionalInterface
  interface Changes {
    CompletionStage<Void> change(AdminRequest request, @Nullable NodeId leader, long nanos);
  }

  private final KvClient kv;
  private final Supplier<CompletionStage<List<RangeStatus>>> ranges;
  private final Function<RangeId, @Nullable NodeId> leaders;
  private final Changes changes;
  private final MonotonicClock clock;
  private final KvGateway.Later later;

  /**
   * @param ranges all ranges of the cluster, as the nodes describe them
   * @param leaders who is believed to lead a range; null when nobody is
   */
  RangeSplitter(
      KvClient kv,
      Supplier<CompletionStage<List<RangeStatus>>> ranges,
      Function<RangeId, @Nullable NodeId> leaders,
      Changes changes,
      MonotonicClock clock,
      KvGateway.Later later) {
    this.kv = kv;
    this.ranges = ranges;
    this.leaders = leaders;
    this.changes = changes;
    this.clock = clock;
    this.later = later;
  }

  /**
   * One order on its way.
   *
   * @param cut whether a leader says that it is done, and only has to be seen
   * @param looks how often the records were looked at
   */
  private record Order(
      Key key, long deadlineNanos, @Nullable RangeId fresh, boolean cut, int looks) {
    Order with(RangeId id) {
      return new Order(key, deadlineNanos, id, cut, looks);
    }

    Order done() {
      return new Order(key, deadlineNanos, fresh, true, looks);
    }

    Order looked() {
      return new Order(key, deadlineNanos, fresh, cut, looks + 1);
    }

    boolean asksNodes() {
      return looks % LOOKS_BETWEEN_QUESTIONS == LOOKS_BETWEEN_QUESTIONS - 1;
    }

    long pause() {
      return Math.min(LOOK_AGAIN_MOST_NANOS, LOOK_AGAIN_FIRST_NANOS << Math.min(looks, 5));
    }
  }

  CompletionStage<SplitResult> split(Key key) {
    if (key.compareTo(Keyspace.KV.start()) < 0 || key.compareTo(Key.MAX) >= 0) {
      return CompletableFuture.failedFuture(
          new TroupeException(
              ErrorCode.INVALID_ARGUMENT,
              "no range begins at '"
                  + key
                  + "': the system range stays in one piece, and keys end below "
                  + Key.MAX));
    }
    return attempt(new Order(key, clock.nanos() + SPLIT_NANOS, null, false, 0));
  }

  /**
   * Splits a range that has not changed since it was looked at. Fails with PRECONDITION_FAILED when
   * it has.
   */
  CompletionStage<SplitResult> split(RangeDescriptor seen, Key key) {
    long deadline = clock.nanos() + SPLIT_NANOS;
    return nextId(deadline)
        .thenCompose(
            id ->
                changes
                    .change(
                        new AdminRequest.SplitRange(seen.id(), key, id, seen.generation()),
                        null,
                        deadline - clock.nanos())
                    .thenCompose(done -> again(new Order(key, deadline, id, true, 0))));
  }

  private CompletionStage<SplitResult> attempt(Order order) {
    return order.asksNodes() ? survey(order) : lookUp(order);
  }

  private CompletionStage<SplitResult> lookUp(Order order) {
    Key border = Keyspace.meta(order.key());
    var span = new KeySpan(border, Keyspace.META.end());
    return ask(new KvRequest.Scan(span, RECORDS, RECORDS_BYTES_MAX, false, false, null))
        .handle((answer, failure) -> answer instanceof KvResponse.Page page ? page : null)
        .thenCompose(page -> page == null ? again(order) : recorded(order, descriptors(page)));
  }

  private static List<RangeDescriptor> descriptors(KvResponse.Page page) {
    return page.rows().stream().map(row -> DescriptorCodec.decodeDescriptor(row.value())).toList();
  }

  /**
   * @param found what is on record of the range that ends at the key, if there is one, and of the
   *     next
   */
  private CompletionStage<SplitResult> recorded(Order order, List<RangeDescriptor> found) {
    if (found.size() == RECORDS
        && found.getFirst().span().end().equals(order.key())
        && found.getLast().span().start().equals(order.key())) {
      // Whoever leads a range has put it on record. What others have split, and have merged since
      // maybe, is looked at more closely.
      return found.getLast().id().equals(order.fresh())
          ? CompletableFuture.completedStage(
              new SplitResult(found.getFirst(), found.getLast(), true))
          : survey(order);
    }
    Optional<RangeDescriptor> whole =
        found.stream()
            .filter(range -> range.span().contains(order.key()))
            .filter(range -> !range.span().start().equals(order.key()))
            .findFirst();
    return whole.isEmpty() || order.cut()
        ? again(order)
        : cut(order, whole.get().id(), leaders.apply(whole.get().id()));
  }

  private CompletionStage<SplitResult> survey(Order order) {
    return ranges
        .get()
        .thenApply(RangesSeen::new)
        .thenCompose(
            known -> {
              Optional<SplitResult> there = border(known, order);
              if (there.isPresent()) {
                return CompletableFuture.completedStage(there.get());
              }
              Optional<RangeDescriptor> whole = known.newest(r -> r.span().contains(order.key()));
              return whole.isEmpty() || whole.get().span().start().equals(order.key())
                  ? again(order)
                  : cut(order, whole.get().id(), known.leader(whole.get().id()));
            });
  }

  private CompletionStage<SplitResult> cut(Order order, RangeId whole, @Nullable NodeId leader) {
    RangeId fresh = order.fresh();
    if (fresh == null) {
      return nextId(order.deadlineNanos()).thenCompose(id -> cut(order.with(id), whole, leader));
    }
    long left = order.deadlineNanos() - clock.nanos();
    return changes
        .change(new AdminRequest.SplitRange(whole, order.key(), fresh), leader, left)
        .handle((done, failure) -> failure)
        .thenCompose(
            failure -> {
              if (failure == null) {
                return again(order.done());
              }
              return hasMoved(failure) ? again(order) : CompletableFuture.failedStage(failure);
            });
  }

  /** Somebody else has split the range meanwhile: the key is looked for anew. */
  private static boolean hasMoved(Throwable failure) {
    Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
    return cause instanceof TroupeException refusal && refusal.code() == ErrorCode.RANGE_MOVED;
  }

  private CompletionStage<SplitResult> again(Order order) {
    if (clock.nanos() - order.deadlineNanos() >= 0) {
      return CompletableFuture.failedStage(
          new TroupeException(
              ErrorCode.DEADLINE_EXCEEDED,
              "the range of '" + order.key() + "' was not seen split in time: try again"));
    }
    return RangesSeen.soon(later, order.pause(), () -> attempt(order.looked()));
  }

  /** The two ranges with the key between them, once the right-hand one is led. */
  private static Optional<SplitResult> border(RangesSeen known, Order order) {
    Optional<RangeDescriptor> left = known.newest(r -> r.span().end().equals(order.key()));
    return known
        .newest(r -> r.span().contains(order.key()))
        .filter(right -> right.span().start().equals(order.key()))
        .filter(right -> known.leader(right.id()) != null)
        .flatMap(
            right ->
                left.map(found -> new SplitResult(found, right, right.id().equals(order.fresh()))));
  }

  // --- range ids ---------------------------------------------------------------------------------

  /** Also after an unknown outcome: at worst an id is lost. */
  private CompletionStage<RangeId> nextId(long deadlineNanos) {
    return drawId()
        .thenCompose(
            drawn ->
                drawn.isPresent()
                    ? CompletableFuture.completedStage(drawn.get())
                    : clock.nanos() - deadlineNanos < 0
                        ? nextId(deadlineNanos)
                        : CompletableFuture.failedStage(
                            new TroupeException(
                                ErrorCode.DEADLINE_EXCEEDED, "no range id was free in time")));
  }

  /** Empty when somebody else drew at the same time, or the outcome is not known. */
  private CompletionStage<Optional<RangeId>> drawId() {
    return ask(new KvRequest.Get(Keyspace.NEXT_RANGE_ID))
        .thenCompose(
            answer -> {
              byte @Nullable [] stored = ((KvResponse.Value) answer).value();
              long id =
                  stored == null
                      ? Keyspace.firstFreeRange().value()
                      : new ByteReader(stored).readLong();
              byte[] after = new ByteWriter(8).putLong(id + 1).toBytes();
              return ask(new KvRequest.CompareAndSet(Keyspace.NEXT_RANGE_ID, stored, after))
                  .thenApply(
                      drawn ->
                          drawn instanceof KvResponse.Compared compared && compared.swapped()
                              ? Optional.of(new RangeId(id))
                              : Optional.empty());
            });
  }

  private CompletionStage<KvResponse> ask(KvRequest request) {
    var answer = new CompletableFuture<KvResponse>();
    kv.send(
        request,
        clock.nanos() + ID_NANOS,
        response -> {
          if (response instanceof KvResponse.Failed failed
              && failed.code() != ErrorCode.AMBIGUOUS) {
            answer.completeExceptionally(failed.toException());
          } else {
            answer.complete(response);
          }
        });
    return answer;
  }
}
