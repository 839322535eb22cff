package dev.troupe.node;

import dev.troupe.node.config.NodeSettings;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;

/** Starts the cluster part of a node; called again after an unwanted end. */
@FunctionalInterface
public interface ClusterStarter {
  /**
   * What a start needs to know.
   *
   * @param identity who this node is; stamped on the store already
   * @param seeds {@code host:port} of cluster ports to join; never the node's own
   * @param founder whether this node forms the cluster: writes the first ranges if the store has
   *     none, and may be alone
   * @param metrics where the part registers what it counts; outlives the part, so a meter is
   *     registered again by every start
   */
  record Start(
      NodeSettings settings,
      NodeIdentity identity,
      List<String> seeds,
      boolean founder,
      PrometheusMeterRegistry metrics) {
    public Start {
      seeds = List.copyOf(seeds);
    }
  }

  /**
   * Returns at once or after the actor system is up, without waiting for peers; progress shows in
   * {@link ClusterHandle#ready()}.
   *
   * @throws RuntimeException when it cannot start at all, for instance when the port is taken
   */
  ClusterHandle start(Start start);
}
