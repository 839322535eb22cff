package dev.troupe.range;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.spi.StateStore;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Brings the replica of the right-hand range of a split into being, beside the one that is split,
 * and ends it after a merge.
 *
 * <p>Its log lies in another database than the state, and the state is not synced. So the log comes
 * first and durably, then its records in the batch that cuts the left-hand range. A crash in
 * between leaves a log without records; so does a crash that takes the batch away again after the
 * new replica has voted and acknowledged: then the log is what it has promised, and is kept. In
 * both cases the left-hand replica's own log still holds the split (it is cut, and given up, only
 * after the state was flushed): it is applied again when that replica loads ({@link ReplicaBoot}),
 * and until then the new one does not start ({@link RangeBirth#isAwaited}).
 *
 * <p>Used by the owner of the left-hand range's lane.
 */
final class RightHandReplica {
  private final ReplicaKey left;
  private final ReplicaServices services;

  RightHandReplica(ReplicaKey left, ReplicaServices services) {
    this.left = left;
    this.services = services;
  }

  /**
   * Makes the log and adds the records, unless the new range is here already or was here before: a
   * replica that came by snapshot, or was removed, is ahead of this split. Blocking.
   *
   * @return the replica to be started once the batch is visible; null when there is none
   */
  @Nullable ReplicaKey prepare(RangeStateMachine.Split split, StateStore.Batch batch) {
    ReplicaKey right = new ReplicaKey(split.right().id(), left.replica());
    if (split.right().members().find(right.replica()).isEmpty() || !ensureLog(right)) {
      return null;
    }
    RangeBirth.describe(split.right(), split.before(), batch);
    return right;
  }

  /** Whether the log is there, and is waiting for its records. */
  private boolean ensureLog(ReplicaKey right) {
    var durable = new CountDownLatch(1);
    var awaited = new boolean[1];
    services
        .directory()
        .claims()
        .exclusively(
            () -> {
              if (isNew(right)) {
                services.log().write(RangeBirth.log(right), durable::countDown);
                awaited[0] = true;
              } else {
                durable.countDown();
                awaited[0] = isAwaited(right);
              }
            });
    await(durable);
    return awaited[0];
  }

  /** Whether no replica of the range is here, or was. */
  private boolean isNew(ReplicaKey right) {
    OptionalLong lowest = services.log().tombstone(right.range());
    boolean removed = lowest.isPresent() && right.replica().value() < lowest.getAsLong();
    return !removed
        && services.log().known().stream().noneMatch(r -> r.range().equals(right.range()));
  }

  private boolean isAwaited(ReplicaKey right) {
    return services
        .log()
        .replica(right)
        .filter(stored -> RangeBirth.isAwaited(stored, services.state()))
        .isPresent();
  }

  private static void await(CountDownLatch durable) {
    try {
      durable.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a split was applied", interrupted);
    }
  }

  /**
   * Starts the replica. Where the left-hand range is led, the right-hand one stands for election at
   * once; elsewhere it waits as any follower does.
   *
   * @param leader where the left-hand range is led
   */
  void start(ReplicaKey right, @Nullable NodeId leader) {
    if (services.node().equals(leader)) {
      services.directory().heir(right);
    }
    services.outbox().born(right);
  }

  /** The range to the right is part of the left-hand one since a merge: its replica ends. */
  void absorbed(RangeDescriptor right) {
    right
        .members()
        .onNode(services.node())
        .ifPresent(
            member -> Subsumed.remove(new ReplicaKey(right.id(), member.replica()), services));
    LocalReplica replica = services.directory().find(right.id());
    if (replica != null) {
      replica.actor().tell(RangeReplica.Absorbed.INSTANCE);
    }
  }
}
