package dev.troupe.cluster;

import java.util.Set;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.event.EventStream;
import org.apache.pekko.event.LoggingFilter;
import org.apache.pekko.event.slf4j.Slf4jLoggingFilter;

/**
 * Keeps what Pekko repeats several times a second about an absent peer out of the log: every broken
 * or refused connection, and every question for a shard whose node is away. That a member became
 * unreachable, was removed or returned is said elsewhere, once.
 *
 * <p>Named in the configuration as {@code pekko.logging-filter} and created by Pekko.
 */
public final class PekkoLogFilter implements LoggingFilter {
  private static final Set<String> REPETITIVE =
      Set.of(
          "org.apache.pekko.stream.Materializer",
          "org.apache.pekko.remote.artery.Association",
          "org.apache.pekko.remote.artery.Decoder",
          "org.apache.pekko.cluster.sharding.ShardRegion",
          "org.apache.pekko.cluster.sharding.DDataShardCoordinator");

  private final LoggingFilter levels;

  public PekkoLogFilter(ActorSystem.Settings settings, EventStream eventStream) {
    levels = new Slf4jLoggingFilter(settings, eventStream);
  }

  @Override
  public boolean isErrorEnabled(Class<?> logClass, String logSource) {
    return levels.isErrorEnabled(logClass, logSource);
  }

  @Override
  public boolean isWarningEnabled(Class<?> logClass, String logSource) {
    return !REPETITIVE.contains(logClass.getName()) && levels.isWarningEnabled(logClass, logSource);
  }

  @Override
  public boolean isInfoEnabled(Class<?> logClass, String logSource) {
    return levels.isInfoEnabled(logClass, logSource);
  }

  @Override
  public boolean isDebugEnabled(Class<?> logClass, String logSource) {
    return levels.isDebugEnabled(logClass, logSource);
  }
}
