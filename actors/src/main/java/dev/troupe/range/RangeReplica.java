package dev.troupe.range;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.SnapshotStore;
import dev.troupe.protocol.spi.TimestampSource;
import dev.troupe.protocol.trace.Span;
import dev.troupe.raft.RaftMessage;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.StashBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One replica of a range: a typed actor that owns a Raft core and carries out what the core asks
 * for. It never blocks: the log writer, the applier and disk threads answer with messages.
 *
 * <p>Started by its node's store through Cluster Sharding, on the node whose disk holds it. What is
 * lost when it stops is nothing but requests on their way, which are answered as unknown or as to
 * be asked elsewhere; everything else is read back from the store. While it loads, commands are
 * stashed up to a bound; Raft messages beyond it are dropped, as a network may do.
 */
public final class RangeReplica {
  private static final int STASH_MESSAGES_MAX = 4_096;

  /** Everything that a replica can be told. */
  public sealed interface Command {}

  /**
   * A request of a client. Answered exactly once, on any thread.
   *
   * @param deadlineNanos on the node's monotonic clock
   * @param trace what is recorded of it here; ended by whoever has begun it. Null for almost all
   */
  public record Kv(
      KvRequest request, long deadlineNanos, Consumer<RangeReply> replyTo, @Nullable Span trace)
      implements Command {
    public Kv(KvRequest request, long deadlineNanos, Consumer<RangeReply> replyTo) {
      this(request, deadlineNanos, replyTo, null);
    }
  }

  /**
   * A message of another replica of the range, as its node sent it.
   *
   * @param traces to which of its entries belong; empty for almost all
   */
  public record FromPeer(NodeId node, RaftMessage message, List<CarriedTrace> traces)
      implements Command {
    public FromPeer(NodeId node, RaftMessage message) {
      this(node, message, List.of());
    }
  }

  /** Time has passed. */
  public enum Tick implements Command {
    INSTANCE
  }

  /** A node is not reachable any more: leaders there may be gone. A hint. */
  public record NodeLost(NodeId node) implements Command {}

  /** Wishes for members or leadership; answered when reached, or refused. */
  public record Administer(AdminRequest request, long deadlineNanos, Consumer<AdminOutcome> replyTo)
      implements Command {}

  /** Asks for a description. */
  public record Describe(Consumer<ReplicaDescription> replyTo) implements Command {}

  /** The state up to an applied index has been flushed: the log below it may go. */
  public record StateFlushed(long appliedIndex) implements Command {}

  /** A snapshot sent on this replica's behalf has ended. */
  public record SnapshotSent(ReplicaId peer, LogPosition snapshot, boolean success)
      implements Command {}

  /**
   * A snapshot for this replica is complete on disk. The replica installs or discards it.
   *
   * @param installed told whether it was installed
   */
  public record SnapshotReceived(
      ReplicaId from,
      long term,
      SnapshotStore.Manifest manifest,
      SnapshotStore.Incoming incoming,
      Consumer<Boolean> installed)
      implements Command {}

  /** The group has removed this replica: forget everything but the tombstone. */
  public record Destroy(long nextReplicaId) implements Command {}

  /** Ends the actor without touching what is stored. */
  public enum Stop implements Command {
    INSTANCE
  }

  /** About timestamps below which nothing can change any more: see {@link Closings}. */
  public sealed interface OfClosing extends Command {}

  /**
   * Asks a leader from which log index on nothing can get a timestamp at or below {@code at}.
   *
   * @param at given out by the oracle before this was asked
   * @param replyTo called once, with null when this replica cannot tell, because it does not lead
   */
  public record Close(Timestamp at, Consumer<@Nullable Closing> replyTo) implements OfClosing {}

  /** What a leader says: its entries above the index have timestamps above {@code at}. */
  public record Closing(Timestamp at, long term, long index) implements OfClosing {}

  /**
   * Wants to know when a timestamp is closed here.
   *
   * @param abandoned whether nobody waits any more
   */
  public record AwaitClosed(Timestamp at, BooleanSupplier abandoned, Runnable closed)
      implements OfClosing {}

  record Loaded(ReplicaBoot boot) implements Command {}

  record LoadFailed(Throwable failure) implements Command {}

