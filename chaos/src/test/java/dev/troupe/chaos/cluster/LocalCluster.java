package dev.troupe.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.gc.CollectionSettings;
import dev.troupe.placement.PlacementSettings;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Locality;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.spi.ClusterAdmin;
import dev.troupe.protocol.spi.ClusterAdmin.RangeStatus;
import dev.troupe.protocol.trace.Tracer;
import dev.troupe.range.ReplicaSettings;
import dev.troupe.split.SplitSettings;
import dev.troupe.transport.ClaimedPorts;
import dev.troupe.transport.LinkFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Several nodes in this process, each with its own actor system and directory. */
final class LocalCluster implements AutoCloseable {
  /** Nobody is taken for dead while the machine is busy: for tests that bear no write in doubt. */
  static final ReplicaSettings PATIENT =
      ReplicaSettings.DEFAULTS.withElectionTimeout(Duration.ofSeconds(5));

  private final Path base;
  private final List<Key> splits;
  private final ReplicaSettings settings;
  private final LinkFilter filter;
  private PlacementSettings placement = PlacementSettings.OFF;
  private CollectionSettings collection = CollectionSettings.DEFAULTS;
  private SplitSettings splitting = SplitSettings.DEFAULTS;
  private IntFunction<Locality> places = node -> Locality.NOWHERE;
  private IntFunction<@Nullable Tracer> tracers = node -> null;
  private final Map<Integer, Integer> ports = new TreeMap<>();
  private final Map<Integer, LocalNode> nodes = new TreeMap<>();

  LocalCluster(Path base, List<Key> splits, ReplicaSettings settings, LinkFilter filter) {
    this.base = base;
    this.splits = splits;
    this.settings = settings;
    this.filter = filter;
  }

  /** Before it is started: how long old versions are kept. */
  LocalCluster keeping(CollectionSettings kept) {
    collection = kept;
    return this;
  }

  /** Before it is started: when ranges are split by themselves. */
  LocalCluster splitting(SplitSettings when) {
    splitting = when;
    return this;
  }

  /** Before it is started: whether and how replicas are moved without being told to. */
  LocalCluster placing(PlacementSettings how) {
    placement = how;
    return this;
  }

  /** Before it is started: what records the traces of nodes. */
  LocalCluster tracing(IntFunction<@Nullable Tracer> with) {
    tracers = with;
    return this;
  }

  /** Before it is started: where nodes stand. */
  LocalCluster standing(IntFunction<Locality> where) {
    places = where;
    return this;
  }

  /**
   * Starts nodes 1 to {@code count} and waits until each of them sees all of them, and every range
   * has its replicas.
   */
  LocalCluster start(int count) {
    for (int node = 1; node <= count; node++) {
      startNode(node);
    }
    // Replicas need only some of the nodes: a test may move one to the node that came last.
    nodes.values().forEach(node -> awaitLive(node, count));
    awaitReplicated(Math.min(count, settings.replicationFactor()));
    return this;
  }

  LocalNode startNode(int node) {
    ports.computeIfAbsent(node, n -> ClaimedPorts.next());
    List<String> seeds = new ArrayList<>();
    ports.forEach(
        (other, port) -> {
          if (other != node) {
            seeds.add("127.0.0.1:" + port);
          }
        });
    try {
      LocalNode started =
          new LocalNode(
              new NodeId(node),
              places.apply(node),
              base.resolve("n" + node),
              ports.get(node),
              seeds,
              node == 1,
              splits,
              settings,
              placement,
              collection,
              splitting,
              filter,
              tracers.apply(node));
      nodes.put(node, started);
      return started;
    } catch (InterruptedException | IOException failure) {
      throw new IllegalStateException(failure);
    }
  }

  LocalNode node(int node) {
    return nodes.get(node);
  }

  void stopNode(int node) {
    nodes.remove(node).close();
  }

  /**
   * Kills all nodes at once and starts them again. What the state databases hold in memory is lost,
   * what the log databases have synced is not. To be called while nothing is written.
   */
  void crashAndRestart() {
    List<Integer> all = List.copyOf(nodes.keySet());
    crash(all);
    all.forEach(this::startNode);
  }

  /** Kills nodes at once, as {@link #crashAndRestart} does, and leaves them down. */
  void crash(List<Integer> dying) {
    dying.forEach(node -> copy(base.resolve("n" + node), base.resolve("crashed" + node)));
    dying.forEach(this::stopNode);
    for (int node : dying) {
      delete(base.resolve("n" + node));
      try {
        Files.move(base.resolve("crashed" + node), base.resolve("n" + node));
      } catch (IOException failure) {
        throw new IllegalStateException(failure);
      }
    }
  }

  private static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    }
  }

  List<RangeStatus> ranges() {
    return nodes
        .values()
        .iterator()
        .next()
        .member()
        .admin()
        .ranges()
        .toCompletableFuture()
        .orTimeout(10, TimeUnit.SECONDS)
        .join();
  }

  private static void awaitLive(LocalNode observer, int count) {
    Awaitility.await()
        .atMost(60, TimeUnit.SECONDS)
        .until(
            () -> observer.member().admin().nodes().toCompletableFuture().get(10, TimeUnit.SECONDS),
            seen ->
                seen.stream().filter(n -> n.state() == ClusterAdmin.NodeStatus.State.LIVE).count()
                    == count);
  }

  void awaitReplicated(int voters) {
    // On a busy machine the first election may take longer than a question waits.
    Awaitility.await()
        .ignoreExceptions()
        .atMost(60, TimeUnit.SECONDS)
        .until(
            this::ranges,
            ranges ->
                ranges.size() == splits.size() + 3
                    && ranges.stream()
                        .allMatch(
                            r ->
                                r.leader() != null
                                    && r.descriptor().members().voters().size() == voters));
  }

  /** Waits until every replica of so many ranges runs and has applied what is committed. */
  List<RangeStatus> awaitLevel(int ranges) {
    List<RangeStatus> level =
        Awaitility.await()
            .atMost(60, TimeUnit.SECONDS)
            .until(
                this::ranges, now -> now.size() == ranges && now.stream().allMatch(this::isLevel));
    assertWhole(level);
    return level;
  }

  private boolean isLevel(RangeStatus range) {
    long level =
        range.replicas().stream()
            .filter(r -> r.reachable() && r.appliedIndex() >= range.commitIndex())
            .count();
    return range.leader() != null && level == settings.replicationFactor();
  }

  /** Every key has one owner, and the owners agree about borders. */
  private static void assertWhole(List<RangeStatus> ranges) {
    List<RangeDescriptor> inOrder =
        ranges.stream()
            .map(RangeStatus::descriptor)
            .sorted(Comparator.comparing(r -> r.span().start()))
            .toList();
    assertThat(inOrder.getFirst().span().start()).isEqualTo(Key.MIN);
    assertThat(inOrder.getLast().span().end()).isEqualTo(Key.MAX);
    for (int i = 1; i < inOrder.size(); i++) {
      assertThat(inOrder.get(i).span().start()).isEqualTo(inOrder.get(i - 1).span().end());
    }
  }

  @Override
  public void close() {
    // All at once: one after another, each would wait for those that have ended to answer.
    nodes.values().forEach(LocalNode::leave);
    nodes.values().forEach(LocalNode::close);
    nodes.clear();
  }
}
