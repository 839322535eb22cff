package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.ReplicaKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicaExtractorTest {
  private static final ReplicaKey REPLICA = new ReplicaKey(new RangeId(12), new ReplicaId(3));

  @Test
  void shouldNameAReplicaByRangeReplicaAndNode() {
    String id = ReplicaExtractor.entityId(REPLICA, new NodeId(7));

    assertThat(id).isEqualTo("12-3@7");
    assertThat(new ReplicaExtractor<String>().shardId(id))
        .isEqualTo(ReplicaExtractor.shardOf(new NodeId(7)));
    assertThat(ReplicaExtractor.parse(id))
        .isEqualTo(new ReplicaExtractor.Location(REPLICA, new NodeId(7)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "12", "12-3", "12@3", "12@3-4", "-1@2", "0-1@2", "1-1@0", "a-1@2"})
  void shouldRefuseWhatIsNotAnEntityId(String id) {
    assertThatThrownBy(() -> ReplicaExtractor.parse(id))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
