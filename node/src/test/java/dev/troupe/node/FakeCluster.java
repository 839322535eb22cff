package dev.troupe.node;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Locality;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.spi.ClusterAdmin;
import dev.troupe.protocol.spi.ClusterEvents;
import dev.troupe.protocol.spi.ClusterZones;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A cluster of one node and one range that records what it is told to do. */
public class FakeCluster implements ClusterDoor, ClusterAdmin, ClusterEvents {
  public final List<String> orders = new ArrayList<>();
  public volatile long drainPatienceNanos;
  public volatile boolean splits = true;
  public volatile boolean initialized = true;
  public volatile @Nullable TroupeException failure;

  /** Answers wait for this when it is set. */
  public volatile @Nullable CompletableFuture<Void> held;

  @Override
  public CompletionStage<NodeIdentity> initialize(boolean requireAll) {
    if (initialized) {
      return CompletableFuture.failedStage(
          new TroupeException(ErrorCode.ALREADY_INITIALIZED, "there is a cluster already"));
    }
    initialized = true;
    return CompletableFuture.completedStage(new NodeIdentity("c1", new NodeId(1), "s1"));
  }

  @Override
  public Standing standing() {
    return new Standing(initialized ? "c1" : "", "s1", false);
  }

  @Override
  public NodeId self() {
    admin();
    return new NodeId(1);
  }

  @Override
  public CompletionStage<Invitation> invite(
      String clusterAddress, String storeId, String clusterId, int nodeId) {
    orders.add("invite " + storeId);
    return CompletableFuture.completedStage(new Invitation("c1", 2, List.of("127.0.0.1:7435")));
  }

  @Override
  public ClusterAdmin admin() {
    if (!initialized) {
      throw new TroupeException(ErrorCode.NOT_INITIALIZED, "run troupe init");
    }
    return this;
  }

  @Override
  public CompletionStage<List<NodeStatus>> nodes() {
    return result(
        List.of(
            new NodeStatus(
                new NodeId(1),
                4711,
                "127.0.0.1:7435",
                "127.0.0.1:7433",
                "127.0.0.1:7432",
                "127.0.0.1:7434",
                NodeStatus.State.LIVE,
                1_700_000_000_000L,
                "0.1.0",
                Locality.parse("region=eu,zone=a"),
                1,
                1)));
  }

  @Override
  public CompletionStage<List<RangeStatus>> ranges() {
    Member member = new Member(new ReplicaId(1), new NodeId(1), Member.Role.VOTER);
    RangeDescriptor descriptor =
        new RangeDescriptor(
            new RangeId(7),
            new KeySpan(Key.of("a\"<b>\u0001"), Key.MAX),
            3,
            Membership.of(member),
            2);
    ReplicaStatus replica =
        new ReplicaStatus(new ReplicaId(1), new NodeId(1), "leader", 12, 11, true);
    return result(
        List.of(
            new RangeStatus(
                descriptor, null, 5, 12, 11, 4, 1 << 20, 12.34, 0.5, List.of(replica))));
  }

  @Override
  public CompletionStage<Void> transferLeadership(RangeId range, NodeId target) {
    return order("transfer " + range + " " + target);
  }

  @Override
  public CompletionStage<Void> addReplica(RangeId range, NodeId target) {
    return order("add " + range + " " + target);
  }

  @Override
  public CompletionStage<Void> removeReplica(RangeId range, NodeId node) {
    return order("remove " + range + " " + node);
  }

  @Override
  public CompletionStage<Void> moveReplica(RangeId range, NodeId from, NodeId to) {
    return order("move " + range + " " + from + " " + to);
  }

  @Override
  public CompletionStage<SplitResult> splitRange(Key key) {
    orders.add("split " + key);
    Membership members =
        Membership.of(new Member(new ReplicaId(1), new NodeId(1), Member.Role.VOTER));
    return result(
        new SplitResult(
            new RangeDescriptor(new RangeId(7), new KeySpan(Key.MIN, key), 4, members, 2),
            new RangeDescriptor(new RangeId(100), new KeySpan(key, Key.MAX), 4, members, 2),
            splits));
  }

  @Override
  public CompletionStage<Departure> departure(NodeId node, int replicasBelow) {
    return result(new Departure(node, "decommissioning", 3, List.of()));
  }

  @Override
  public CompletionStage<Departure> decommission(NodeId node, boolean force) {
    orders.add("decommission " + node + (force ? " force" : ""));
    return result(
        force
            ? new Departure(node, "decommissioning", 3, List.of())
            : new Departure(
                node, "active", 3, List.of(new Stuck(new RangeId(7), "there is no node"))));
  }

  @Override
  public CompletionStage<Departure> recommission(NodeId node) {
    orders.add("recommission " + node);
    return result(new Departure(node, "active", 3, List.of()));
  }

  @Override
  public CompletionStage<Integer> liftBorders(KeySpan span) {
    orders.add("lift " + span);
    return result(1);
  }

  @Override
  public CompletionStage<MergeResult> mergeRange(Key border) {
    orders.add("merge " + border);
    Membership members =
        Membership.of(new Member(new ReplicaId(1), new NodeId(1), Member.Role.VOTER));
    return result(
        new MergeResult(new RangeDescriptor(new RangeId(7), KeySpan.ALL, 4, members, 2), splits));
  }

  @Override
  public CompletionStage<Void> drain(NodeId node, long patienceNanos) {
    drainPatienceNanos = patienceNanos;
    return order("drain " + node);
  }

  @Override
  public CompletionStage<List<LoadStatus>> loads() {
    return result(List.of(new LoadStatus(new RangeId(7), 1 << 20, null, null)));
  }

  @Override
  public ClusterZones zones() {
    throw new UnsupportedOperationException("zones are for SQL");
  }

  @Override
  public ClusterEvents events() {
    return this;
  }

  @Override
  public void append(
      String kind, @Nullable RangeId range, @Nullable NodeId node, String message, String details) {
    orders.add("event " + kind);
  }

  @Override
  public CompletionStage<List<Event>> newest(int max) {
    return result(
        List.of(
            new Event(
                1_700_000_000_000L,
                new NodeId(1),
                "range-split",
                new RangeId(7),
                null,
                "range 7 was split",
                "{\"key\":\"m\"}")));
  }

  private CompletionStage<Void> order(String order) {
    orders.add(order);
    TroupeException planned = failure;
    return planned == null
        ? CompletableFuture.completedStage(null)
        : CompletableFuture.failedStage(planned);
  }

  private <T> CompletionStage<T> result(T value) {
    TroupeException planned = failure;
    CompletableFuture<Void> hold = held;
    if (hold != null) {
      return hold.thenApply(done -> value);
    }
    return planned == null
        ? CompletableFuture.completedStage(value)
        : CompletableFuture.failedStage(planned);
  }
}
