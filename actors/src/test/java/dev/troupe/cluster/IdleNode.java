package dev.troupe.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.transport.EventLoops;
import dev.troupe.transport.PeerIdentity;
import dev.troupe.transport.PeerLinks;
import dev.troupe.transport.PeerSocket;
import dev.troupe.transport.TransportPorts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;

/**
 * A node's cluster part with nothing to do, to measure what that costs: {@code ID PORT PEER…}.
 * Settings to compare come as system properties.
 */
public final class IdleNode {
  private IdleNode() {}

  public static void main(String[] args) throws IOException {
    NodeId self = new NodeId(Integer.parseInt(args[0]));
    Config operator =
        ConfigFactory.systemProperties()
            .withFallback(ConfigFactory.parseString("pekko.loglevel = WARNING"));
    PeerSocket socket = PeerSocket.bind(EventLoops.start(), new InetSocketAddress("127.0.0.1", 0));
    ActorSystem<Void> system =
        ActorSystem.create(
            Behaviors.empty(),
            PekkoConfig.SYSTEM_NAME,
            PekkoConfig.setup(
                self,
                PekkoConfig.Endpoint.of("127.0.0.1", Integer.parseInt(args[1])),
                socket,
                operator));
    PeerLinks.start(
        system, new PeerIdentity(1, self, 1), (from, in) -> {}, TransportPorts.real(socket));
    List<String> peers = Arrays.stream(args).skip(2).map(port -> "127.0.0.1:" + port).toList();
    ClusterJoiner.start(
        system, new ClusterJoiner.Plan(1, self, false, peers), SystemClocks.monotonic());
    ClusterSharding.get(system)
        .init(
            Entity.of(
                    EntityTypeKey.create(String.class, "replica"),
                    context -> Behaviors.<String>ignore())
                .withMessageExtractor(new ReplicaExtractor<>())
                .withStopMessage("stop")
                .withAllocationStrategy(new PinnedAllocation(system)));
  }
}
