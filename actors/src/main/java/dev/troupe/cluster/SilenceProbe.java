package dev.troupe.cluster;

import dev.troupe.gateway.DescriptorCache;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.range.ReplicaDirectory;
import dev.troupe.store.PendingCalls;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.Address;

/**
 * Finds out quickly that a node's process is gone: when calls to it stay unanswered its port is
 * asked, and a refusal ends them at once instead of at their deadline. Any thread.
 */
final class SilenceProbe {
  private static final long SUSPICION_NANOS = 250_000_000L;
  private static final Duration LIMIT = Duration.ofMillis(200);

  private final ClusterNodes nodes;
  private final PendingCalls calls;
  private final DescriptorCache descriptors;
  private final ReplicaDirectory directory;
  private final MonotonicClock clock;
  private final Executor blocking;
  private final Set<NodeId> asking = ConcurrentHashMap.newKeySet();

  SilenceProbe(
      ClusterNodes nodes,
      PendingCalls calls,
      DescriptorCache descriptors,
      ReplicaDirectory directory,
      MonotonicClock clock,
      Executor blocking) {
    this.nodes = nodes;
    this.calls = calls;
    this.descriptors = descriptors;
    this.directory = directory;
    this.clock = clock;
    this.blocking = blocking;
  }

  /** Looks for silent nodes. To be called every few tens of milliseconds. */
  void look() {
    for (NodeId node : calls.silentSince(clock.nanos() - SUSPICION_NANOS)) {
      ClusterNodes.Seen seen = nodes.members().get(node);
      if (seen == null) {
        MembershipListener.nodeLost(node, calls, descriptors, directory);
      } else if (asking.add(node)) {
        blocking.execute(() -> ask(node, seen.address()));
      }
    }
  }

  private void ask(NodeId node, Address address) {
    try {
      String host = address.getHost().orElse("");
      int port = address.getPort().orElse(0);
      if (PortProbe.ask(host, port, LIMIT) == PortProbe.Answer.REFUSED) {
        MembershipListener.nodeLost(node, calls, descriptors, directory);
      }
    } finally {
      asking.remove(node);
    }
  }
}
