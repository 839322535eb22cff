package dev.troupe.follower;

import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.TimestampSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a node knows of how far the oracle has come. Any thread. */
final class IssuedTime {
  /** The oracle is not waited for longer, where the wall clock will do. */
  private static final long PATIENCE_NANOS = 300_000_000L;

  /** A look at the time is good for so long. */
  private static final long SAMPLE_NANOS_MAX = 1_000_000_000L;

  /**
   * The time at one moment.
   *
   * @param drawn null when the oracle could not be reached, and it is the wall clock's
   */
  record Sample(@Nullable Timestamp drawn, long millis, long sinceNanos) {}

  private final FollowerParts parts;
  private final AtomicLong highest = new AtomicLong();
  private volatile @Nullable Sample last;

  IssuedTime(FollowerParts parts) {
    this.parts = parts;
  }

  /** Takes note of a timestamp that the oracle has given out. */
  void seen(Timestamp issued) {
    highest.accumulateAndGet(issued.value(), (a, b) -> Long.compareUnsigned(a, b) >= 0 ? a : b);
  }

  /** Whether a timestamp is known to have been given out. */
  boolean knows(Timestamp at) {
    return Long.compareUnsigned(at.value(), highest.get()) <= 0;
  }

  /** Asks the oracle how far it is. */
  void draw(long deadlineNanos, Consumer<TimestampSource.Drawn> reply) {
    parts
        .timestamps()
        .draw(
            1,
            deadlineNanos,
            drawn -> {
              if (drawn instanceof TimestampSource.Drawn.Granted granted) {
                seen(granted.first());
              }
              reply.accept(drawn);
            });
  }

  /**
   * Tells the time in which ages are measured. A look that is not older than a quarter of the age
   * allowed is good enough: what has passed since is added.
   */
  void now(long maxAgeNanos, long deadlineNanos, Consumer<Sample> reply) {
    long now = parts.now();
    Sample known = last;
    long goodFor = Math.min(SAMPLE_NANOS_MAX, maxAgeNanos / 4);
    if (known != null && now - known.sinceNanos() < goodFor) {
      reply.accept(later(known, now));
      return;
    }
    long patience = now + PATIENCE_NANOS;
    draw(
        deadlineNanos - patience < 0 ? deadlineNanos : patience,
        drawn -> {
          // As of when it was asked for: the answer is not older than that.
          Sample sample =
              drawn instanceof TimestampSource.Drawn.Granted granted
                  ? new Sample(granted.first(), granted.first().millis(), now)
                  : new Sample(null, parts.wall().millis(), parts.now());
          last = sample;
          reply.accept(sample);
        });
  }

  private static Sample later(Sample sample, long now) {
    long passed = (now - sample.sinceNanos()) / 1_000_000L;
    return new Sample(sample.drawn(), sample.millis() + passed, sample.sinceNanos());
  }
}
