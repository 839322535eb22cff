package dev.troupe.node.metrics;

import dev.troupe.protocol.spi.LocalRanges;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.WallClock;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills a node's {@link MeterHistory} and {@link HeatHistory}, by a thread of its own that sleeps
 * between samples.
 */
public final class MeterSampler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MeterSampler.class);

  private final MeterHistory history = new MeterHistory(MeterSeries.ALL);
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("troupe-meters").factory());
  private final HeatHistory heat = new HeatHistory();
  private final NodeMetrics metrics;
  private final LocalRanges ranges;
  private final WallClock wall;
  private final MonotonicClock clock;

  /** Begins; the first numbers are there after the second sample. */
  public MeterSampler(
      NodeMetrics metrics, LocalRanges ranges, WallClock wall, MonotonicClock clock) {
    this.metrics = metrics;
    this.ranges = ranges;
    this.wall = wall;
    this.clock = clock;
    long step = MeterHistory.STEP.toMillis();
    // At whole steps of the wall clock, so that samples of several nodes stand side by side.
    long first = step - Math.floorMod(wall.millis(), step);
    thread.scheduleAtFixedRate(this::sample, first, step, TimeUnit.MILLISECONDS);
    long heatStep = HeatHistory.STEP.toMillis();
    long firstHeat = heatStep - Math.floorMod(wall.millis(), heatStep);
    thread.scheduleAtFixedRate(this::feel, firstHeat, heatStep, TimeUnit.MILLISECONDS);
  }

  public MeterHistory history() {
    return history;
  }

  public HeatHistory heat() {
    return heat;
  }

  private void feel() {
    try {
      heat.look(ranges.answered(), wall.millis(), clock.nanos());
    } catch (RuntimeException e) {
      // The cluster part is ending, for example; the next look is soon.
      LOG.warn("what this node's replicas have answered could not be read", e);
    }
  }

  private void sample() {
    try {
      history.sample(metrics.snapshots(), wall.millis(), clock.nanos());
    } catch (RuntimeException e) {
      // A gauge whose part is being closed, for example; the next sample is ten seconds away.
      LOG.warn("this node's numbers could not be sampled", e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
