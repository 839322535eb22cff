package dev.troupe.node.grpc;

import dev.troupe.node.config.NodeSettings.GrpcLimits;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.MonotonicClock;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the work that all clients together have given to this node: beyond it a request is refused
 * at once, so that the heap does not grow and the waiting time stays known. The bounds of reads and
 * of writes follow the load ({@link LoadLimit}), up to a fixed one, which alone holds for what
 * belongs to open transactions: refusing them would waste what they have done, while they hold
 * locks for which others wait. What nodes and operators ask of this one does not come here. Any
 * thread; an admission takes no lock and allocates nothing.
 */
public final class Admission {
  /** What a request is to the load. */
  enum Kind {
    READ(true, true),
    WRITE(true, true),
    /** The first of a transaction: it may be a read, but writes follow for all that is known. */
    BEGINNING(true, false),
    /** Of a transaction that has begun. */
    OF_TRANSACTION(false, false),
    /** The end of a transaction that has written: it waits as writes do. */
    COMMIT(false, true);

    private final boolean refusable;
    private final boolean tells;

    Kind(boolean refusable, boolean tells) {
      this.refusable = refusable;
      this.tells = tells;
    }

    static Kind of(KvRequest request) {
      return request instanceof KvRequest.Read ? READ : WRITE;
    }
  }

  /**
   * Requests of one sort. Reads pass the queues of writes by: how quick they are says nothing about
   * those.
   */
  private static final class Lane {
    private final LoadLimit limit;
    private final AtomicInteger inside = new AtomicInteger();

    Lane(int most, long targetNanos, long nowNanos) {
      limit = new LoadLimit(most, targetNanos, nowNanos);
    }
  }

  private final int requestsMax;
  private final long bytesMax;
  private final MonotonicClock clock;
  private final Lane reads;
  private final Lane writes;
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final LongAdder refused = new LongAdder();
  private final KvResponse.Failed overloaded;

  public Admission(GrpcLimits limits, MonotonicClock clock) {
    this(limits, clock, "troupe.grpc.waiting");
  }

  /**
   * @param waitingSetting what the limit on waiting is called in the configuration
   */
  public Admission(GrpcLimits limits, MonotonicClock clock, String waitingSetting) {
    requestsMax = limits.inFlightRequests();
    bytesMax = limits.inFlightBytes();
    this.clock = clock;
    long target = limits.waiting().toNanos();
    reads = new Lane(requestsMax, target, clock.nanos());
    writes = new Lane(requestsMax, target, clock.nanos());
    // Made once: under overload it is what this node answers most.
    overloaded =
        new KvResponse.Failed(
            ErrorCode.OVERLOADED,
            "requests wait for too long at this node (%s); nothing was done, try again later or another node"
                .formatted(waitingSetting));
  }

  /**
   * Null when the request may go on; then {@link #leave} must follow exactly once, with the same
   * kind and bytes.
   */
  KvResponse.@Nullable Failed enter(Kind kind, long requestBytes) {
    if (requests.incrementAndGet() > requestsMax) {
      requests.decrementAndGet();
      return refusal("requests in flight", requestsMax, "troupe.grpc.in-flight-requests");
    }
    Lane lane = lane(kind);
    int inside = lane.inside.incrementAndGet();
    // No clock is read while there is room.
    if (kind.refusable
        && inside > lane.limit.current()
        && !lane.limit.admits(inside, clock.nanos())) {
      lane.inside.decrementAndGet();
      requests.decrementAndGet();
      refused.increment();
      return overloaded;
    }
    if (bytes.addAndGet(requestBytes) > bytesMax) {
      bytes.addAndGet(-requestBytes);
      lane.inside.decrementAndGet();
      requests.decrementAndGet();
      return refusal("bytes of requests in flight", bytesMax, "troupe.grpc.in-flight-bytes");
    }
    return null;
  }

  /**
   * What a fresh request would be refused with now, if it is certain to be. Under overload most
   * are: whoever asks before it reads one any further has most of its time for the others.
   */
  KvResponse.@Nullable Failed refusal(Kind kind) {
    Lane lane = lane(kind);
    int inside = lane.inside.get() + 1;
    if (inside <= lane.limit.current() || !lane.limit.refuses(inside, clock.nanos())) {
      return null;
    }
    refused.increment();
    return overloaded;
  }

  /**
   * @param enteredNanos when {@link #enter} let it in
   */
  void leave(Kind kind, long enteredNanos, long requestBytes) {
    long now = clock.nanos();
    Lane lane = lane(kind);
    int inside = lane.inside.getAndDecrement();
    requests.decrementAndGet();
    bytes.addAndGet(-requestBytes);
    lane.limit.finished(now - enteredNanos, kind.tells, inside, now);
  }

  private Lane lane(Kind kind) {
    return kind == Kind.READ ? reads : writes;
  }

  public int requests() {
    return requests.get();
  }

  public long bytes() {
    return bytes.get();
  }

  /** How many reads are let in at present. */
  public int readLimit() {
    return reads.limit.current();
  }

  /** How many writes and requests of transactions are let in at present. */
  public int writeLimit() {
    return writes.limit.current();
  }

  /** Requests refused on arrival. */
  public long refused() {
    return refused.sum();
  }

  private KvResponse.Failed refusal(String what, long limit, String setting) {
    refused.increment();
    return new KvResponse.Failed(
        ErrorCode.OVERLOADED,
        "this node has %d %s already (%s); nothing was done, try again later or another node"
            .formatted(limit, what, setting));
  }
}
