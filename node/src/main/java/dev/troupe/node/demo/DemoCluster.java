package dev.troupe.node.demo;

import dev.troupe.node.client.NodeClient;
import dev.troupe.node.config.HostPort;
import dev.troupe.node.config.Ports;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.SystemClocks;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Starts the nodes of a demo, makes a cluster of them, and takes everything away at the end. */
public final class DemoCluster {
  private static final String HOST = "127.0.0.1";
  private static final int PORTS_APART = 10;
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);
  private static final String LAUNCHER_PROPERTY = "launcher.path";

  /** What the user asked for. */
  public record Plan(int nodes, int portBase, boolean sampleData) {
    private static final int REPLICATION_FACTOR = 3;

    int replicas() {
      return Math.min(REPLICATION_FACTOR, nodes);
    }
  }

  private final Plan plan;
  private final PrintWriter out;
  private final MonotonicClock clock = SystemClocks.monotonic();
  private final Path root;
  private final List<DemoNode> nodes = new CopyOnWriteArrayList<>();
  private volatile @Nullable DemoFailures failures;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final CountDownLatch stopped = new CountDownLatch(1);

  private DemoCluster(Plan plan, PrintWriter out, Path root) {
    this.plan = plan;
    this.out = out;
    this.root = root;
  }

  /**
   * Runs until a signal ends this process.
   *
   * @throws DemoProblem when it cannot start; everything is taken away then
   */
  public static void run(Plan plan, PrintWriter out) {
    DemoCluster demo;
    try {
      demo = new DemoCluster(plan, out, Files.createTempDirectory("troupe-demo-"));
    } catch (IOException e) {
      throw new DemoProblem("cannot make a temporary directory: " + e.getMessage(), "");
    }
    Runtime.getRuntime().addShutdownHook(new Thread(demo::stop, "troupe-demo-stop"));
    try {
      demo.start();
      demo.stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (DemoProblem e) {
      if (!demo.stopping.get()) {
        demo.stop();
        throw e;
      }
    }
  }

  private void start() throws InterruptedException {
    long begun = clock.nanos();
    Path launcher = launcher();
    List<String> join = new ArrayList<>();
    for (int i = 0; i < plan.nodes(); i++) {
      join.add(HostPort.join(HOST, ports(i).grpc()));
    }
    requireFreePorts();
    DemoFailures opened = openFailures(launcher, join);
    failures = opened;
    say("starting " + count(plan.nodes(), "node") + " …");
    for (int i = 0; i < plan.nodes(); i++) {
      nodes.add(DemoNode.start(launcher, root, i + 1, ports(i), join, opened.address()));
    }
    Map<String, Integer> numbers;
    HostPort first = new HostPort(HOST, ports(0).grpc());
    try (NodeClient client = new NodeClient(first, CALL_TIMEOUT)) {
      Formation formation = new Formation(client, clock, this::requireAlive);
      formation.form();
      say("waiting until every range is on " + count(plan.replicas(), "node") + " …");
      formation.awaitReplicas(plan.nodes(), plan.replicas());
      numbers = formation.numbers();
      if (plan.sampleData()) {
        int records = SampleData.load(client);
        SampleSql.load(new HostPort(HOST, ports(0).sql()), clock);
        say("loaded " + records + " sample records, and sample tables into the schema demo");
      }
    }
    opened.begin();
    double seconds = Duration.ofNanos(clock.nanos() - begun).toMillis() / 1000.0;
    out.print(new Welcome(plan, nodes, numbers, root).text(seconds));
    out.flush();
  }

  private DemoFailures openFailures(Path launcher, List<String> join) {
    try {
      return new DemoFailures(
          nodes,
          (number, control) ->
              DemoNode.start(launcher, root, number, ports(number - 1), join, control));
    } catch (IOException e) {
      throw new DemoProblem("cannot open a port on this machine: " + e.getMessage(), "");
    }
  }

  /** Otherwise the demo would talk to whoever is there, and take that for its own cluster. */
  private void requireFreePorts() {
    for (int i = 0; i < plan.nodes(); i++) {
      Ports ports = ports(i);
      for (int port : ports.all()) {
        try (ServerSocket probe = new ServerSocket()) {
          // As the nodes do: connections of an earlier process that are not quite over do not
          // count.
          probe.setReuseAddress(true);
          probe.bind(new InetSocketAddress(HOST, port));
        } catch (IOException e) {
          throw new DemoProblem(
              "node %d needs port %d, which is taken".formatted(i + 1, port),
              "is another demo or node running? End it, or choose other ports with --port-base");
        }
      }
    }
  }

  private void requireAlive() {
    if (stopping.get()) {
      throw new DemoProblem("stopped", "");
    }
    nodes.forEach(DemoNode::requireAlive);
  }

  private void stop() {
    if (!stopping.compareAndSet(false, true)) {
      return;
    }
    DemoFailures open = failures;
    if (open != null) {
      open.close();
    }
    nodes.forEach(DemoNode::askToStop);
    nodes.forEach(DemoNode::awaitEnd);
    try {
      Leftovers.delete(root);
    } catch (IOException e) {
      System.err.println("cannot delete " + root + ": " + e.getMessage());
    }
    stopped.countDown();
  }

  private Ports ports(int index) {
    return Ports.fromBase(plan.portBase() + PORTS_APART * index);
  }

  private void say(String line) {
    out.println(line);
    out.flush();
  }

  private static String count(int number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }

  private static Path launcher() {
    @Nullable String path = System.getProperty(LAUNCHER_PROPERTY);
    if (path == null) {
      throw new DemoProblem(
          "the demo starts its nodes with the launcher script, and does not know where it is",
          "run it as `./troupe demo`");
    }
    return Path.of(path);
  }
}
