package dev.troupe.chaos.nodes;

import dev.troupe.chaos.check.Violation;
import dev.troupe.range.LocalReplica;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What must hold of transactions once everything works again: all are answered, one over all lists
 * commits soon, and then no lock is left anywhere.
 */
final class TxnRecovery {
  private static final long SECOND = 1_000_000_000L;
  private static final long LIMIT_NANOS = 60 * SECOND;

  /** Within this time whoever finds the locks of the dead must get past them. */
  private static final long COMMIT_NANOS = 5 * SECOND;

  private final NodeCluster cluster;
  private final TxnHistory history;
  private final List<TxnClient> clients;
  private final Runnable step;

  TxnRecovery(NodeCluster cluster, TxnHistory history, List<TxnClient> clients, Runnable step) {
    this.cluster = cluster;
    this.history = history;
    this.clients = clients;
    this.step = step;
  }

  void run() {
    demand(
        "transactions to be answered",
        LIMIT_NANOS,
        () -> clients.stream().noneMatch(TxnClient::isBusy));
    TxnClient last = clients.getFirst();
    for (SimulatedNode node : cluster.up()) {
      commitEverywhere(last, node);
    }
    demand("all locks to go", LIMIT_NANOS, () -> locked() == null);
  }

  /** Others may still be cleaned up and be in the way once: then again, within the time. */
  private void commitEverywhere(TxnClient client, SimulatedNode node) {
    int before = history.committed();
    demand(
        "a transaction over everything at " + node.number(),
        COMMIT_NANOS,
        () -> {
          if (history.committed() > before) {
            return true;
          }
          if (!client.isBusy()) {
            client.touchAll(node, COMMIT_NANOS);
          }
          return false;
        });
  }

  /** A replica with a lock. */
  private @Nullable LocalReplica locked() {
    for (SimulatedNode node : cluster.up()) {
      for (LocalReplica replica : node.directory().all()) {
        if (!replica.locks().isEmpty()) {
          return replica;
        }
      }
    }
    return null;
  }

  private void demand(String what, long limit, BooleanSupplier reached) {
    long until = cluster.world().now() + limit;
    while (!reached.getAsBoolean()) {
      if (cluster.world().now() > until) {
        LocalReplica replica = locked();
        throw new Violation(
            "Liveness",
            "waited in vain for %s; %s"
                .formatted(
                    what,
                    replica == null
                        ? "no lock is left"
                        : replica.key() + " has " + replica.locks().size() + " locks"));
      }
      step.run();
    }
  }
}
