package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.placement.PlacementNode.Standing;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.store.PeerMessage;
import org.apache.pekko.actor.Address;
import org.apache.pekko.cluster.UniqueAddress;
import org.junit.jupiter.api.Test;

final class ClusterNodesTest {
  private static final NodeId NODE = new NodeId(3);
  private static final Address ADDRESS = new Address("pekko", "troupe", "127.0.0.1", 7435);
  private static final UniqueAddress FORMER = new UniqueAddress(ADDRESS, 1);
  private static final UniqueAddress PRESENT = new UniqueAddress(ADDRESS, 2);

  private final ClusterNodes nodes = new ClusterNodes(new NodeId(1));

  @Test
  void shouldNotTakeNewsOfAFormerLifeForThePresentOne() {
    nodes.up(NODE, FORMER);
    nodes.up(NODE, PRESENT);

    assertThat(nodes.reachable(NODE, FORMER, false)).isFalse();
    assertThat(nodes.gone(NODE, FORMER)).isFalse();
    assertThat(nodes.others()).containsExactly(NODE);
    assertThat(nodes.members().get(NODE)).isEqualTo(new ClusterNodes.Seen(PRESENT, true));
  }

  @Test
  void shouldTakeNewsOfThePresentLife() {
    nodes.up(NODE, PRESENT);

    assertThat(nodes.reachable(NODE, PRESENT, false)).isTrue();
    assertThat(nodes.others()).isEmpty();
    assertThat(nodes.reachable(NODE, PRESENT, true)).isTrue();
    assertThat(nodes.gone(NODE, PRESENT)).isTrue();
    assertThat(nodes.members()).isEmpty();
    assertThat(nodes.gone(NODE, PRESENT)).isTrue();
  }

  private long changesBy(Runnable step) {
    long before = nodes.changes();
    step.run();
    return nodes.changes() - before;
  }

  private static PeerMessage.StoreSummary summary(int replicas, boolean draining) {
    return new PeerMessage.StoreSummary(draining, replicas, 0);
  }

  @Test
  void shouldCountAChangeWheneverOtherNodesAreCandidates() {
    assertThat(changesBy(() -> nodes.up(NODE, PRESENT))).isOne();
    assertThat(changesBy(() -> nodes.up(NODE, PRESENT))).isZero();
    assertThat(changesBy(() -> nodes.reachable(NODE, PRESENT, false))).isOne();
    assertThat(changesBy(() -> nodes.reachable(NODE, PRESENT, false))).isZero();
    assertThat(changesBy(() -> nodes.reachable(NODE, FORMER, true))).isZero();
    assertThat(changesBy(() -> nodes.reachable(NODE, PRESENT, true))).isOne();
    assertThat(changesBy(() -> nodes.summary(NODE, summary(3, false)))).isZero();
    assertThat(changesBy(() -> nodes.summary(NODE, summary(4, false)))).isZero();
    assertThat(changesBy(() -> nodes.summary(NODE, summary(4, true)))).isOne();
    assertThat(changesBy(() -> nodes.standing(NODE, Standing.ACTIVE))).isZero();
    assertThat(changesBy(() -> nodes.standing(NODE, Standing.DECOMMISSIONING))).isOne();
    assertThat(changesBy(() -> nodes.standing(NODE, Standing.DECOMMISSIONING))).isZero();
    assertThat(changesBy(() -> nodes.gone(NODE, FORMER))).isZero();
    assertThat(changesBy(() -> nodes.gone(NODE, PRESENT))).isOne();
    assertThat(changesBy(() -> nodes.drain(true))).isOne();
    assertThat(changesBy(() -> nodes.drain(true))).isZero();
  }
}
