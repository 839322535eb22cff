package dev.troupe.store;

import dev.troupe.load.RangeLoad;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.SessionSignals;
import dev.troupe.protocol.spi.SnapshotStore;
import dev.troupe.protocol.trace.TraceContext;
import dev.troupe.raft.RaftMessage;
import dev.troupe.range.AdminRequest;
import dev.troupe.range.CarriedTrace;
import dev.troupe.range.KvCodec;
import dev.troupe.range.RangeReply;
import dev.troupe.range.ReplicaDescription;
import dev.troupe.range.TxnWatch;
import dev.troupe.transport.OutboundMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything that nodes say to each other below SQL. Bytes: {@link PeerCodec}. */
public sealed interface PeerMessage extends OutboundMessage {
  @Override
  default int sizeHint() {
    return 64;
  }

  @Override
  default void encode(ByteWriter out) {
    PeerCodec.write(out, this);
  }

  /**
   * A Raft message between two replicas of a range.
   *
   * @param traces to which of its entries belong; empty for almost all
   */
  record Raft(RangeId range, RaftMessage message, List<CarriedTrace> traces)
      implements PeerMessage {
    public Raft(RangeId range, RaftMessage message) {
      this(range, message, List.of());
    }

    @Override
    public int sizeHint() {
      if (message instanceof RaftMessage.Append append) {
        int size = 64 + CarriedTrace.SIZE_HINT * traces.size();
        for (var entry : append.entries()) {
          size += entry.sizeBytes();
        }
        return size;
      }
      return 64;
    }
  }

  /** Told to a replica that is no member any more: no replica below {@code next} may exist. */
  record ReplicaTooOld(RangeId range, ReplicaId replica, long nextReplicaId)
      implements PeerMessage {}

  /**
   * A request for a replica of the receiving node.
   *
   * @param trace what the receiver records it under; null for almost all
   */
  record KvCall(
      long call, RangeId range, long timeoutMillis, KvRequest request, @Nullable TraceContext trace)
      implements PeerMessage {
    public KvCall(long call, RangeId range, long timeoutMillis, KvRequest request) {
      this(call, range, timeoutMillis, request, null);
    }

    @Override
    public int sizeHint() {
      return 32 + KvCodec.sizeHint(request);
    }
  }

  record KvAnswer(long call, RangeReply reply) implements PeerMessage {
    @Override
    public int sizeHint() {
      return 32 + (reply instanceof RangeReply.Done done ? KvCodec.sizeHint(done.response()) : 128);
    }
  }

  /** Where is the system range? */
  record FindSystemRange() implements PeerMessage {}

  record SystemRangeFound(RangeDescriptor descriptor) implements PeerMessage {}

  /** Asks a leader that speaks to a replica which the sender does not have: what is the range? */
  record FindRange(RangeId range, ReplicaId wanted) implements PeerMessage {}

  record RangeFound(ReplicaId wanted, RangeDescriptor descriptor) implements PeerMessage {}

  /** Begins a snapshot of a range for one of its replicas. */
  record SnapshotBegin(
      long transfer,
      RangeId range,
      ReplicaId from,
      ReplicaId to,
      long term,
      SnapshotStore.Manifest manifest)
      implements PeerMessage {
    @Override
    public int sizeHint() {
      return 512 + 64 * manifest.files().size();
    }
  }

  record SnapshotChunk(long transfer, int file, long offset, byte[] bytes) implements PeerMessage {
    @Override
    public int sizeHint() {
      return 32 + bytes.length;
    }
  }

  /**
   * What the receiver has of a snapshot.
   *
   * @param received bytes so far
   */
  record SnapshotProgress(long transfer, long received, Phase phase) implements PeerMessage {
    /** How far the receiver is. The ordinal is sent. */
    public enum Phase {
      RECEIVING,
      INSTALLED,
      REFUSED
    }
  }

  /** Asks for a change of members or leader; answered by the range's leader. */
  record AdminCall(long call, AdminRequest request, long timeoutMillis) implements PeerMessage {}

  /** {@code error} is empty when it was done; {@code leader} is where to ask instead, or 0. */
  record AdminAnswer(long call, String errorCode, String error, int leader)
      implements PeerMessage {}

  /** Told to all nodes now and then: what placement should know of the sender. */
  record StoreSummary(boolean draining, int replicas, long wallMillis) implements PeerMessage {}

  /** A hint: what operators want of a node, which is to be looked up by it. */
  record StandingKnown(NodeId node, int standing) implements PeerMessage {}

  /** What coordinators and leaders of ranges say to each other. */
  sealed interface OfTransaction extends PeerMessage {}

  /** Does anybody on the receiving node still work on this transaction? */
  record TxnQuery(long call, TxnId txn) implements OfTransaction {}

  record TxnAnswer(long call, boolean alive) implements OfTransaction {}

  /** Told to the waiter's coordinator: it waits for another transaction. */
  record TxnWaits(TxnId waiter, TxnId holder, NodeId holderAt) implements OfTransaction {}

