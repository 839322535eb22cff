package dev.troupe.loadgen.client;

import io.grpc.ManagedChannel;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** How one kind of server is spoken to. Implementations are stateless and used by many threads. */
public interface Dialect {
  /**
   * What a node knows about its cluster.
   *
   * @param nodes addresses of the live nodes, possibly none
   * @param leader the node that leads most of the keys of the namespace; null when not known
   */
  record ClusterMap(List<Endpoint> nodes, @Nullable Endpoint leader) {
    public ClusterMap {
      nodes = List.copyOf(nodes);
    }
  }

  /** Opens a link over a channel that is ready. */
  Link open(ManagedChannel channel, LinkContext context, Link.BreakListener onBroken);

  /** Asks the node behind a channel who leads. */
  CompletionStage<ClusterMap> locate(ManagedChannel channel, LinkContext context);
}
