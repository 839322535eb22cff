package dev.troupe.node.sql;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.session.BackgroundWork;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes on with changes of the schema whose nodes have died, and keeps the statistics of tables
 * young. A node looks for such changes often only while it knows of one, since looking wakes ranges
 * that sleep. Blocks a thread of its own.
 */
final class SchemaSweep implements AutoCloseable {
  /** A node that builds an index leaves a trace of it several times a second. */
  static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final Logger LOG = LoggerFactory.getLogger(SchemaSweep.class);
  private static final long PAUSE_SECONDS = 5;

  /** Whether there are changes that this node has not seen is asked once in so many sweeps. */
  private static final int LOOK_EVERY = 12;

  private final BackgroundWork work;
  private final BooleanSupplier left;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("sql-schema").factory());
  private long pauses;

  /**
   * Does nothing before it is started.
   *
   * @param left whether there may be changes that nobody works on, of which this node knows nothing
   */
  SchemaSweep(BackgroundWork work, BooleanSupplier left) {
    this.work = work;
    this.left = left;
  }

  void start() {
    thread.scheduleWithFixedDelay(this::sweep, PAUSE_SECONDS, PAUSE_SECONDS, TimeUnit.SECONDS);
  }

  private void sweep() {
    boolean due = pauses++ % LOOK_EVERY == 0;
    resumeJobs(due);
    if (due) {
      refreshStatistics();
    }
  }

  private void refreshStatistics() {
    try {
      work.refreshStatistics();
    } catch (SqlException e) {
      LOG.debug("statistics are left for the next sweep: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.warn("a table could not be counted; it is tried again", e);
    }
  }

  private void resumeJobs(boolean due) {
    try {
      boolean wanted = work.expectsSchemaJobs() || (due && left.getAsBoolean());
      int ended = wanted ? work.resumeSchemaJobs() : 0;
      if (ended > 0) {
        LOG.info("{} changes of the schema that had been left were brought to an end", ended);
      }
    } catch (SqlException e) {
      // The cluster cannot be reached: later again.
      LOG.debug("changes of the schema are left for the next sweep: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.warn("a change of the schema could not be gone on with; it is tried again", e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
