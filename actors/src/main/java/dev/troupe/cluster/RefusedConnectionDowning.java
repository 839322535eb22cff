package dev.troupe.cluster;

import com.typesafe.config.Config;
import dev.troupe.protocol.spi.SystemClocks;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.cluster.DowningProvider;
import scala.Option;
import scala.concurrent.duration.Duration;
import scala.concurrent.duration.FiniteDuration;

/**
 * Removes members whose process is gone, so that a restarted node gets in and membership can move
 * on; {@link UnreachableMembers} has the rules. It ends nobody who is alive and merely cut off:
 * that heals by itself, and consensus per range needs no such protection.
 *
 * <p>Named in the configuration as {@code pekko.cluster.downing-provider-class} and created by
 * Pekko.
 */
public final class RefusedConnectionDowning extends DowningProvider {
  private static final String SETTINGS = "troupe.cluster.downing";

  private final ActorSystem system;

  public RefusedConnectionDowning(ActorSystem system) {
    this.system = system;
  }

  @Override
  public FiniteDuration downRemovalMargin() {
    return Duration.Zero();
  }

  @Override
  public Option<Props> downingActorProps() {
    Config config = system.settings().config().getConfig(SETTINGS);
    UnreachableMembers.Limits limits =
        new UnreachableMembers.Limits(
            config.getDuration("probe-interval"),
            config.getDuration("probe-limit"),
            config.getDuration("silent-limit"));
    return Option.apply(
        Adapter.props(() -> UnreachableMembers.create(limits, SystemClocks.monotonic())));
  }
}
