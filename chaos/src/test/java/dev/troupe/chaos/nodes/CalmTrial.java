package dev.troupe.chaos.nodes;

import dev.troupe.chaos.check.Violation;
import dev.troupe.chaos.sim.EventQueue;
import dev.troupe.chaos.sim.SimRandom;
import dev.troupe.chaos.sim.Trace;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.range.AdminRequest;
import dev.troupe.range.LocalReplica;
import dev.troupe.range.RangeReplica;
import dev.troupe.range.ReplicaSettings;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A cluster to which nothing happens but what a trial does to it, and the time in it. */
abstract class CalmTrial {
  static final long MS = 1_000_000;
  static final long SECOND = 1_000 * MS;

  final NodeWorld world;
  final NodeCluster cluster;
  final Agreement agreement;

  /**
   * Nothing has begun yet.
   *
   * @param printer gets the trace; null: nobody
   */
  CalmTrial(
      NodeOptions options, SimRandom random, List<Key> splits, @Nullable Consumer<String> printer) {
    var time = new EventQueue();
    world =
        new NodeWorld(
            options, time, random, new Trace(time, printer), new NodeCoverage(), new Alarm());
    cluster = new NodeCluster(world, splits);
    agreement = new Agreement(cluster);
  }

  static Key key(String name) {
    return Keyspace.kv("default", name.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Neither faults nor loads.
   *
   * @param delayMaxNanos longest way of a message
   */
  static NodeOptions calm(int nodes, long delayMaxNanos) {
    return new NodeOptions(
        nodes,
        true,
        0,
        0,
        EnumSet.noneOf(NodeFault.class),
        ReplicaSettings.DEFAULTS,
        2_000,
        0,
        new NodeOptions.Network(0, 0, 200_000, delayMaxNanos, 4 << 20),
        new NodeOptions.Disk(1_000_000, 0, 0, 0, 0),
        new NodeOptions.Load(0, 4, 0, MS, 20),
        new NodeOptions.Txns(0, 0));
  }

  // --- ranges ----------------------------------------------------------------------------------

  /** Starts all nodes, and waits until each range has its replicas and a leader. */
  final void form() {
    cluster.machines().forEach(cluster::boot);
    until("the ranges to have their replicas", 60 * SECOND, this::isPlaced);
  }

  private boolean isPlaced() {
    for (RangeDescriptor range : cluster.firstRanges()) {
      RangeDescriptor current = cluster.newest(range);
      if (current.members().voters().size() < 3
          || current.members().members().size() != 3
          || cluster.leader(range) == null) {
        return false;
      }
    }
    return true;
  }

  final void lead(RangeDescriptor range, NodeId node) {
    transfer(range, node);
    until(
        "a transfer",
        5 * SECOND,
        () -> {
          SimulatedNode leading = cluster.leadingNode(range);
          return leading != null && leading.machine().id().equals(node);
        });
  }

  /** Asks whoever leads the range now to hand it over. */
  final void transfer(RangeDescriptor range, NodeId to) {
    SimulatedNode leading = cluster.leadingNode(range);
    LocalReplica leader = cluster.leader(range);
    if (leading != null && leader != null) {
      leading.administer(
          leader,
          new RangeReplica.Administer(
              new AdminRequest.TransferLeadership(range.id(), to),
              leading.nanos() + 5 * SECOND,
              outcome -> {}));
    }
  }

  // --- time ------------------------------------------------------------------------------------

  final void pass(long nanos) {
    long end = world.now() + nanos;
    while (world.now() < end) {
      step();
    }
  }

  final void until(String what, long limit, BooleanSupplier reached) {
    long end = world.now() + limit;
    while (!reached.getAsBoolean()) {
      if (world.now() > end) {
        var text = new StringBuilder("waited in vain for " + what);
        cluster.machines().forEach(machine -> text.append('\n').append(machine));
        throw new Violation("Liveness", text.toString());
      }
      step();
    }
  }

  final void step() {
    if (!world.time().runNext(Long.MAX_VALUE / 2)) {
      throw new IllegalStateException("nothing will ever happen any more");
    }
    world.alarm().check();
  }
}
