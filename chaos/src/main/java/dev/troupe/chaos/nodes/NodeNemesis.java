package dev.troupe.chaos.nodes;

import dev.troupe.chaos.sim.SimRandom;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.range.AdminRequest;
import java.util.List;

/**
 * Does harm, one fault after another, drawn from those that the seed allows; each ends by itself.
 */
final class NodeNemesis {

  private final NodeCluster cluster;
  private final NodeWorld world;
  private final SimRandom random;
  private final List<NodeFault> faults;
  private final NodePartitions partitions;
  private final NodeShapes shapes;
  private final long timeout;
  private boolean stopped;

  NodeNemesis(NodeCluster cluster) {
    this.cluster = cluster;
    world = cluster.world();
    random = world.random().split();
    faults = List.copyOf(world.options().faults());
    partitions = new NodePartitions(cluster, random.split());
    shapes = new NodeShapes(cluster, random.split());
    timeout = world.options().replicas().electionTimeout().toNanos();
    if (!faults.isEmpty()) {
      scheduleNext();
    }
  }

  void stop() {
    stopped = true;
    partitions.stop();
  }

  private void scheduleNext() {
    world
        .time()
        .after(
            random.nextLong(2 * world.options().faultEveryNanos()),
            () -> {
              if (!stopped) {
                NodeFault fault = random.pick(faults);
                world.trace().add(0, "fault", fault, fault.ordinal());
                strike(fault);
                scheduleNext();
              }
            });
  }

  private void strike(NodeFault fault) {
    RangeDescriptor range = shapes.any();
    Machine any = random.pick(cluster.machines());
    SimulatedNode leading = cluster.leadingNode(range);
    Machine leader = leading == null ? any : leading.machine();
    switch (fault) {
      case CRASH_NODE -> crash(any);
      case CRASH_LEADER -> crash(leader);
      case CRASH_ALL -> crashAll();
      // A crash in the middle of a write shows more than one at rest.
      case CRASH_AMID_WRITE -> any.log().duringNextSync(() -> crash(any));
      case PAUSE_NODE -> pause(any);
      case PAUSE_LEADER -> pause(leader);
      case ISOLATE_NODE -> partitions.isolate(any);
      case ISOLATE_LEADER -> partitions.isolate(leader);
      case SPLIT_NETWORK -> partitions.split();
      case BLOCK_ONE_WAY -> partitions.blockOneWay(any);
      case BREAK_CONNECTIONS -> partitions.breakConnections(any);
      case NETWORK_STORM -> partitions.storm();
      case STALL_DISK -> any.times().stall(random.nextLong(4 * timeout));
      case FLUSH_STATE -> any.state().flush();
      case SET_WALL_CLOCK -> setWallClock(any);
      case CHANGE_CLOCK_RATE -> {
        long drift = world.options().driftPpmMax();
        any.setDrift(random.chance(0.5) ? drift : random.between(-drift, drift));
      }
      case TRANSFER_LEADERSHIP ->
          administer(
              range,
              new AdminRequest.TransferLeadership(range.id(), any.id()),
              NodeRare.LEADERSHIP_TRANSFERRED);
      case REMOVE_REPLICA ->
          administer(
              range,
              new AdminRequest.RemoveReplica(range.id(), any.id()),
              NodeRare.REPLICA_REMOVED);
      case ADD_REPLICA ->
          administer(
              range, new AdminRequest.AddReplica(range.id(), any.id()), NodeRare.REPLICA_ADDED);
      case DRAIN_NODE -> drain(any);
      case SPLIT_RANGE -> shapes.splitAny();
      case MERGE_RANGES -> shapes.mergeAny();
      case MOVE_REPLICA -> shapes.moveAny();
    }
  }

  private void crash(Machine machine) {
    if (machine.isUp() && !stopped) {
      cluster.crash(machine);
      if (cluster.up().isEmpty()) {
        world.coverage().reached(NodeRare.ALL_NODES_DOWN);
      }
      world
          .time()
          .after(
              random.nextLong(random.chance(0.4) ? timeout / 3 : 6 * timeout),
              () -> {
                if (!stopped) {
                  cluster.boot(machine);
                }
              });
    }
  }

  private void crashAll() {
    cluster.machines().forEach(this::crash);
  }

  private void pause(Machine machine) {
    SimulatedNode node = machine.node();
    if (node != null) {
      world.coverage().reached(NodeRare.NODE_PAUSED);
      node.pause(random.nextLong(random.chance(0.5) ? timeout : 5 * timeout));
    }
  }

  private void setWallClock(Machine machine) {
    long millis = random.between(-20_000, 20_000);
    if (millis < 0) {
      world.coverage().reached(NodeRare.WALL_CLOCK_SET_BACK);
    }
    machine.moveWallClock(millis);
  }

  private void administer(RangeDescriptor range, AdminRequest request, NodeRare reached) {
    shapes.administer(range, request, () -> world.coverage().reached(reached));
  }

  private void drain(Machine machine) {
    SimulatedNode node = machine.node();
    if (node != null) {
      node.nodes().drain(true);
      world.time().after(random.nextLong(6 * timeout), () -> node.nodes().drain(false));
    }
  }
}
