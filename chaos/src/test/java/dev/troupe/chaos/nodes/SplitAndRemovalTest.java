package dev.troupe.chaos.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.chaos.sim.SimRandom;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.range.AdminRequest;
import dev.troupe.range.LocalReplica;
import dev.troupe.range.RangeReplica;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * A replica is removed before it has applied a split that it was counted for. Nobody beside it will
 * ever bring the replica of the right-hand range, whose vote is needed nevertheless.
 */
class SplitAndRemovalTest {
  private static final class Trial extends CalmTrial {
    private final Machine leader = cluster.machine(1);
    private final Machine follower = cluster.machine(2);
    private final Machine away = cluster.machine(3);

    Trial(long seed) {
      super(calm(3, MS), new SimRandom(seed), List.of(), null);
    }

    private RangeDescriptor left() {
      return cluster.newest(cluster.firstRanges().get(1));
    }

    void run() {
      form();
      lead(left(), leader.id());
      cluster.crash(away);
      pass(5 * SECOND);
      remove(away);

      RangeId right = cluster.freshRange();
      long before = logEnd(follower);
      order(new AdminRequest.SplitRange(left().id(), Key.of("\u0002m"), right));
      until("the split to be stored", SECOND, () -> logEnd(follower) > before);
      cluster.paths().block(leader.number(), follower.number(), false);
      until("the split to be applied", SECOND, () -> isHere(right, leader));
      remove(follower);
      cluster.paths().healAll();
      assertThat(isHere(right, follower)).as("what this is about").isFalse();

      until("the right-hand range to serve", 20 * SECOND, () -> leads(right));
    }

    private void remove(Machine machine) {
      order(new AdminRequest.RemoveReplica(left().id(), machine.id()));
      until("a removal", 5 * SECOND, () -> left().members().onNode(machine.id()).isEmpty());
    }

    private void order(AdminRequest request) {
      SimulatedNode node = Objects.requireNonNull(leader.node());
      LocalReplica replica = Objects.requireNonNull(node.directory().find(left().id()));
      node.administer(
          replica, new RangeReplica.Administer(request, node.nanos() + 10 * SECOND, outcome -> {}));
    }

    private long logEnd(Machine machine) {
      NodeId node = machine.id();
      ReplicaKey replica =
          new ReplicaKey(left().id(), left().members().onNode(node).orElseThrow().replica());
      return machine.log().replica(replica).orElseThrow().last().index();
    }

    private static boolean isHere(RangeId range, Machine machine) {
      return machine.log().known().stream().anyMatch(replica -> replica.range().equals(range));
    }

    private boolean leads(RangeId range) {
      return cluster.ranges().stream()
          .anyMatch(one -> one.id().equals(range) && cluster.leader(one) != null);
    }
  }

  @Test
  void shouldLetTheRightHandRangeServe() {
    for (long seed = 1; seed <= 20; seed++) {
      new Trial(seed).run();
    }
  }
}
