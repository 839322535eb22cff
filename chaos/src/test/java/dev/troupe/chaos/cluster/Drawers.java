package dev.troupe.chaos.cluster;

import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.protocol.spi.TimestampSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Threads that draw timestamps through nodes and check each: nobody got it before, and it is above
 * all that anybody had been given before it was asked for.
 */
final class Drawers implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final long PACE_NANOS = 300_000;

  private final AtomicBoolean stop = new AtomicBoolean();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicLong highest = new AtomicLong();
  private final AtomicLong granted = new AtomicLong();
  private final AtomicLong unanswered = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final Map<Long, Integer> all = new ConcurrentSkipListMap<>();
  private final List<String> violations = java.util.Collections.synchronizedList(new ArrayList<>());

  /** Draws through a node; the supplier gives null while there is none. */
  void start(Supplier<LocalNode> through) {
    int width = 1 + threads.size() % 3;
    threads.add(Thread.ofVirtual().start(() -> run(through, width)));
  }

  private void run(Supplier<LocalNode> through, int count) {
    while (!stop.get()) {
      LocalNode node = through.get();
      // Paced: draws that need no message would leave the nodes in this process no processor.
      LockSupport.parkNanos(PACE_NANOS);
      if (node == null) {
        continue;
      }
      long floor = highest.get();
      switch (draw(node, count, TIMEOUT)) {
        case TimestampSource.Drawn.Granted given -> check(given.first().value(), count, floor);
        case TimestampSource.Drawn.Failed refused -> failed.incrementAndGet();
        case null -> unanswered.incrementAndGet();
      }
    }
  }

  /** Draws through a node; null when it was stopped meanwhile and answers no more. */
  static TimestampSource.@Nullable Drawn draw(LocalNode node, int count, Duration timeout) {
    var answer = new CompletableFuture<TimestampSource.Drawn>();
    node.member()
        .timestamps()
        .draw(count, SystemClocks.monotonic().nanos() + timeout.toNanos(), answer::complete);
    try {
      return answer.get(timeout.toMillis() + 2_000, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | InterruptedException | ExecutionException silent) {
      return null;
    }
  }

  private void check(long first, int count, long floor) {
    if (first <= floor) {
      violations.add(new Timestamp(first) + " was given after " + new Timestamp(floor));
    }
    for (long number = first; number < first + count; number++) {
      if (all.putIfAbsent(number, count) != null) {
        violations.add(new Timestamp(number) + " was given twice");
      }
    }
    highest.accumulateAndGet(first + count - 1, Math::max);
    granted.incrementAndGet();
  }

  long granted() {
    return granted.get();
  }

  long failed() {
    return failed.get();
  }

  /** Draws that nobody answered: right only when the node was stopped. */
  long unanswered() {
    return unanswered.get();
  }

  List<String> violations() {
    return violations;
  }

  @Override
  public void close() {
    stop.set(true);
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException interrupted) {
        throw new IllegalStateException(interrupted);
      }
    }
  }
}
