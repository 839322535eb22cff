package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.Address;
import org.apache.pekko.cluster.UniqueAddress;
import org.junit.jupiter.api.Test;

final class NodePresenceTest {
  private static final NodeId SELF = new NodeId(1);
  private static final NodeId OTHER = new NodeId(2);
  private static final NodeId LATE = new NodeId(3);
  private static final UniqueAddress LIFE = life(1);
  private static final UniqueAddress NEXT_LIFE = life(2);

  private final ClusterNodes nodes = new ClusterNodes(SELF);
  private final List<String> told = new ArrayList<>();
  private final NodePresence presence =
      new NodePresence(nodes, (node, state) -> told.add(node + " " + state));

  private static UniqueAddress life(int uid) {
    return new UniqueAddress(new Address("pekko", "troupe", "127.0.0.1", 7435), uid);
  }

  @Test
  void shouldTellOfAChangeOnce() {
    nodes.up(OTHER, LIFE);
    presence.look(List.of(SELF, OTHER));
    assertThat(told).as("who is there from the beginning").isEmpty();

    nodes.reachable(OTHER, LIFE, false);
    presence.look(List.of(SELF, OTHER));
    presence.look(List.of(SELF, OTHER));
    nodes.gone(OTHER, LIFE);
    presence.look(List.of(SELF, OTHER));
    nodes.up(OTHER, NEXT_LIFE);
    presence.look(List.of(SELF, OTHER));

    assertThat(told).containsExactly("n2 SILENT", "n2 AWAY", "n2 UP");
  }

  @Test
  void shouldTellWhoIsMissingAtTheFirstLook() {
    presence.look(List.of(SELF, OTHER));

    assertThat(told).containsExactly("n2 AWAY");
  }

  @Test
  void shouldTellOfANodeThatComesLater() {
    presence.look(List.of(SELF));
    nodes.up(LATE, LIFE);
    presence.look(List.of(SELF));

    assertThat(told).containsExactly("n3 UP");
  }
}
