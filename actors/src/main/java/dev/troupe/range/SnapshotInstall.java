package dev.troupe.range;

import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.RangeId;
import org.apache.pekko.actor.typed.ActorRef;

/** Puts a received snapshot in place. Blocking; after all that was to be applied before. */
final class SnapshotInstall {
  private SnapshotInstall() {}

  /** Tells the replica how it went, once. */
  static void run(
      RangeReplica.SnapshotReceived received,
      HardState hardState,
      ReplicaServices services,
      ActorRef<RangeReplica.Command> replica) {
    RangeId range = received.manifest().range();
    try (SpanClaims.Claim claim =
        services
            .directory()
            .claims()
            .claim(range, received.manifest().span(), services.log(), services.state())) {
      // The log that is replaced may hold a split whose right-hand range is in memory only.
      services.state().flush();
      received.incoming().install(hardState);
    } catch (RuntimeException failure) {
      replica.tell(new RangeReplica.SnapshotRejected(received, failure));
      return;
    }
    replica.tell(
        new RangeReplica.SnapshotInstalled(
            received,
            AppliedState.decode(received.manifest().appliedRecord()),
            TxnSteps.load(services.state(), received.manifest().span())));
  }
}
