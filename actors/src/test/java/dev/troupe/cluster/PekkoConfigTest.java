package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.transport.EventLoops;
import dev.troupe.transport.PeerSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;

final class PekkoConfigTest {
  private static final PekkoConfig.Endpoint HERE = PekkoConfig.Endpoint.of("127.0.0.1", 0);

  @Test
  void shouldLetReplicasShareTheTransportsThreadOnFewCoresOnly() throws Exception {
    onMachine(
        2,
        ConfigFactory.empty(),
        system -> {
          assertThat(dispatcher(system, "raft")).isSameAs(dispatcher(system, "transport"));
          assertThat(threadOf(system, "raft")).startsWith("troupe-loop");
        });
    onMachine(
        4,
        ConfigFactory.empty(),
        system -> {
          assertThat(dispatcher(system, "raft")).isNotSameAs(dispatcher(system, "transport"));
          assertThat(threadOf(system, "transport")).startsWith("troupe-peers");
        });
  }

  @Test
  void shouldLetTheOperatorOverrideWhatDependsOnTheMachine() throws Exception {
    onMachine(
        2,
        ConfigFactory.parseString("troupe.dispatcher.raft = troupe.dispatcher.disk"),
        system -> assertThat(dispatcher(system, "raft")).isSameAs(dispatcher(system, "disk")));
  }

  @Test
  void shouldKeepTheTransportFromEndingByItselfOnASignal() throws Exception {
    onMachine(
        2,
        ConfigFactory.empty(),
        system -> {
          assertThat(system.settings().config().getBoolean("pekko.jvm-shutdown-hooks")).isFalse();
          assertThat(Adapter.toClassic(system).settings().JvmShutdownHooks()).isFalse();
        });
  }

  private static void onMachine(int cores, Config operator, Consumer<ActorSystem<?>> check)
      throws IOException {
    try (EventLoops loops = EventLoops.start(cores);
        PeerSocket socket = PeerSocket.bind(loops, new InetSocketAddress("127.0.0.1", 0))) {
      ActorSystem<Void> system =
          ActorSystem.create(
              Behaviors.empty(),
              "machine",
              PekkoConfig.setup(new NodeId(1), HERE, socket, operator));
      try {
        check.accept(system);
      } finally {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
      }
    }
  }

  private static String threadOf(ActorSystem<?> system, String name) {
    return CompletableFuture.supplyAsync(
            () -> Thread.currentThread().getName(), dispatcher(system, name))
        .join();
  }

  private static Executor dispatcher(ActorSystem<?> system, String name) {
    return system.dispatchers().lookup(DispatcherSelector.fromConfig("troupe.dispatcher." + name));
  }
}
