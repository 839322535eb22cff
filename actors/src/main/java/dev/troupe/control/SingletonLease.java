package dev.troupe.control;

import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.RandomSource;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A job that only one node should do at a time, as a record of the system range with an epoch.
 *
 * <p>The lease keeps two from working against each other; it is not what makes them harmless. A
 * holder that was deposed may not know it yet, so each of its steps carries a precondition: writes
 * to the system range the {@link #guard}, writes to the replicated journal their place behind all
 * others, orders to ranges a generation.
 *
 * <p>It is taken at once when nobody holds it, when its holder was an earlier life of this node, or
 * when its holder is not a member of the cluster any more. Otherwise its holder has to give no sign
 * of life for the patience, counted here on the monotonic clock: no two clocks are compared. Any
 * thread; stages fail when the system range is not reached.
 */
public final class SingletonLease {
  /**
   * How patient it is.
   *
   * @param renewEvery between signs of life; each wakes the system range
   * @param patience how long a holder that is still a member may be silent
   */
  public record Settings(Duration renewEvery, Duration patience) {
    public static final Settings DEFAULTS =
        new Settings(Duration.ofSeconds(60), Duration.ofSeconds(150));
  }

  /**
   * A taking of the lease.
   *
   * @param epoch higher than that of every taking before
   */
  public record Tenure(String role, long epoch, LeaseContent content) {}

  /** The lease's record while a tenure lasts. */
  public static final class LeaseContent {
    private final byte[] bytes;

    private LeaseContent(byte[] bytes) {
      this.bytes = bytes;
    }
  }

  /** What was seen of somebody else's lease, and since when it looks like that. */
  private record Seen(LeaseRecord record, byte @Nullable [] beat, long sinceNanos) {
    boolean isStill(LeaseRecord now, byte @Nullable [] beatNow) {
      return record.equals(now) && Arrays.equals(beat, beatNow);
    }
  }

  private final String role;
  private final NodeId self;
  private final SystemRecords records;
  private final MonotonicClock clock;
  private final RandomSource random;
  private final Predicate<NodeId> member;
  private final Settings settings;
  private volatile @Nullable Seen seen;
  private long beats;

  /**
   * @param member whether a node belongs to the cluster as far as is known here; a hint
   */
  public SingletonLease(
      String role,
      NodeId self,
      SystemRecords records,
      MonotonicClock clock,
      RandomSource random,
      Predicate<NodeId> member,
      Settings settings) {
    this.role = role;
    this.self = self;
    this.records = records;
    this.clock = clock;
    this.random = random;
    this.member = member;
    this.settings = settings;
  }

  public Settings settings() {
    return settings;
  }

  /** Tries once; null when somebody else holds it. */
  public CompletionStage<@Nullable Tenure> take() {
    return records
        .get(Keyspace.lease(role))
        .thenCombine(records.get(Keyspace.leaseBeat(role)), this::judge)
        .thenCompose(
            found -> found == null ? CompletableFuture.completedStage(null) : takeAfter(found));
  }

  /** What may be replaced; null to wait. */
  private @Nullable LeaseRecord judge(byte @Nullable [] stored, byte @Nullable [] beat) {
    LeaseRecord record = LeaseRecord.decode(stored);
    NodeId holder = record.holder();
    if (holder == null || holder.equals(self) || !member.test(holder)) {
      return record;
    }
    long now = clock.nanos();
    Seen before = seen;
    if (before == null || !before.isStill(record, beat)) {
      seen = new Seen(record, beat, now);
      return null;
    }
    return now - before.sinceNanos() >= settings.patience().toNanos() ? record : null;
  }

  private CompletionStage<@Nullable Tenure> takeAfter(LeaseRecord before) {
    var next = new LeaseRecord(before.epoch() + 1, self, random.nextLong(Long.MAX_VALUE));
    byte[] content = Objects.requireNonNull(next.encode());
    return records
        .swap(Keyspace.lease(role), before.encode(), content, List.of())
        .thenApply(
            found ->
                found == null ? new Tenure(role, next.epoch(), new LeaseContent(content)) : null);
  }

  /** Gives a sign of life; false when the tenure has ended. */
  public CompletionStage<Boolean> renew(Tenure tenure) {
    byte[] beat = new ByteWriter(16).putLong(tenure.epoch()).putLong(++beats).toBytes();
    byte[] content = tenure.content().bytes;
    return records
        .swap(
            Keyspace.lease(role),
            content,
            content,
            List.of(new KvRequest.Put(Keyspace.leaseBeat(role), beat)))
        .thenApply(found -> found == null);
  }

  /** Lets others have it at once. Harmless when it was lost already. */
  public CompletionStage<Void> release(Tenure tenure) {
    byte[] vacant = Objects.requireNonNull(new LeaseRecord(tenure.epoch(), null, 0).encode());
    return records
        .swap(Keyspace.lease(role), tenure.content().bytes, vacant, List.of())
        .thenApply(found -> null);
  }

  /** Put into a batch of the system range, it lets the batch do nothing once the tenure is over. */
  public static KvRequest.Write guard(Tenure tenure) {
    byte[] content = tenure.content().bytes;
    return new KvRequest.CompareAndSet(Keyspace.lease(tenure.role()), content, content);
  }
}
