package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.troupe.protocol.model.NodeId;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;

final class PekkoConfigTest {
  private static final PekkoConfig.Endpoint HERE = PekkoConfig.Endpoint.of("127.0.0.1", 0);

  @Test
  void shouldLetReplicasShareTheTransportsThreadOnFewCoresOnly() {
    assertThat(PekkoConfig.machine(4).isEmpty()).isTrue();

    Config few = PekkoConfig.of(new NodeId(1), HERE, PekkoConfig.machine(2));
    ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "few-cores", few);
    try {
      assertThat(dispatcher(system, "raft")).isSameAs(dispatcher(system, "transport"));
    } finally {
      system.terminate();
    }
  }

  @Test
  void shouldLetTheOperatorOverrideWhatDependsOnTheMachine() {
    Config operator = ConfigFactory.parseString("troupe.dispatcher.raft = troupe.dispatcher.disk");
    Config config = PekkoConfig.of(new NodeId(1), HERE, operator);
    assertThat(config.getString("troupe.dispatcher.raft")).isEqualTo("troupe.dispatcher.disk");
  }

  private static Object dispatcher(ActorSystem<?> system, String name) {
    return system.dispatchers().lookup(DispatcherSelector.fromConfig("troupe.dispatcher." + name));
  }
}
