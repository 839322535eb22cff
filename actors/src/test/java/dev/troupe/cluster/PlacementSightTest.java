package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.placement.NodeWatch;
import dev.troupe.placement.PlacementNode.Liveness;
import dev.troupe.placement.PlacementView;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Locality;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.ZoneSettings;
import dev.troupe.protocol.model.Zones;
import dev.troupe.range.ReplicaDescription;
import dev.troupe.store.PeerMessage;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlacementSightTest {
  private static final int RANGES = 500;
  private static final NodeId WHOLE = new NodeId(1);
  private static final NodeId OTHER = new NodeId(2);

  private final PlacementSight sight = new PlacementSight(new NodeWatch(1), node -> true);

  private static NodeRecord record(NodeId node) {
    return new NodeRecord(node, "s", 1, 1, "", "", "", "", 0, "", Locality.NOWHERE);
  }

  private static PeerMessage.StoreDescription store(int replicas) {
    return new PeerMessage.StoreDescription(
        false, IntStream.range(0, replicas).mapToObj(PlacementSightTest::replica).toList());
  }

  private static ReplicaDescription replica(int number) {
    var key = Key.of("k%03d".formatted(number));
    var range =
        new RangeDescriptor(
            new RangeId(10 + number),
            KeySpan.of(key),
            1,
            Membership.of(
                new Member(new ReplicaId(1), WHOLE, Member.Role.VOTER),
                new Member(new ReplicaId(2), OTHER, Member.Role.VOTER)),
            3);
    return new ReplicaDescription(
        range.id(),
        new ReplicaId(1),
        range,
        "follower",
        null,
        1,
        LogPosition.ZERO,
        0,
        0,
        0,
        0,
        0,
        0,
        0);
  }

  private Liveness other(int running) {
    var told =
        new PlacementSight.Told(
            List.of(record(WHOLE), record(OTHER)),
            Map.of(),
            Map.of(WHOLE, store(RANGES), OTHER, store(running)),
            new Zones(List.of(), ZoneSettings.of(3)));
    PlacementView view = sight.see(told, 0);
    assertThat(view.nodes().get(WHOLE).liveness()).isEqualTo(Liveness.LIVE);
    return view.nodes().get(OTHER).liveness();
  }

  @Test
  void shouldWaitForTheReplicasOfANodeThatStarts() {
    assertThat(other(0)).isEqualTo(Liveness.STARTING);
    assertThat(other(RANGES - PlacementSight.NOT_RUNNING_MAX - 1)).isEqualTo(Liveness.STARTING);
    assertThat(other(RANGES)).isEqualTo(Liveness.LIVE);
  }

  @Test
  void shouldNotMindAFewReplicasThatDoNotRun() {
    assertThat(other(RANGES - PlacementSight.NOT_RUNNING_MAX)).isEqualTo(Liveness.LIVE);
  }
}
