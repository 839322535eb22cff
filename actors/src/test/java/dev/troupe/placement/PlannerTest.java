package dev.troupe.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.placement.Move.Reason;
import dev.troupe.placement.PlacementNode.Standing;
import dev.troupe.protocol.model.Locality;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.PlaceRule;
import dev.troupe.protocol.model.ZoneSettings;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Placement on simulated clusters and virtual time: what it does, and that it comes to an end. */
class PlannerTest {
  private static final PlacementSettings SETTINGS = PlacementSettings.DEFAULTS;
  private static final ZoneSettings THREE = ZoneSettings.of(3);

  private final Steward steward = new Steward(SETTINGS);

  private static SimulatedRanges cluster(int nodes) {
    var sim = new SimulatedRanges(1, SETTINGS);
    sim.nodes(nodes);
    return sim;
  }

  private static void assertEven(SimulatedRanges sim, Load load) {
    assertThat(sim.unevenness(load)).as(load + ": " + sim.carried(load)).isLessThan(0.1001);
  }

  private static void assertReplicated(SimulatedRanges sim) {
    assertThat(sim.ranges.values())
        .allSatisfy(
            range -> {
              assertThat(range.descriptor.members().voters()).hasSize(range.zone.replicas());
              assertThat(range.descriptor.members().members()).hasSize(range.zone.replicas());
            });
  }

  @Test
  void shouldLeaveAloneWhatIsWell() {
    SimulatedRanges sim = cluster(3);
    for (int id = 1; id <= 30; id++) {
      sim.range(id, THREE, 1, 2, 3).leader = new NodeId(1 + id % 3);
    }

    assertThat(sim.settle(steward)).isZero();
  }

  @Test
  void shouldFillRangesUpAsNodesCome() {
    SimulatedRanges sim = cluster(1);
    for (int id = 1; id <= 20; id++) {
      sim.range(id, THREE, 1);
    }
    assertThat(sim.settle(steward)).isZero();

    sim.node(2);
    sim.node(3);
    sim.settle(steward);

    assertReplicated(sim);
    assertEven(sim, Load.LEADERS);
  }

  @Test
  void shouldGiveReplicasAndLeadersToAFourthNode() {
    SimulatedRanges sim = cluster(3);
    for (int id = 1; id <= 200; id++) {
      sim.range(id, THREE, 1, 2, 3);
    }
    sim.node(4);
    sim.settle(steward);

    assertReplicated(sim);
    assertEven(sim, Load.REPLICAS);
    assertEven(sim, Load.LEADERS);
    // The fourth gets a quarter of 600, and nothing else had to move.
    assertThat(sim.done.stream().filter(m -> m instanceof Move.Replace).count())
        .isBetween(135L, 165L);
  }

  @Test
  void shouldRestoreWhatADeadNodeHeldAndOnlyThen() {
    SimulatedRanges sim = cluster(4);
    for (int id = 1; id <= 40; id++) {
      sim.range(id, THREE, 1 + id % 4, 1 + (id + 1) % 4, 1 + (id + 2) % 4);
    }
    sim.settle(steward);
    sim.done.clear();

    sim.node(2).heard = false;
    for (int looks = 0; looks < 29; looks++) {
      sim.look(steward);
    }
    assertThat(sim.done).noneMatch(move -> move.reason() == Reason.DEAD_NODE);
    sim.settle(steward);

    assertReplicated(sim);
    assertThat(sim.carried(Load.REPLICAS).get(new NodeId(2))).isZero();
  }

  @Test
  void shouldNotMoveAnythingForANodeThatComesBackInTime() {
    SimulatedRanges sim = cluster(4);
    for (int id = 1; id <= 40; id++) {
      sim.range(id, THREE, 1 + id % 4, 1 + (id + 1) % 4, 1 + (id + 2) % 4);
    }
    sim.settle(steward);
    sim.done.clear();

    for (int times = 0; times < 5; times++) {
      sim.node(2).heard = false;
      for (int looks = 0; looks < 25; looks++) {
        sim.look(steward);
      }
      sim.node(2).heard = true;
      sim.look(steward);
    }

    assertThat(sim.done).allMatch(move -> move instanceof Move.Lead);
  }

