package dev.troupe.chaos.sqlload;

import dev.troupe.protocol.spi.MonotonicClock;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** How the transactions of a run have ended. Any thread. */
final class SqlCounts {
  private static final int EXAMPLES_MAX = 10;

  private final MonotonicClock clock;
  private final Map<String, Long> errors = new TreeMap<>();
  private final List<String> unexpected = new ArrayList<>();
  private long committed;
  private long unknown;
  private long unexpectedErrors;
  private long lastCommitNanos;
  private long longestPauseNanos;

  SqlCounts(MonotonicClock clock) {
    this.clock = clock;
    this.lastCommitNanos = clock.nanos();
  }

  synchronized void onCommit() {
    long now = clock.nanos();
    longestPauseNanos = Math.max(longestPauseNanos, now - lastCommitNanos);
    lastCommitNanos = now;
    committed++;
  }

  synchronized void onError(SQLException error, Fate fate) {
    errors.merge(Fate.state(error), 1L, Long::sum);
    if (fate == Fate.UNKNOWN) {
      unknown++;
    }
    if (!Fate.isExpected(error)) {
      unexpectedErrors++;
      if (unexpected.size() < EXAMPLES_MAX) {
        unexpected.add(Fate.state(error) + " " + error.getMessage());
      }
    }
  }

  synchronized long committed() {
    return committed;
  }

  synchronized long unexpectedErrors() {
    return unexpectedErrors;
  }

  /** Errors that no client should see, the first ones. */
  synchronized List<String> unexpected() {
    return List.copyOf(unexpected);
  }

  /** One line for people. */
  @Override
  public synchronized String toString() {
    return "%d committed, %d of unknown outcome, errors %s, longest time without a commit %d ms"
        .formatted(committed, unknown, errors, TimeUnit.NANOSECONDS.toMillis(longestPauseNanos));
  }
}
