package dev.troupe.node.boot;

import dev.troupe.node.ClusterHandle;
import dev.troupe.node.ClusterStarter;
import dev.troupe.node.FakeCluster;
import dev.troupe.node.InMemoryKv;
import dev.troupe.node.InMemoryTransactions;
import dev.troupe.node.NodeIdentity;
import dev.troupe.node.SwitchableFollowerReads;
import dev.troupe.node.SwitchableQuestions;
import dev.troupe.node.SwitchableSignals;
import dev.troupe.node.SwitchableTimestamps;
import dev.troupe.node.metrics.NodeMetrics;
import dev.troupe.protocol.spi.ClusterAdmin;
import dev.troupe.protocol.spi.FollowerReads;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.LocalRanges;
import dev.troupe.protocol.spi.NodeQuestions;
import dev.troupe.protocol.spi.OpenTransactions;
import dev.troupe.protocol.spi.SessionSignals;
import dev.troupe.protocol.spi.TimestampSource;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.trace.Tracer;
import dev.troupe.transport.LinkFilter;
import dev.troupe.transport.PeerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A store whose cluster parts share one key space in memory, and end when a test says so. */
final class FakeStore implements NodeStore {
  private final Path directory;
  private final InMemoryKv kv;
  private volatile @Nullable NodeIdentity identity;

  final List<FakePart> parts = new CopyOnWriteArrayList<>();
  volatile List<String> peers = List.of();
  volatile boolean closed;

  FakeStore(Path directory, InMemoryKv kv) {
    this.directory = directory;
    this.kv = kv;
  }

  /** A cluster part that is ready at once. */
  final class FakePart implements ClusterHandle {
    final ClusterStarter.Start start;
    final CompletableFuture<End> end = new CompletableFuture<>();
    volatile boolean ready = true;
    volatile boolean drained;

    FakePart(ClusterStarter.Start start) {
      this.start = start;
    }

    @Override
    public KvClient kv() {
      return kv;
    }

    @Override
    public Transactions transactions() {
      return new InMemoryTransactions(kv);
    }

    @Override
    public TimestampSource timestamps() {
      return new SwitchableTimestamps();
    }

    @Override
    public FollowerReads followers() {
      return new SwitchableFollowerReads();
    }

    @Override
    public SessionSignals signals() {
      return new SwitchableSignals();
    }

    @Override
    public NodeQuestions questions() {
      return new SwitchableQuestions();
    }

    @Override
    public OpenTransactions underWay() {
      return OpenTransactions.NONE;
    }

    @Override
    public LocalRanges ranges() {
      return LocalRanges.NONE;
    }

    @Override
    public ClusterAdmin admin() {
      return new FakeCluster();
    }

    @Override
    public boolean ready() {
      return ready;
    }

    @Override
    public String notReadyReason() {
      return ready ? "" : "no leader";
    }

    @Override
    public List<String> peers() {
      return peers;
    }

    @Override
    public CompletionStage<Void> drain() {
      drained = true;
      return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Void> stop() {
      end.complete(End.STOPPED);
      return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<End> ended() {
      return end;
    }
  }

  @Override
  public Path directory() {
    return directory;
  }

  @Override
  public String storeId() {
    return "store-" + directory.getFileName();
  }

  @Override
  public Optional<NodeIdentity> identity() {
    return Optional.ofNullable(identity);
  }

  @Override
  public void stamp(NodeIdentity stamped) {
    identity = stamped;
  }

  @Override
  public void show(NodeMetrics metrics) {}

  @Override
  public ClusterStarter cluster(PeerSocket peers, LinkFilter filter, Tracer tracer) {
    return start -> {
      FakePart part = new FakePart(start);
      parts.add(part);
      return part;
    };
  }

  @Override
  public void close() {
    closed = true;
  }
}
