package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.range.ReplicaDescription;
import dev.troupe.store.PeerMessage.StoreDescription;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RangeOverviewTest {
  private static final NodeId NODE = new NodeId(1);

  private static ReplicaDescription replica(long id, String start, String end, long generation) {
    var self = new ReplicaId(1);
    var range =
        new RangeDescriptor(
            new RangeId(id),
            new KeySpan(Key.of(start), Key.of(end)),
            generation,
            Membership.of(new Member(self, NODE, Member.Role.VOTER)),
            2);
    return new ReplicaDescription(
        range.id(), self, range, "leader", self, 1, LogPosition.ZERO, 0, 0, 0, 0, 0, 0, 0);
  }

  private static List<Long> shown(ReplicaDescription... replicas) {
    return new RangeOverview()
        .merge(Map.of(NODE, new StoreDescription(false, Arrays.asList(replicas))), 0).stream()
            .map(range -> range.descriptor().id().value())
            .toList();
  }

  @Test
  void shouldNotShowWhatIsPartOfAnotherRange() {
    assertThat(shown(replica(7, "a", "m", 4), replica(8, "m", "z", 4))).containsExactly(7L, 8L);
    assertThat(shown(replica(7, "a", "z", 5), replica(8, "m", "z", 4))).containsExactly(7L);
  }

  @Test
  void shouldLookBeyondOthersThatAreNoRangesAnyMore() {
    assertThat(
            shown(
                replica(7, "a", "z", 9),
                replica(8, "m", "p", 4),
                replica(9, "p", "t", 6),
                replica(10, "t", "z", 5)))
        .containsExactly(7L);
  }

  @Test
  void shouldShowTheNewerOfTwoThatBeginTogether() {
    assertThat(shown(replica(7, "a", "m", 9), replica(8, "m", "z", 4), replica(11, "m", "z", 9)))
        .containsExactly(7L, 11L);
  }
}
