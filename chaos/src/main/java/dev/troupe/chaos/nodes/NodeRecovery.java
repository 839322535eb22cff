package dev.troupe.chaos.nodes;

import dev.troupe.chaos.check.Violation;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The end of a run: everything works again, and within limits of virtual time clients must be
 * served, every request answered, every range whole, all replicas level, and every register read
 * once more through every node.
 */
final class NodeRecovery {
  private static final long SECOND = 1_000_000_000L;
  private static final long LIMIT_NANOS = 60 * SECOND;

  private final NodeCluster cluster;
  private final NodeWorld world;
  private final NodeHistory history;
  private final List<NodeClient> clients;
  private final Runnable step;

  /**
   * @param step carries out what happens next
   */
  NodeRecovery(NodeCluster cluster, NodeHistory history, List<NodeClient> clients, Runnable step) {
    this.cluster = cluster;
    this.world = cluster.world();
    this.history = history;
    this.clients = clients;
    this.step = step;
  }

  void run() {
    world.trace().add(0, "recover", null, 4);
    cluster.paths().calm();
    for (Machine machine : cluster.machines()) {
      machine.times().calm();
      cluster.boot(machine);
    }
    cluster.introduceAll();
    for (SimulatedNode node : cluster.up()) {
      node.nodes().drain(false);
    }
    clients.forEach(NodeClient::hurry);
    long healed = world.now();
    demand("clients to be served", () -> history.progressSince(healed));
    clients.forEach(NodeClient::stop);
    demand(
        "every request to be answered",
        () -> clients.stream().noneMatch(NodeClient::isOwedAnAnswer));
    demand("every range to be whole and level", this::level);
    readEverything();
  }

  private void readEverything() {
    NodeClient reader = clients.getFirst();
    for (SimulatedNode node : cluster.up()) {
      for (int group = 0; group < ClientKeys.GROUPS; group++) {
        for (int place = 0; place < world.options().load().keys(); place++) {
          reader.read(node, group, place);
          demand("the last reads", () -> !reader.isBusy());
        }
      }
    }
  }

  private void demand(String what, BooleanSupplier reached) {
    long until = world.now() + LIMIT_NANOS;
    while (!reached.getAsBoolean()) {
      if (world.now() > until) {
        throw new Violation("Liveness", "waited in vain for %s: %s".formatted(what, missing()));
      }
      step.run();
    }
  }

  private boolean level() {
    return missing() == null;
  }

  private @Nullable String missing() {
    return Wholeness.missing(cluster);
  }
}
