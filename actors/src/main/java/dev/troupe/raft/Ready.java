package dev.troupe.raft;

import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.ReplicaId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the owner of a {@link RaftCore} must now do. The duties, in order:
 *
 * <ol>
 *   <li>hand {@code hardState} and {@code entries} to the log store, if there are any; once they
 *       are durable, call {@link RaftCore#persisted} with {@code persistSequence} and then carry
 *       out what that makes ready;
 *   <li>send {@code messages} at once: they claim nothing that is not durable (a leader's appends
 *       go out in parallel with its own sync). What claims durability (votes, accepted appends) is
 *       held back inside the core until {@code persisted} has been called;
 *   <li>apply {@code committed} in order (they are durable here), then call {@link
 *       RaftCore#applied};
 *   <li>release {@code reads}: each may be evaluated once the state machine has applied its index,
 *       but only while this replica still leads in the same term: a former leader may have applied
 *       what its successor has committed and not applied, and whoever sees that would find the
 *       successor's reads under lease stale;
 *   <li>load {@code loads} from the log store and answer each with {@link RaftCore#loaded} or
 *       {@link RaftCore#loadFailed};
 *   <li>start sending a snapshot for each of {@code snapshots} and report its end with {@link
 *       RaftCore#snapshotSent};
 *   <li>when {@code roleChange} is there, tell whoever depends on leadership.
 * </ol>
 *
 * @param hardState null when unchanged
 * @param replacesSuffix whether {@code entries} replace entries that were handed out before
 * @param persistSequence number of this write; 0 when there is nothing to persist
 */
public record Ready(
    @Nullable HardState hardState,
    List<LogEntry> entries,
    boolean replacesSuffix,
    long persistSequence,
    List<RaftMessage> messages,
    List<LogEntry> committed,
    List<ReadReleased> reads,
    List<LoadEntries> loads,
    List<SendSnapshot> snapshots,
    @Nullable RoleChange roleChange) {

  /**
   * A read may be evaluated, or must be asked elsewhere.
   *
   * @param id as given to {@link RaftCore#readIndex}
   * @param index the state machine must have applied this index; -1: not leader any more
   */
  public record ReadReleased(long id, long index) {}

  /** Entries that a follower needs and that are no longer in memory. */
  public record LoadEntries(ReplicaId peer, long from, long to, long maxBytes) {}

  /** The log no longer reaches back to what this follower needs. */
  public record SendSnapshot(ReplicaId peer) {}

  /** The replica's role, term or known leader has changed. */
  public record RoleChange(Role role, long term, @Nullable ReplicaId leader) {}

  /** Nothing else to be said than that the state has changed. */
  public boolean needsPersist() {
    return persistSequence != 0;
  }

  /** Where the log ends after this, for the log store's owner; null when nothing is appended. */
  public @Nullable LogPosition newLast() {
    return entries.isEmpty()
        ? null
        : new LogPosition(entries.getLast().index(), entries.getLast().term());
  }
}
