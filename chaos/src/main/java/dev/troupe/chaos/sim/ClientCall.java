package dev.troupe.chaos.sim;

import dev.troupe.protocol.model.ReplicaId;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request as it reaches a replica.
 *
 * @param command for a write; null for a read
 * @param key register that a read asks for
 * @param viaIndex a read that shall not use the lease
 * @param atLeast what had been seen by clients when it was asked
 */
record ClientCall(
    long id,
    @Nullable Command command,
    int key,
    boolean viaIndex,
    long atLeast,
    Consumer<Reply> reply) {

  /** The command of a call that is known to be a write. */
  Command write() {
    return Objects.requireNonNull(command, "a read carries no command");
  }

  /** What a replica answers. Silence means that the outcome is unknown. */
  sealed interface Reply {
    /**
     * Done.
     *
     * @param observed what the register held before a write, or holds for a read
     * @param index log index that the answer reflects
     */
    record Done(long observed, long index) implements Reply {}

    /** Has not happened and never will; maybe that replica can help. */
    record NotDone(@Nullable ReplicaId leader) implements Reply {}
  }
}
