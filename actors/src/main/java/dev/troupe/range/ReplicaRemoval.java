package dev.troupe.range;

import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.spi.RaftLogStore.LogWrite;
import org.jspecify.annotations.Nullable;

/** Takes a replica that its group has removed out of the store. */
final class ReplicaRemoval {
  private ReplicaRemoval() {}

  /**
   * Forgets the log, leaves the tombstone, and clears the keys, once everything before it is
   * applied: the span is what the replica owns then, for a split may have just given a part of it
   * to another one. Never blocks. The directory is told when all that is done.
   *
   * @param machine null before the first snapshot: then there are no keys
   */
  static void begin(
      ReplicaKey key,
      long nextReplicaId,
      @Nullable RangeStateMachine machine,
      ReplicaServices services) {
    LogWrite.Destroy destroy = new LogWrite.Destroy(key, nextReplicaId);
    services
        .applier()
        .afterAll(
            key.range(),
            () -> {
              if (machine == null) {
                services.log().write(destroy, () -> forgotten(destroy, services));
              } else {
                KeySpan span = machine.descriptor().span();
                services.disk().execute(() -> remove(destroy, span, services));
              }
            });
  }

  private static void remove(LogWrite.Destroy destroy, KeySpan span, ReplicaServices services) {
    // What was split off lives in this log alone until the state is on disk.
    services.state().flush();
    var range = destroy.replica().range();
    SpanClaims.Claim claim = services.directory().claims().clearing(range, span);
    Runnable clear =
        () -> {
          try (claim) {
            services.state().clear(range, span);
          }
          forgotten(destroy, services);
        };
    services.log().write(destroy, () -> services.disk().execute(clear));
  }

  private static void forgotten(LogWrite.Destroy destroy, ReplicaServices services) {
    services.directory().forgotten(destroy.replica().range());
  }
}