  /** A request met a lock while it was evaluated. */
  record LockMet(Kv kv, Key key) implements Command {}

  /** Nobody works any more on the transaction that holds a key. */
  record HolderGone(TxnId txn, Key key) implements Command {}

  /** Who holds which keys, as a survey has found out. */
  record HoldersFound(long survey, List<TxnWatch.Holder> holders) implements Command {}

  record TimestampsDrawn(long draw, TimestampSource.Drawn drawn) implements Command {}

  enum Campaign implements Command {
    INSTANCE
  }

  enum FlushProposals implements Command {
    INSTANCE
  }

  record Persisted(long sequence) implements Command {}

  /**
   * Entries are visible.
   *
   * @param clock highest timestamp of the state then
   * @param changed what the range is now, if that has changed
   */
  record EntriesApplied(long index, Timestamp clock, MergeStep.@Nullable Shape changed)
      implements Command {}

  /**
   * The left-hand neighbour has committed that it takes this range over: whatever was frozen at the
   * position is its own, and this replica does nothing any more.
   *
   * @param gone told, once that is so, which locks the keys have; any thread
   */
  record GiveUp(LogPosition frozenAt, Consumer<LockTable> gone) implements Command {}

  /** A newer owner of this range's keys is about to put its own state here. */
  record MakeWay(Runnable gone) implements Command {}

  /** The right-hand neighbour has given itself up to this replica. */
  record GivenUp(long token, LockTable locks) implements Command {}

  /** What this replica has given up is the left-hand one's now. */
  enum Absorbed implements Command {
    INSTANCE
  }

  /** How a step of a merge went, that this leader has asked somebody for. */
  record MergeAnswered(AdminRequest.OfMerge step, NodeId node, AdminOutcome outcome)
      implements Command {}

  record EntriesLoaded(ReplicaId peer, long prevTerm, List<LogEntry> entries) implements Command {}

  record TruncateLog(long index, OptionalLong term) implements Command {}

  record EntriesMissing(ReplicaId peer) implements Command {}

  record SnapshotInstalled(SnapshotReceived received, AppliedState applied, LockTable locks)
      implements Command {}

  record SnapshotRejected(SnapshotReceived received, Throwable failure) implements Command {}

  /** How a wish for members or leadership ended. */
  public sealed interface AdminOutcome {
    record Reached() implements AdminOutcome {}

    /** Ask that node's replica. */
    record Elsewhere(@Nullable NodeId leader) implements AdminOutcome {}

    record Failed(ErrorCode code, String message) implements AdminOutcome {}
  }

  private RangeReplica() {}

  /** The only way to make one. */
  public static Behavior<Command> create(ReplicaKey key, ReplicaServices services) {
    return Behaviors.setup(
        context ->
            Behaviors.withStash(
                STASH_MESSAGES_MAX, stash -> loading(context, stash, key, services)));
  }

  private static Behavior<Command> loading(
      ActorContext<Command> context,
      StashBuffer<Command> stash,
      ReplicaKey key,
      ReplicaServices services) {
    context.setLoggerName(RangeReplica.class);
    var self = context.getSelf();
    ReplicaBoot.load(
        key,
        services,
        boot -> self.tell(new Loaded(boot)),
        failure -> self.tell(new LoadFailed(failure)));
    return Behaviors.receiveMessage(
        message ->
            switch (message) {
              case Loaded loaded -> {
                Behavior<Command> running =
                    RunningReplica.create(context, key, services, loaded.boot());
                yield Behavior.isAlive(running) ? stash.unstashAll(running) : running;
              }
              case LoadFailed failed -> {
                context.getLog().error("{} cannot be loaded", key, failed.failure());
                yield Behaviors.stopped();
              }
              case Stop stop -> Behaviors.stopped();
              case Tick tick -> Behaviors.same();
              case Kv kv -> {
                // Nobody waits for a disk that may be slow: another replica may be there.
                kv.replyTo().accept(new RangeReply.NotLeader(null));
                yield Behaviors.same();
              }
              case Close close -> {
                close.replyTo().accept(null);
                yield Behaviors.same();
              }
              default -> {
                if (!stash.isFull()) {
                  stash.stash(message);
                }
                yield Behaviors.same();
              }
            });
  }
}