  @Test
  void shouldTouchNothingWithoutAMajority() {
    SimulatedRanges sim = cluster(6);
    for (int id = 1; id <= 12; id++) {
      sim.range(id, THREE, 1, 2, 3);
    }
    sim.node(2).heard = false;
    sim.node(3).heard = false;
    for (int looks = 0; looks < 100; looks++) {
      assertThat(sim.look(steward)).isZero();
    }
  }

  @Test
  void shouldMendTheMostUrgentFirst() {
    var settings =
        new PlacementSettings(SETTINGS.look(), SETTINGS.timeUntilDead(), 1, 1, 1, SETTINGS.rest());
    var sim = new SimulatedRanges(1, settings);
    sim.nodes(5);
    sim.node(5).standing = Standing.DECOMMISSIONING;
    sim.range(1, THREE, 1, 2, 5);
    sim.range(2, THREE, 1, 2);
    sim.range(3, THREE, 1, 3, 4);
    sim.node(4).heard = false;
    for (int looks = 0; looks < 31; looks++) {
      sim.view(steward);
      sim.now += 10 * SimulatedRanges.SECOND;
    }

    List<Move> first = new Planner(settings).plan(sim.view(steward), List.of(), Set.of(), Set.of());

    assertThat(first)
        .singleElement()
        .satisfies(
            move -> {
              assertThat(move.range().value()).isEqualTo(3);
              assertThat(move.reason()).isEqualTo(Reason.DEAD_NODE);
              assertThat(move.receiver()).isEqualTo(new NodeId(2));
            });
  }

  @Test
  void shouldEmptyADecommissioningNodeAndGiveItNothing() {
    SimulatedRanges sim = cluster(5);
    for (int id = 1; id <= 100; id++) {
      sim.range(id, THREE, 1 + id % 5, 1 + (id + 1) % 5, 1 + (id + 2) % 5);
    }
    sim.node(3).standing = Standing.DECOMMISSIONING;
    sim.settle(steward);

    assertReplicated(sim);
    assertThat(sim.carried(Load.REPLICAS).get(new NodeId(3))).isZero();
    assertThat(sim.done).noneMatch(move -> new NodeId(3).equals(move.receiver()));
    assertEven(sim, Load.REPLICAS);
  }

  @Test
  void shouldKeepReplicasWhereTheZoneWantsThem() {
    var eu =
        new ZoneSettings(
            3,
            List.of(PlaceRule.parse("+region=eu")),
            List.of(List.of(PlaceRule.parse("+zone=b"))));
    SimulatedRanges sim = cluster(8);
    for (int id = 1; id <= 8; id++) {
      String place = "region=" + (id <= 4 ? "eu" : "us") + ",zone=" + (id % 2 == 0 ? "a" : "b");
      sim.node(id).locality = Locality.parse(place);
    }
    for (int id = 1; id <= 60; id++) {
      sim.range(id, id % 3 == 0 ? eu : THREE, 1 + id % 8, 1 + (id + 1) % 8, 1 + (id + 5) % 8);
    }
    sim.settle(steward);

    assertReplicated(sim);
    for (SimulatedRanges.Range range : sim.ranges.values()) {
      if (range.zone == eu) {
        assertThat(range.descriptor.members().members())
            .allMatch(member -> member.node().value() <= 4);
        assertThat(range.leader.value() % 2)
            .as(range.descriptor + " led by " + range.leader)
            .isOne();
      } else {
        assertThat(range.descriptor.members().members().stream().map(Member::node))
            .as("both regions hold a replica")
            .anyMatch(node -> node.value() <= 4)
            .anyMatch(node -> node.value() > 4);
      }
    }
  }

  @Test
  void shouldFollowAZoneThatWantsMoreAndThenFewer() {
    SimulatedRanges sim = cluster(6);
    for (int id = 1; id <= 20; id++) {
      sim.range(id, THREE, 1, 2, 3);
    }
    sim.ranges.values().forEach(range -> range.zone = ZoneSettings.of(5));
    sim.settle(steward);
    assertReplicated(sim);

    sim.ranges.values().forEach(range -> range.zone = ZoneSettings.of(1));
    sim.settle(steward);
    assertReplicated(sim);
  }

