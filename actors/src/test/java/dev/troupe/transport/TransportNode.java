package dev.troupe.transport;

import com.typesafe.config.ConfigFactory;
import dev.troupe.cluster.PekkoConfig;
import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.SystemClocks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** An actor system with a transport on a free port of loopback, and what it received. */
final class TransportNode implements AutoCloseable {
  static final long CLUSTER = 0x1122_3344_5566_7788L;

  record Received(NodeId from, byte[] bytes) {
    int number() {
      return new ByteReader(bytes).readInt();
    }
  }

  /** A number and as many zero bytes as asked for. */
  record Numbered(int number, int padding) implements OutboundMessage {
    @Override
    public int sizeHint() {
      return 4 + padding;
    }

    @Override
    public void encode(ByteWriter out) {
      out.putInt(number).putRaw(new byte[padding]);
    }
  }

  final ActorSystem<Void> system;
  final NodeId id;
  final PeerLinks links;
  private final EventLoops loops = EventLoops.start(2);
  private final PeerSocket socket;
  final List<Received> received = new CopyOnWriteArrayList<>();
  volatile LinkFilter filter = LinkFilter.PASS_ALL;
  volatile PeerHandler handler = this::record;

  TransportNode(int id) {
    this(new PeerIdentity(CLUSTER, new NodeId(id), 1), 0);
  }

  TransportNode(PeerIdentity identity, int port) {
    id = identity.node();
    socket = bind(loops, port);
    system =
        ActorSystem.create(
            Behaviors.empty(),
            PekkoConfig.SYSTEM_NAME,
            PekkoConfig.setup(
                id,
                PekkoConfig.Endpoint.of("127.0.0.1", 0),
                socket,
                ConfigFactory.parseString("pekko.loglevel = WARNING")));
    TransportPorts ports =
        new TransportPorts(
            SystemClocks.monotonic(),
            new LinkEpochs(SystemClocks.wall()),
            (side, from, to) -> filter.judge(side, from, to),
            socket);
    links = PeerLinks.start(system, identity, (from, in) -> handler.onMessage(from, in), ports);
  }

  private static PeerSocket bind(EventLoops loops, int port) {
    try {
      return PeerSocket.bind(loops, new InetSocketAddress("127.0.0.1", port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void record(NodeId from, ByteReader in) {
    received.add(new Received(from, in.readRaw(in.remaining())));
  }

  PeerAddress address() {
    return new PeerAddress("127.0.0.1", socket.port());
  }

  void knows(TransportNode other) {
    links.nodeUp(other.id, other.address());
  }

  static void connect(TransportNode left, TransportNode right) {
    left.knows(right);
    right.knows(left);
  }

  @Override
  public void close() throws Exception {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
    socket.close();
    loops.close();
  }

  static Duration patience() {
    return Duration.ofSeconds(20);
  }
}
