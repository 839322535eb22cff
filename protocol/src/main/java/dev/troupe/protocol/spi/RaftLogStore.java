package dev.troupe.protocol.spi;

import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.ReplicaKey;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The Raft logs of all replicas of one store, behind one group-commit writer.
 *
 * <p>Writes are carried out in the order in which they were handed in, many to one synced batch,
 * and each is reported durable exactly once. A write or sync that fails is fatal for the node and
 * is never reported: the caller hears nothing more.
 */
public interface RaftLogStore {
  /** One change of one replica's log. */
  sealed interface LogWrite {
    ReplicaKey replica();

    /**
     * Appends entries and sets the hard state.
     *
     * @param hardState null to leave it
     * @param entries contiguous; may be empty
     * @param replacesSuffix whether the log may hold entries at or above the first new index; all
     *     of them are replaced, also those above the last new one
     */
    record Append(
        ReplicaKey replica,
        @Nullable HardState hardState,
        List<LogEntry> entries,
        boolean replacesSuffix)
        implements LogWrite {}

    /** Drops all entries up to and including a position, which becomes the log's start. */
    record TruncatePrefix(ReplicaKey replica, LogPosition newStart) implements LogWrite {}

    /** Makes a replica known with an empty log that starts after a position. */
    record Create(ReplicaKey replica, HardState hardState, LogPosition start) implements LogWrite {}

    /**
     * Forgets a replica's log and hard state, and leaves a tombstone: no replica of the range with
     * an id below {@code nextReplicaId} may exist on this store again.
     */
    record Destroy(ReplicaKey replica, long nextReplicaId) implements LogWrite {}
  }

  /** What the store knows of a replica when it is opened. */
  record StoredReplica(
      ReplicaKey replica, HardState hardState, LogPosition start, LogPosition last) {}

  /** All replicas that were created and not destroyed. Blocking; at boot. */
  List<StoredReplica> replicas();

  /** The replicas of the store, with those whose creation is still being written. */
  default Set<ReplicaKey> known() {
    return replicas().stream().map(StoredReplica::replica).collect(Collectors.toSet());
  }

  /** One of {@link #replicas}. Blocking. */
  default Optional<StoredReplica> replica(ReplicaKey key) {
    return replicas().stream().filter(stored -> stored.replica().equals(key)).findFirst();
  }

  /**
   * The lowest replica id allowed on this store, when a replica of the range was destroyed here.
   */
  OptionalLong tombstone(RangeId range);

  /**
   * Queues a write. Never blocks; any thread.
   *
   * @param durable runs on the writer's thread once the write is on disk: must be short and must
   *     not block
   */
  void write(LogWrite write, Runnable durable);

  /** Bytes queued and not yet durable, for admission control. */
  long pendingBytes();

  /**
   * Entries from {@code from} (inclusive) to {@code to} (exclusive), fewer when {@code maxBytes} is
   * reached, but at least one if there is any. Blocking; not on an actor's thread.
   *
   * @throws dev.troupe.protocol.error.TroupeException with CORRUPTION when an entry fails its
   *     checksum
   */
  List<LogEntry> read(ReplicaKey replica, long from, long to, long maxBytes);

  /** Term of the entry at an index or of the log's start; empty when the log does not reach it. */
  OptionalLong term(ReplicaKey replica, long index);

  /** Shorthand for tests and messages. */
  static ReplicaKey key(long range, long replica) {
    return new ReplicaKey(new RangeId(range), new ReplicaId(replica));
  }
}
