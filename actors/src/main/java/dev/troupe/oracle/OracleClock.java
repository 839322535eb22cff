package dev.troupe.oracle;

import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.WallClock;
import java.util.function.Consumer;

/**
 * The physical part of timestamps: the wall clock as far as it can be believed. Order never depends
 * on it. Any thread.
 *
 * <p>A jump against the monotonic clock is reported. One of more than {@link #FOLLOWED_MAX_MILLIS}
 * ahead is not followed: time then goes on by the monotonic clock from what was believed before,
 * since a timestamp from the far future could never be taken back. What is believed before is what
 * this clock has shown or the latest timestamp that was seen from another node; a process that
 * starts with a wrong clock and has seen none believes that clock. A right clock that jumps further
 * (a machine that slept) is believed again after a restart of the process.
 */
final class OracleClock {
  /** How far ahead a jump may lead. */
  static final long FOLLOWED_MAX_MILLIS = 3_600_000;

  /** Jumps above it are reported. */
  static final long REPORTED_MIN_MILLIS = 500;

  /** Clocks that are slewed differ by less than a thousandth. */
  private static final long SLEW_DIVISOR = 1_000;

  private static final long REPORT_PERIOD_NANOS = 10_000_000_000L;

  /**
   * A jump of the wall clock.
   *
   * @param millis by how much it is ahead of (below zero: behind) what it should show
   * @param unreported jumps since the last one that was reported
   */
  record Jump(long millis, boolean followed, long unreported) {}

  private final WallClock wall;
  private final MonotonicClock monotonic;
  private final Consumer<Jump> report;
  private boolean started;
  private long shownMillis;
  private long shownAt;
  private long believedMillis;
  private long believedAt;
  private boolean reported;
  private long reportedAt;
  private long unreported;

  OracleClock(WallClock wall, MonotonicClock monotonic, Consumer<Jump> report) {
    this.wall = wall;
    this.monotonic = monotonic;
    this.report = report;
  }

  /** Milliseconds since 1970, never above what can be believed. May go backwards with the clock. */
  synchronized long millis() {
    long at = monotonic.nanos();
    long now = Math.max(0, wall.millis());
    if (!started) {
      start(now, at);
      shown(now, at);
      return now;
    }
    long elapsed = (at - shownAt) / 1_000_000;
    long ahead = now - (shownMillis + elapsed);
    long expected = believedMillis + (at - believedAt) / 1_000_000;
    boolean followed = now - expected <= FOLLOWED_MAX_MILLIS;
    if (Math.abs(ahead) > REPORTED_MIN_MILLIS + elapsed / SLEW_DIVISOR) {
      report(ahead, followed, at);
    }
    // A sample is kept only when the clock moved, so that fractions of a millisecond add up.
    if (elapsed > 0 || ahead != 0) {
      shown(now, at);
    }
    if (!followed) {
      return expected;
    }
    // Belief does not go back: a clock that was behind and is right again did not jump ahead.
    if (now > expected) {
      start(now, at);
    }
    return now;
  }

  /** A timestamp of another node's oracle was seen. */
  synchronized void observed(long millis) {
    long at = monotonic.nanos();
    if (!started || millis > believedMillis + (at - believedAt) / 1_000_000) {
      if (!started) {
        shown(Math.max(0, wall.millis()), at);
      }
      start(millis, at);
    }
  }

  private void start(long millis, long at) {
    started = true;
    believedMillis = millis;
    believedAt = at;
  }

  private void shown(long millis, long at) {
    shownMillis = millis;
    shownAt = at;
  }

  private void report(long ahead, boolean followed, long at) {
    if (reported && at - reportedAt < REPORT_PERIOD_NANOS) {
      unreported++;
      return;
    }
    reported = true;
    reportedAt = at;
    report.accept(new Jump(ahead, followed, unreported));
    unreported = 0;
  }
}
