package dev.troupe.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.troupe.node.config.ConfigProblem;
import dev.troupe.placement.PlacementSettings;
import org.junit.jupiter.api.Test;

class ClusterConfigTest {
  private static Config with(String settings) {
    return ConfigFactory.parseString(settings).withFallback(ConfigFactory.defaultReference());
  }

  @Test
  void shouldPlaceReplicasUnlessItIsSwitchedOff() {
    assertThat(ClusterConfig.placement(with(""))).isEqualTo(PlacementSettings.DEFAULTS);
    assertThat(ClusterConfig.placement(with("")).isOff()).isFalse();
    assertThat(ClusterConfig.placement(with("troupe.placement.look = 0s")).isOff()).isTrue();
  }

  @Test
  void shouldNameALimitThatWouldMoveNothing() {
    assertThatThrownBy(() -> ClusterConfig.placement(with("troupe.placement.moves = 0")))
        .isInstanceOf(ConfigProblem.class)
        .hasMessageContaining("moves must be at least 1");
  }
}
