package dev.troupe.transport;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.troupe.cluster.PekkoConfig;
import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.NodeId;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Measures round trips between two processes. Start it twice: {@code server PORT}, then {@code
 * client PORT SERVER_PORT SERVER_PID}. Settings to compare come as system properties.
 */
public final class PingPong {
  private static final int PAYLOAD = 128;

  private record Ping(long number) implements OutboundMessage {
    @Override
    public int sizeHint() {
      return 8 + PAYLOAD;
    }

    @Override
    public void encode(ByteWriter out) {
      out.putLong(number).putRaw(new byte[PAYLOAD]);
    }
  }

  private static volatile PeerHandler handler = (from, in) -> {};
  private static PeerLinks links;

  private PingPong() {}

  public static void main(String[] args) throws Exception {
    boolean server = args[0].equals("server");
    int port = Integer.parseInt(args[1]);
    NodeId self = new NodeId(server ? 2 : 1);
    NodeId peer = new NodeId(server ? 1 : 2);
    PeerSocket socket =
        PeerSocket.bind(EventLoops.start(), new InetSocketAddress("127.0.0.1", port));
    ActorSystem<Void> system = start(self, socket);
    links =
        PeerLinks.start(
            system,
            new PeerIdentity(1, self, 1),
            (from, in) -> handler.onMessage(from, in),
            TransportPorts.real(socket));
    if (server) {
      handler =
          (from, in) -> {
            links.nodeUp(from, new PeerAddress("127.0.0.1", clientPort(args)));
            links.send(from, new Ping(in.readLong()));
          };
      return;
    }
    links.nodeUp(peer, new PeerAddress("127.0.0.1", Integer.parseInt(args[2])));
    measure(peer, Long.parseLong(args[3]));
    system.terminate();
  }

  private static int clientPort(String[] args) {
    return Integer.parseInt(args[2]);
  }

  private static ActorSystem<Void> start(NodeId self, PeerSocket socket) {
    Config operator =
        ConfigFactory.systemProperties()
            .withFallback(ConfigFactory.parseString("pekko.loglevel = WARNING"));
    return ActorSystem.create(
        Behaviors.empty(),
        PekkoConfig.SYSTEM_NAME,
        PekkoConfig.setup(self, PekkoConfig.Endpoint.of("127.0.0.1", 0), socket, operator));
  }

  private static void measure(NodeId peer, long serverPid) throws Exception {
    window(peer, serverPid, 64, 200_000);
    window(peer, serverPid, 1, 10_000);
    for (int round = 0; round < 2; round++) {
      System.out.println("lone:   " + window(peer, serverPid, 1, 8_000));
      System.out.println("64 out: " + window(peer, serverPid, 64, 200_000));
    }
  }

  private static String window(NodeId peer, long serverPid, int outstanding, int count)
      throws Exception {
    Semaphore room = new Semaphore(outstanding);
    long[] sentAt = new long[count];
    long[] took = new long[count];
    AtomicLong received = new AtomicLong();
    handler =
        (from, in) -> {
          int number = (int) new Reader(in).number();
          took[number] = System.nanoTime() - sentAt[number];
          received.incrementAndGet();
          room.release();
        };
    long clientCpu = cpuMicros("self");
    long serverCpu = cpuMicros(Long.toString(serverPid));
    long begin = System.nanoTime();
    for (int i = 0; i < count; i++) {
      room.acquire();
      sentAt[i] = System.nanoTime();
      while (!links.send(peer, new Ping(i))) {
        Thread.sleep(1);
      }
    }
    room.acquire(outstanding);
    double seconds = (System.nanoTime() - begin) / 1e9;
    clientCpu = cpuMicros("self") - clientCpu;
    serverCpu = cpuMicros(Long.toString(serverPid)) - serverCpu;
    Arrays.sort(took);
    return String.format(
        "p50 %d us, p99 %d us, %.0f/s, CPU us/RT client %.1f server %.1f",
        took[count / 2] / 1000,
        took[count * 99 / 100] / 1000,
        count / seconds,
        (double) clientCpu / count,
        (double) serverCpu / count);
  }

  private record Reader(ByteReader in) {
    long number() {
      return in.readLong();
    }
  }

  private static long cpuMicros(String pid) throws Exception {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 10_000;
  }
}
