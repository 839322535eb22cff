package dev.troupe.range;

import dev.troupe.protocol.codec.DescriptorCodec;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.ReplicaKey;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorRef;

/** Puts a received snapshot in place. Blocking; after all that was to be applied before. */
final class SnapshotInstall {
  private final RangeReplica.SnapshotReceived received;
  private final HardState hardState;
  private final ReplicaServices services;
  private final ActorRef<RangeReplica.Command> replica;
  private final RangeDescriptor range;

  private SnapshotInstall(
      RangeReplica.SnapshotReceived received,
      HardState hardState,
      ReplicaServices services,
      ActorRef<RangeReplica.Command> replica) {
    this.received = received;
    this.hardState = hardState;
    this.services = services;
    this.replica = replica;
    this.range = DescriptorCodec.decodeDescriptor(received.manifest().descriptorRecord());
  }

  /** Tells the replica how it went, once. */
  static void run(
      RangeReplica.SnapshotReceived received,
      HardState hardState,
      ReplicaServices services,
      ActorRef<RangeReplica.Command> replica) {
    new SnapshotInstall(received, hardState, services, replica).begin();
  }

  /**
   * What has become part of the range by a merge that this replica has missed stops first, and is
   * forgotten when its keys have their new state: a crash in between finds it as it was before, or
   * as a part of the range.
   */
  private void begin() {
    List<ReplicaKey> parts = Subsumed.in(range, services);
    for (ReplicaKey part : parts) {
      if (services.directory().isClearing(part.range())) {
        refuse(part + " is being removed here: its keys are cleared first");
        return;
      }
      RangeDescriptor described = Subsumed.describe(part.range(), services.state());
      if (described != null) {
        var taker = Subsumed.obstacle(range, described, services.log().known(), services.state());
        if (taker.isPresent()) {
          refuse(taker.get() + " has still to take over " + part + " here");
          return;
        }
      }
    }
    if (parts.isEmpty()) {
      install(parts);
      return;
    }
    var waiting = new AtomicInteger(parts.size());
    Runnable install = () -> services.disk().execute(() -> install(parts));
    for (ReplicaKey part : parts) {
      // Before it is looked for: one that starts just now looks there after it can be found.
      services.directory().subsumed(part.range());
      Runnable gone =
          () ->
              services
                  .applier()
                  .afterAll(
                      part.range(),
                      () -> {
                        if (waiting.decrementAndGet() == 0) {
                          install.run();
                        }
                      });
      LocalReplica running = services.directory().find(part.range());
      if (running == null) {
        gone.run();
      } else {
        running.actor().tell(new RangeReplica.MakeWay(gone));
      }
    }
  }

  private void install(List<ReplicaKey> parts) {
    try (SpanClaims.Claim claim =
        services.directory().claims().claim(range, services.log(), services.state())) {
      // The log that is replaced may hold a split whose right-hand range is in memory only.
      services.state().flush();
      received.incoming().install(hardState);
    } catch (RuntimeException failure) {
      reject(failure);
      return;
    }
    parts.forEach(part -> Subsumed.remove(part, services));
    replica.tell(
        new RangeReplica.SnapshotInstalled(
            received,
            AppliedState.decode(received.manifest().appliedRecord()),
            TxnSteps.load(services.state(), range.span())));
  }

  private void refuse(String why) {
    reject(new TroupeException(ErrorCode.PRECONDITION_FAILED, why));
  }

  private void reject(RuntimeException failure) {
    replica.tell(new RangeReplica.SnapshotRejected(received, failure));
  }
}
