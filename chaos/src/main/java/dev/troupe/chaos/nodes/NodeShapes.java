package dev.troupe.chaos.nodes;

import dev.troupe.chaos.sim.SimRandom;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.range.AdminRequest;
import dev.troupe.range.LocalReplica;
import dev.troupe.range.RangeReplica;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Changes which ranges there are, and where: splits, merges and moves, as operators order them. */
final class NodeShapes {
  private static final long ADMIN_NANOS = 5_000_000_000L;

  private final NodeCluster cluster;
  private final NodeWorld world;
  private final SimRandom random;

  NodeShapes(NodeCluster cluster, SimRandom random) {
    this.cluster = cluster;
    this.world = cluster.world();
    this.random = random;
  }

  /** A range that clients use. */
  RangeDescriptor any() {
    return random.pick(cluster.ranges());
  }

  void splitAny() {
    Key border = random.pick(ClientKeys.borders());
    for (RangeDescriptor range : cluster.ranges()) {
      if (range.span().contains(border) && !range.span().start().equals(border)) {
        administer(
            range,
            new AdminRequest.SplitRange(range.id(), border, cluster.freshRange()),
            () -> world.coverage().reached(NodeRare.RANGE_SPLIT));
      }
    }
  }

  /** Two neighbours, if they have the same nodes; otherwise brings them nearer to that. */
  void mergeAny() {
    List<RangeDescriptor> ranges = cluster.ranges();
    var pairs = new ArrayList<Integer>();
    for (int i = 1; i < ranges.size(); i++) {
      boolean system = ranges.get(i - 1).span().overlaps(Keyspace.SYSTEM);
      boolean meet = ranges.get(i - 1).span().end().equals(ranges.get(i).span().start());
      if (!system && meet) {
        pairs.add(i);
      }
    }
    if (!pairs.isEmpty()) {
      int right = random.pick(pairs);
      merge(ranges.get(right - 1), ranges.get(right));
    }
  }

  private void merge(RangeDescriptor left, RangeDescriptor right) {
    Optional<NodeId> missing = only(left, right);
    Optional<NodeId> surplus = only(right, left);
    if (missing.isPresent()) {
      administer(right, new AdminRequest.AddReplica(right.id(), missing.get()), () -> {});
    } else if (surplus.isPresent()) {
      administer(right, new AdminRequest.RemoveReplica(right.id(), surplus.get()), () -> {});
    } else {
      administer(
          left,
          new AdminRequest.MergeRange(
              left.id(), right.span().start(), right.id(), Timestamp.MAX, Timestamp.MAX),
          outcome ->
              world
                  .coverage()
                  .reached(
                      outcome instanceof RangeReplica.AdminOutcome.Reached
                          ? NodeRare.RANGES_MERGED
                          : NodeRare.MERGE_CANCELLED));
    }
  }

  private static Optional<NodeId> only(RangeDescriptor one, RangeDescriptor other) {
    return one.members().members().stream()
        .map(Member::node)
        .filter(node -> other.members().onNode(node).isEmpty())
        .findFirst();
  }

  /** Adds a replica somewhere and takes another one away. */
  void moveAny() {
    RangeDescriptor range = any();
    Machine to = random.pick(cluster.machines());
    List<Member> members = range.members().members();
    NodeId from = random.pick(members).node();
    if (range.members().onNode(to.id()).isPresent() || members.size() < 2) {
      return;
    }
    administer(
        range,
        new AdminRequest.AddReplica(range.id(), to.id()),
        () ->
            administer(
                range,
                new AdminRequest.RemoveReplica(range.id(), from),
                () -> world.coverage().reached(NodeRare.REPLICA_MOVED)));
  }

  /** Asks the range's leader, if there is one. */
  void administer(RangeDescriptor range, AdminRequest request, Runnable reached) {
    administer(
        range,
        request,
        outcome -> {
          if (outcome instanceof RangeReplica.AdminOutcome.Reached) {
            reached.run();
          }
        });
  }

  private void administer(
      RangeDescriptor range, AdminRequest request, Consumer<RangeReplica.AdminOutcome> ended) {
    SimulatedNode node = cluster.leadingNode(range);
    LocalReplica leader = node == null ? null : node.directory().find(range.id());
    if (node == null || leader == null) {
      return;
    }
    world.trace().add(node.number(), "administer", request, range.id().value());
    node.administer(
        leader,
        new RangeReplica.Administer(
            request,
            node.nanos() + ADMIN_NANOS,
            outcome -> {
              world.trace().add(node.number(), "administered", request + " " + outcome, 5);
              ended.accept(outcome);
            }));
  }
}
