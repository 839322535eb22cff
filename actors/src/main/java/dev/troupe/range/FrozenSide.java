package dev.troupe.range;

import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.ReplicaKey;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * A replica as the right-hand side of a merge: frozen, it serves nobody; and when the left-hand
 * neighbour has committed that it takes the range over, it gives itself up, for good. Owned by the
 * replica.
 */
final class FrozenSide {
  private final ReplicaKey key;
  private final LocalReplica local;
  private final ClientRequests requests;
  private final Closings closings;
  private boolean frozen;
  private boolean gone;
  private RangeReplica.@Nullable GiveUp wanted;

  FrozenSide(ReplicaKey key, LocalReplica local, ClientRequests requests, Closings closings) {
    this.key = key;
    this.local = local;
    this.requests = requests;
    this.closings = closings;
  }

  /** Whether nothing may be answered here. */
  boolean isFrozen() {
    return frozen;
  }

  /** Whether this replica is none any more, and only waits for its end. */
  boolean isGone() {
    return gone;
  }

  /**
   * The range is now as an entry has left it.
   *
   * @return whether it serves again
   */
  boolean changed(MergeStep.Shape now, long appliedIndex) {
    boolean before = frozen;
    frozen = now.applied().merging() instanceof Merging.Frozen;
    if (frozen && !before) {
      local.view().stopServing();
      closings.interrupt();
      requests.freeze();
      // From here on it counts as frozen for the neighbour: after everything that served has ended.
      local.frozen(now);
    } else if (before && !frozen) {
      local.frozen(null);
      closings.resume(appliedIndex, now.applied().clock());
      return true;
    }
    return false;
  }

  void giveUp(RangeReplica.GiveUp m, long appliedIndex) {
    wanted = m;
    advance(appliedIndex);
  }

  /** So much is applied. */
  void advance(long appliedIndex) {
    RangeReplica.GiveUp m = wanted;
    if (m == null || appliedIndex < m.frozenAt().index()) {
      return;
    }
    wanted = null;
    MergeStep.Shape shape = local.frozen();
    boolean asFrozen =
        shape != null
            && shape.applied().merging() instanceof Merging.Frozen f
            && f.at().equals(m.frozenAt());
    Invariant.check(
        asFrozen,
        "%s is taken over as frozen at %s, and is %s",
        key,
        m.frozenAt(),
        shape == null ? "not frozen" : shape);
    leave();
    m.gone().accept(local.locks());
  }

  /** Somebody else owns the keys. */
  void leave() {
    if (!gone) {
      gone = true;
      local.view().stopServing();
      closings.interrupt();
      if (frozen) {
        requests.surrender();
      } else {
        requests.abandon("the range " + key.range() + " became part of another one");
      }
    }
  }

  /**
   * Handles what comes when this replica is gone: the keys are another range's, and so is
   * everything that is to be done to them.
   */
  Behavior<RangeReplica.Command> onCommand(
      RangeReplica.Command command, Consumer<RangeReplica.SnapshotReceived> discard, Logger log) {
    switch (command) {
      case RangeReplica.SnapshotReceived m -> discard.accept(m);
      case RangeReplica.GiveUp m -> m.gone().accept(local.locks());
      case RangeReplica.MakeWay m -> {
        m.gone().run();
        return Behaviors.stopped();
      }
      case RangeReplica.Absorbed m -> {
        log.info("{} is part of its left-hand neighbour now", key);
        return Behaviors.stopped();
      }
      case RangeReplica.Stop m -> {
        return Behaviors.stopped();
      }
      default -> UndeliveredRequests.refuse(command);
    }
    return Behaviors.same();
  }
}