  /**
   * Follows who waits for whom, from coordinator to coordinator (edge chasing: Chandy, Misra, Haas,
   * "Distributed Deadlock Detection", section 4).
   *
   * @param target whose coordinator is asked
   * @param path who waits for the target, from the one that began
   */
  record TxnProbe(TxnId target, List<Waiter> path) implements OfTransaction {
    /**
     * A transaction that waits.
     *
     * @param losses how often it was run before and lost
     * @param begun tells the younger from the older
     */
    public record Waiter(TxnId txn, NodeId at, int losses, Timestamp begun) {}

    @Override
    public int sizeHint() {
      return 32 + 32 * path.size();
    }
  }

  /** Asks for the keys of a span that transactions of the receiving node hold: the sender leads. */
  record TxnHolders(long call, KeySpan span) implements OfTransaction {}

  record TxnHeld(long call, List<TxnWatch.Holder> holders) implements OfTransaction {
    @Override
    public int sizeHint() {
      int size = 32;
      for (TxnWatch.Holder holder : holders) {
        size += 32;
        for (Key key : holder.keys()) {
          size += 4 + key.length();
        }
      }
      return size;
    }
  }

  /** Told to a coordinator: its transaction has to give way in a deadlock. */
  record TxnVictim(TxnId txn) implements OfTransaction {}

  /** Asks a node to describe itself and its replicas. */
  record DescribeStore(long call) implements PeerMessage {}

  record StoreDescribed(long call, StoreDescription description) implements PeerMessage {
    @Override
    public int sizeHint() {
      return 64 + 160 * description.replicas().size();
    }
  }

  /** Asks a node for timestamps that nobody else gets, if it holds the oracle's office. */
  record DrawTimestamps(long call, int count, long timeoutMillis) implements PeerMessage {}

  /**
   * {@code first} is the first of the timestamps, or 0 when none were given out; {@code holder} is
   * then where to ask instead, or 0.
   */
  record TimestampsDrawn(long call, long first, int holder) implements PeerMessage {}

  /** About reads from replicas that need not lead. */
  sealed interface OfFollowers extends PeerMessage {}

  /** The sender reads from its replicas of these ranges: it wants to hear of closed timestamps. */
  record FollowRanges(List<RangeId> ranges) implements OfFollowers {
    @Override
    public int sizeHint() {
      return 16 + 8 * ranges.size();
    }
  }

  /** Told to who follows ranges that the sender leads. */
  record ClosedUpTo(Timestamp at, List<Closed> ranges) implements OfFollowers {
    /** Entries of a range above the index, in the term or later, have timestamps above. */
    public record Closed(RangeId range, long term, long index) {}

    @Override
    public int sizeHint() {
      return 32 + 24 * ranges.size();
    }
  }

  /** Asks a leader to close a timestamp that was given out; the sender follows the range. */
  record CloseCall(long call, RangeId range, Timestamp at) implements OfFollowers {}

  /** As {@link ClosedUpTo.Closed}; the term is 0 when the replica asked does not lead. */
  record CloseAnswer(long call, long term, long index) implements OfFollowers {}

  /**
   * A read at any replica of the receiving node.
   *
   * @param at when to read; or, for the newest state that can be read at once, the oldest timestamp
   *     that is of use
   * @param mayWait whether {@code at} is known to have been given out, so that it may be waited for
   */
  record TimedCall(
      long call,
      RangeId range,
      Timestamp at,
      boolean newest,
      boolean mayWait,
      long timeoutMillis,
      KvRequest request)
      implements OfFollowers {
    @Override
    public int sizeHint() {
      return 48 + KvCodec.sizeHint(request);
    }
  }

  /** {@code at} is when it was read; when it was not, what is closed there. */
  record TimedAnswer(long call, Timestamp at, RangeReply reply) implements OfFollowers {
    @Override
    public int sizeHint() {
      return 48 + (reply instanceof RangeReply.Done done ? KvCodec.sizeHint(done.response()) : 128);
    }
  }

  /** What the sessions of one node want of those of another. */
  record OfSessions(SessionSignals.Signal signal) implements PeerMessage {}

  /** About the load of ranges: see {@link dev.troupe.load.LoadReporter}. */
  sealed interface OfLoad extends PeerMessage {}

  /**
   * Asks for the loads of the ranges that the receiver leads.
   *
   * @param watches whether the sender asks every few seconds
   */
  record AskLoads(long call, boolean watches) implements OfLoad {}

  /**
   * What the receiver of {@link AskLoads} knows.
   *
   * @param busy part of its processors that is in use, 0 to 1; null when it does not know
   */
  record LoadsTold(long call, List<RangeLoad> loads, @Nullable Double busy) implements OfLoad {
    @Override
    public int sizeHint() {
      return 32 + 128 * loads.size();
    }
  }

  /** Asks a node about itself; what, is between the doors of both. */
  record AskNode(long call, String question) implements PeerMessage {}

  /** The answer; not {@code known} when the node has none. */
  record NodeSaid(long call, boolean known, byte[] answer) implements PeerMessage {
    @Override
    public int sizeHint() {
      return 32 + answer.length;
    }
  }

  /** What a node says of itself. */
  record StoreDescription(boolean draining, List<ReplicaDescription> replicas) {}
}
