package dev.troupe.chaos.nodes;

import dev.troupe.chaos.check.Violation;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.range.LocalReplica;
import dev.troupe.range.Subsumed;
import java.util.ArrayList;
import java.util.List;

/**
 * A key has one owner at any time: no two replicas that serve under a lease have it in common,
 * whatever their nodes and ranges; and of the replicas on one disk none has keys of another one.
 */
final class Ownership {
  private record Owner(RangeDescriptor range, String where) {}

  private final NodeCluster cluster;

  Ownership(NodeCluster cluster) {
    this.cluster = cluster;
  }

  void check() {
    checkServing();
    for (Machine machine : cluster.machines()) {
      checkDisk(machine);
    }
  }

  /** Who may answer reads now. Quick: no disk is looked at. */
  void checkServing() {
    var serving = new ArrayList<Owner>();
    for (SimulatedNode node : cluster.up()) {
      for (LocalReplica replica : node.directory().all()) {
        RangeDescriptor range = replica.view().descriptor();
        if (range != null && NodeCluster.isServing(node, replica)) {
          serving.add(new Owner(range, replica.key() + " on n" + node.number()));
        }
      }
    }
    requireApart("serve", serving);
  }

  private void checkDisk(Machine machine) {
    var replicas = machine.log().known();
    var parts = Subsumed.among(replicas, machine.state());
    var stored = new ArrayList<Owner>();
    for (ReplicaKey replica : replicas) {
      RangeDescriptor range = Agreement.descriptor(machine, replica.range());
      if (range != null && !parts.contains(replica) && Agreement.hasState(machine, replica)) {
        stored.add(new Owner(range, replica + " on the disk of n" + machine.number()));
      }
    }
    requireApart("are stored", stored);
  }

  private static void requireApart(String how, List<Owner> owners) {
    for (int i = 0; i < owners.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (owners.get(i).range().span().overlaps(owners.get(j).range().span())) {
          throw new Violation(
              "OneOwner",
              "%s and %s %s with keys in common".formatted(owners.get(j), owners.get(i), how));
        }
      }
    }
  }
}
