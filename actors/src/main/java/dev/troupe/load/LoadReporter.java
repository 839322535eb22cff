package dev.troupe.load;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.range.KeySample;
import dev.troupe.range.LocalReplica;
import dev.troupe.range.ReplicaDirectory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells what this node knows of the ranges that it leads, and samples the keys of those that are
 * busy. It works when it is asked: where nobody watches nothing is sampled. Any thread.
 */
public final class LoadReporter {
  /** Sampling ends after so long without anybody who watches. */
  private static final long WATCHED_NANOS = 120_000_000_000L;

  /** A middle is looked for anew when the range has grown by so much. */
  private static final double GROWTH = 1.1;

  /** What nobody writes to becomes smaller only by compactions: it is measured anew so seldom. */
  private static final long MEASURED_NANOS = 60_000_000_000L;

  /**
   * From when on a range is looked at closely.
   *
   * @param middleFrom bytes from which on a middle is looked for
   * @param sampleFrom requests a second from which on keys are sampled
   */
  public record Limits(long middleFrom, double sampleFrom) {}

  private static final class Watched {
    private long requests;
    private long nanos;
    private @Nullable LoadShape shape;
    private @Nullable Middle middle;
    private @Nullable Size size;
  }

  /** What was stored of a span, when everything up to an entry had been applied. */
  private record Size(KeySpan span, long appliedIndex, long bytes, long nanos) {}

  /** Key is null when there is none. */
  private record Middle(KeySpan span, long bytes, @Nullable Key key) {}

  private final ReplicaDirectory directory;
  private final StateStore state;
  private final SizeMedian median;
  private final MonotonicClock clock;
  private final Executor disk;
  private final Limits limits;
  private final Map<ReplicaKey, Watched> watched = new HashMap<>();

  public LoadReporter(
      ReplicaDirectory directory,
      StateStore state,
      MonotonicClock clock,
      Executor disk,
      Limits limits) {
    this.directory = directory;
    this.state = state;
    this.median = new SizeMedian(state);
    this.clock = clock;
    this.disk = disk;
    this.limits = limits;
  }

  /**
   * Looks, on a disk thread.
   *
   * @param watches whether this comes every few seconds: then sampling begins and ends by what is
   *     seen, and what was sampled since the last time is summed up; otherwise what is known is
   *     told
   */
  public void report(boolean watches, Consumer<List<RangeLoad>> told) {
    disk.execute(() -> told.accept(look(watches)));
  }

  private synchronized List<RangeLoad> look(boolean watches) {
    List<RangeLoad> loads = new ArrayList<>();
    Collection<LocalReplica> all = directory.all();
    for (LocalReplica replica : all) {
      RangeDescriptor descriptor = replica.view().descriptor();
      if (descriptor != null && replica.leads()) {
        loads.add(look(replica, descriptor, watches));
      } else {
        replica.sample().off();
      }
    }
    Set<ReplicaKey> alive = all.stream().map(LocalReplica::key).collect(Collectors.toSet());
    watched.keySet().retainAll(alive);
    return loads;
  }

  private RangeLoad look(LocalReplica replica, RangeDescriptor descriptor, boolean watches) {
    Watched known = watched.computeIfAbsent(replica.key(), key -> new Watched());
    long reads = replica.reads().sum();
    long writes = replica.writes().sum();
    long now = clock.nanos();
    // The system range stays in one piece.
    boolean divisible = !descriptor.id().equals(RangeId.SYSTEM);
    if (watches && divisible) {
      watch(replica, known, reads + writes, now);
    } else if (now - known.nanos > WATCHED_NANOS) {
      replica.sample().off();
      known.shape = null;
    }
    long bytes = bytes(known, replica, descriptor.span(), now);
    Key middle =
        divisible && bytes >= limits.middleFrom() ? middle(known, descriptor, bytes) : null;
    return new RangeLoad(
        descriptor, replica.key().replica(), bytes, middle, reads, writes, known.shape);
  }

  /** Of thousands of ranges that nobody uses the store is not asked each time. */
  private long bytes(Watched known, LocalReplica replica, KeySpan span, long now) {
    Size size = known.size;
    // Read before the store is asked, which then knows of more rather than of less.
    long applied = replica.appliedIndex();
    if (size == null
        || !size.span().equals(span)
        || size.appliedIndex() != applied
        || now - size.nanos() >= MEASURED_NANOS) {
      size = new Size(span, applied, state.approximateBytes(span), now);
      known.size = size;
    }
    return size.bytes();
  }

  private void watch(LocalReplica replica, Watched known, long requests, long now) {
    KeySample sample = replica.sample();
    long nanos = now - known.nanos;
    double rate = known.nanos == 0 || nanos <= 0 ? 0 : (requests - known.requests) * 1e9 / nanos;
    if (sample.isOn()) {
      known.shape =
          LoadShape.of(
              sample.take().stream().filter(s -> !Keyspace.CATALOG.contains(s.key())).toList());
    }
    if (rate >= limits.sampleFrom()) {
      // As many as are kept in such a time.
      sample.on((int) Math.min(1 << 20, rate * nanos / 1e9 / KeySample.KEYS_MAX));
    } else {
      sample.off();
      known.shape = null;
    }
    known.requests = requests;
    known.nanos = now;
  }

  private @Nullable Key middle(Watched known, RangeDescriptor descriptor, long bytes) {
    KeySpan span = dividable(descriptor.span());
    Middle before = known.middle;
    if (before == null || !before.span().equals(span) || bytes > before.bytes() * GROWTH) {
      before = new Middle(span, bytes, median.find(span));
      known.middle = before;
    }
    return before.key();
  }

  /** The catalog of SQL is read by every transaction: no border goes through it. */
  static KeySpan dividable(KeySpan range) {
    Key catalogEnd = Keyspace.CATALOG.end();
    return Keyspace.CATALOG.contains(range.start()) && range.contains(catalogEnd)
        ? new KeySpan(catalogEnd, range.end())
        : range;
  }
}
