package dev.troupe.chaos.sim;

import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.raft.Ready;
import dev.troupe.raft.Role;
import org.jspecify.annotations.Nullable;

/** Finds out how transfers of leadership end. */
final class TransferWatch {
  private record Transfer(ReplicaId target, long term) {}

  private final SimWorld world;
  private final SimOptions options;
  private @Nullable Transfer running;

  TransferWatch(SimWorld world, SimOptions options) {
    this.world = world;
    this.options = options;
  }

  void started(SimReplica leader, ReplicaId target) {
    var transfer = new Transfer(target, leader.term());
    running = transfer;
    world
        .time()
        .after(
            2 * options.raft().electionTimeoutNanos(),
            () -> {
              boolean stillLeads = leader.role() == Role.LEADER && leader.term() == transfer.term();
              if (running == transfer && stillLeads && !leader.destroyed()) {
                running = null;
                world.coverage().reached(Rare.TRANSFER_ABORTED);
              }
            });
  }

  void roleChanged(SimReplica replica, Ready.RoleChange change) {
    Transfer transfer = running;
    if (transfer != null
        && change.role() == Role.LEADER
        && change.term() == transfer.term() + 1
        && replica.replica().equals(transfer.target())) {
      running = null;
      world.coverage().reached(Rare.TRANSFER_SUCCEEDED);
    }
  }
}