  @Test
  void shouldLeaveLeadersWhereTheirClientsAre() {
    SimulatedRanges sim = cluster(3);
    for (int id = 1; id <= 30; id++) {
      SimulatedRanges.Range range = sim.range(id, THREE, 1, 2, 3);
      range.leader = new NodeId(1);
      range.requests = 500;
      range.ownShare = 0.9;
    }
    assertThat(sim.settle(steward)).isZero();

    sim.ranges.values().forEach(range -> range.ownShare = 0.3);
    sim.settle(steward);
    assertEven(sim, Load.LEADERS);
    assertEven(sim, Load.LEADER_REQUESTS);
  }

  @Test
  void shouldGiveNothingToAFullDisk() {
    SimulatedRanges sim = cluster(3);
    for (int id = 1; id <= 50; id++) {
      sim.range(id, THREE, 1, 2, 3);
    }
    sim.node(4).fullness = 0.95;
    sim.settle(steward);

    assertThat(sim.carried(Load.REPLICAS).get(new NodeId(4))).isZero();
  }

  @Test
  void shouldConvergeFromAnyStartAndThenFallSilent() {
    for (long seed = 1; seed <= 8; seed++) {
      Random random = new Random(seed);
      int nodes = 3 + random.nextInt(10);
      int ranges = nodes * (8 + random.nextInt(12));
      var sim = random(seed, nodes, ranges, random);
      sim.interruptions = seed % 2 == 0 ? 0.1 : 0;
      var own = new Steward(SETTINGS);
      sim.settle(own);
      sim.interruptions = 0;
      sim.settle(own);

      assertReplicated(sim);
      assertThat(sim.unevenness(Load.REPLICAS)).as("seed " + seed).isLessThanOrEqualTo(0.1001);
      assertThat(sim.unevenness(Load.LEADERS))
          .as("seed " + seed + ": " + sim.carried(Load.LEADERS))
          .isLessThanOrEqualTo(0.1 + 1.0 * nodes / ranges);
      // Another one that knows nothing finds nothing to do either.
      assertThat(sim.settle(new Steward(SETTINGS))).as("seed " + seed).isZero();
    }
  }

  @Test
  void shouldEvenOutTwoThousandRangesOnTwentyNodes() {
    Random random = new Random(7);
    var sim = random(7, 20, 2_000, random);
    sim.settle(steward);

    assertReplicated(sim);
    for (Load load : Load.values()) {
      assertEven(sim, load);
    }
  }

  @Test
  void shouldDoNoHarmWhenTwoAreAtWork() {
    for (long seed = 1; seed <= 3; seed++) {
      var sim = random(seed, 7, 150, new Random(seed));
      sim.interruptions = 0.1;
      sim.node(2).standing = Standing.DECOMMISSIONING;
      var one = new Steward(SETTINGS);
      var two = new Steward(SETTINGS);
      for (int looks = 0; looks < 60; looks++) {
        sim.look(one, two);
        if (looks == 10) {
          sim.node(1).heard = false;
        }
      }
      sim.interruptions = 0;
      sim.settle(one, two);

      assertReplicated(sim);
      assertThat(sim.carried(Load.REPLICAS).get(new NodeId(1))).isZero();
      assertThat(sim.carried(Load.REPLICAS).get(new NodeId(2))).isZero();
    }
  }

  private static SimulatedRanges random(long seed, int nodes, int ranges, Random random) {
    var sim = new SimulatedRanges(seed, SETTINGS);
    sim.nodes(nodes);
    int crowded = 3 + random.nextInt(nodes - 2);
    for (int id = 1; id <= ranges; id++) {
      int[] on = random.ints(1, crowded + 1).distinct().limit(3).toArray();
      SimulatedRanges.Range range = sim.range(id, THREE, on);
      range.bytes = (long) (random.nextDouble() * (64 << 20));
      range.requests = random.nextInt(10) == 0 ? random.nextInt(300) : random.nextInt(20);
      range.ownShare = 0.2;
    }
    return sim;
  }
}
