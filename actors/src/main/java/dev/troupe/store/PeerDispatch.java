package dev.troupe.store;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.SessionSignals;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.protocol.trace.Span;
import dev.troupe.protocol.trace.TraceContext;
import dev.troupe.protocol.trace.Tracer;
import dev.troupe.range.LeasedReads;
import dev.troupe.range.LocalReplica;
import dev.troupe.range.RangeReplica;
import dev.troupe.range.RangeReply;
import dev.troupe.range.ReplicaDirectory;
import dev.troupe.range.RequestSpans;
import dev.troupe.transport.PeerHandler;
import dev.troupe.transport.PeerNetwork;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** Hands what other nodes sent to the part that it concerns. Called on the inbox's thread. */
public final class PeerDispatch implements PeerHandler {
  /**
   * Where messages go.
   *
   * @param disk for reads that have to wait for the disk
   * @param local what this node itself has to say and hear
   */
  public record Parts(
      ReplicaDirectory directory,
      LeasedReads leased,
      PeerNetwork peers,
      PendingCalls calls,
      ActorRef<StoreActor.Command> store,
      MonotonicClock clock,
      Executor disk,
      NodeVoice local,
      TransactionVoice transactions,
      FollowerVoice followers) {}

  /** What other nodes say about transactions. Must not block. */
  @FunctionalInterface
  public interface TransactionVoice {
    /** Gets TxnQuery, TxnWaits, TxnProbe, TxnVictim and TxnHolders. */
    void onTransaction(NodeId from, PeerMessage message);
  }

  /** What other nodes say about reads from replicas that need not lead. Must not block. */
  @FunctionalInterface
  public interface FollowerVoice {
    /** Gets FollowRanges, ClosedUpTo, CloseCall and TimedCall. */
    void onFollower(NodeId from, PeerMessage.OfFollowers message);
  }

  /** What a node says of itself, and hears of others. Must not block. */
  public interface NodeVoice {
    void describe(Consumer<PeerMessage.StoreDescription> described);

    void summaryOf(NodeId node, PeerMessage.StoreSummary summary);

    /** What operators want of a node, maybe of this one. */
    void standingKnown(PeerMessage.StandingKnown message);

    void systemRangeFound(RangeDescriptor descriptor);

    /** Another node wants to know the loads of the ranges that this one leads. */
    void askLoads(NodeId from, PeerMessage.AskLoads question);

    /** Sessions of another node want something of those here. */
    void signal(SessionSignals.Signal signal);

    /** Another node asks about this one; the answer is given once, on any thread. */
    void askNode(PeerMessage.AskNode question, Consumer<PeerMessage.NodeSaid> answer);

    /** Somebody wants timestamps; the answer is given once, on any thread. */
    void drawTimestamps(
        PeerMessage.DrawTimestamps wish, Consumer<PeerMessage.TimestampsDrawn> answer);
  }

  private final Parts parts;

  public PeerDispatch(Parts parts) {
    this.parts = parts;
  }

  @Override
  public void onMessage(NodeId from, ByteReader in) {
    PeerMessage message = PeerCodec.read(in);
    switch (message) {
      case PeerMessage.Raft m -> onRaft(from, m);
      case PeerMessage.KvCall m -> onKvCall(from, m);
      case PeerMessage.KvAnswer m -> parts.calls().answered(m.call(), m);
      case PeerMessage.AdminAnswer m -> parts.calls().answered(m.call(), m);
      case PeerMessage.TimestampsDrawn m -> parts.calls().answered(m.call(), m);
      case PeerMessage.DrawTimestamps m -> onDrawTimestamps(from, m);
      case PeerMessage.StoreDescribed m -> parts.calls().answered(m.call(), m);
      case PeerMessage.LoadsTold m -> parts.calls().answered(m.call(), m);
      case PeerMessage.AskLoads m -> parts.local().askLoads(from, m);
      case PeerMessage.ReplicaTooOld m ->
          parts.store().tell(new StoreActor.TooOld(m.range(), m.replica(), m.nextReplicaId()));
      case PeerMessage.SnapshotBegin m -> snapshot(from, m);
      case PeerMessage.SnapshotChunk m -> snapshot(from, m);
      case PeerMessage.SnapshotProgress m -> snapshot(from, m);
      case PeerMessage.FindSystemRange m -> onFindSystemRange(from);
      case PeerMessage.FindRange m -> onFindRange(from, m);
      case PeerMessage.RangeFound m ->
          parts.store().tell(new StoreActor.Found(m.wanted(), m.descriptor()));
      case PeerMessage.SystemRangeFound m -> parts.local().systemRangeFound(m.descriptor());
      case PeerMessage.AdminCall m -> onAdminCall(from, m);
      case PeerMessage.OfSessions m -> parts.local().signal(m.signal());
      case PeerMessage.AskNode m ->
          parts.local().askNode(m, answer -> parts.peers().send(from, answer));
      case PeerMessage.NodeSaid m -> parts.calls().answered(m.call(), m);
      case PeerMessage.StoreSummary m -> parts.local().summaryOf(from, m);
      case PeerMessage.StandingKnown m -> parts.local().standingKnown(m);
      case PeerMessage.TxnAnswer m -> parts.calls().answered(m.call(), m);
      case PeerMessage.TxnQuery m -> parts.transactions().onTransaction(from, m);
      case PeerMessage.TxnWaits m -> parts.transactions().onTransaction(from, m);
      case PeerMessage.TxnProbe m -> parts.transactions().onTransaction(from, m);
      case PeerMessage.TxnVictim m -> parts.transactions().onTransaction(from, m);
      case PeerMessage.TxnHolders m -> parts.transactions().onTransaction(from, m);
      case PeerMessage.TxnHeld m -> parts.calls().answered(m.call(), m);
      case PeerMessage.CloseAnswer m -> parts.calls().answered(m.call(), m);
      case PeerMessage.TimedAnswer m -> parts.calls().answered(m.call(), m);
      case PeerMessage.OfFollowers m -> parts.followers().onFollower(from, m);
      case PeerMessage.DescribeStore m ->
          parts
              .local()
              .describe(
                  description ->
                      parts
                          .peers()
                          .send(from, new PeerMessage.StoreDescribed(m.call(), description)));
    }
  }

  private void onRaft(NodeId from, PeerMessage.Raft m) {
    LocalReplica replica = parts.directory().find(m.range());
    if (replica != null && replica.key().replica().equals(m.message().to())) {
      replica.actor().tell(new RangeReplica.FromPeer(from, m.message(), m.traces()));
    } else {
      parts.store().tell(new StoreActor.Unknown(from, m.range(), m.message()));
    }
  }

  private void onDrawTimestamps(NodeId from, PeerMessage.DrawTimestamps m) {
    LocalReplica replica = parts.directory().find(RangeId.SYSTEM);
    if (replica != null) {
      replica.reads().increment();
      replica.origins().asked(from);
    }
    parts.local().drawTimestamps(m, answer -> parts.peers().send(from, answer));
  }

  private void onKvCall(NodeId from, PeerMessage.KvCall m) {
    Consumer<RangeReply> answer =
        reply -> parts.peers().send(from, new PeerMessage.KvAnswer(m.call(), reply));
    Span span = m.trace() == null ? null : serving(m, m.trace());
    if (span != null) {
      answer = RequestSpans.ending(span, m.range(), answer);
    }
    LocalReplica replica = parts.directory().find(m.range());
    if (replica == null) {
      answer.accept(RangeReply.noReplica(parts.directory(), m.request()));
      return;
    }
    replica.origins().asked(from);
    long deadline = parts.clock().nanos() + m.timeoutMillis() * 1_000_000L;
    var command = new RangeReplica.Kv(m.request(), deadline, answer, span);
    if (m.request() instanceof KvRequest.Read read && parts.leased().granted(replica)) {
      readUnderLease(replica, read, command);
    } else {
      replica.actor().tell(command);
    }
  }

  /** Null when nothing is recorded here. */
  private @Nullable Span serving(PeerMessage.KvCall m, TraceContext trace) {
    Tracer tracer = parts.directory().tracer();
    return tracer == null ? null : tracer.under(trace, RequestSpans.served(m.request()));
  }

  private void readUnderLease(LocalReplica replica, KvRequest.Read read, RangeReplica.Kv command) {
    if (LeasedReads.isShort(read)) {
      try {
        answerOrPass(
            replica, parts.leased().read(replica, read, StateStore.ReadMode.CACHE_ONLY), command);
        return;
      } catch (StateStore.WouldBlock onDisk) {
        // Falls through to a thread that may wait.
      }
    }
    parts
        .disk()
        .execute(
            () ->
                answerOrPass(
                    replica,
                    parts.leased().read(replica, read, StateStore.ReadMode.MAY_BLOCK),
                    command));
  }

  private static void answerOrPass(
      LocalReplica replica, @Nullable RangeReply reply, RangeReplica.Kv command) {
    if (reply != null) {
      command.replyTo().accept(reply);
    } else {
      replica.actor().tell(command);
    }
  }

  private void snapshot(NodeId from, PeerMessage message) {
    parts.store().tell(new StoreActor.FromSnapshotPeer(from, message));
  }

  private void onFindSystemRange(NodeId from) {
    LocalReplica replica = parts.directory().find(RangeId.SYSTEM);
    RangeDescriptor descriptor = replica == null ? null : replica.view().descriptor();
    if (descriptor != null) {
      parts.peers().send(from, new PeerMessage.SystemRangeFound(descriptor));
    }
  }

  private void onFindRange(NodeId from, PeerMessage.FindRange m) {
    LocalReplica replica = parts.directory().find(m.range());
    RangeDescriptor descriptor = replica == null ? null : replica.view().descriptor();
    if (descriptor != null) {
      parts.peers().send(from, new PeerMessage.RangeFound(m.wanted(), descriptor));
    }
  }

  private void onAdminCall(NodeId from, PeerMessage.AdminCall m) {
    LocalReplica replica = parts.directory().find(m.request().range());
    if (replica == null) {
      parts
          .peers()
          .send(
              from,
              new PeerMessage.AdminAnswer(
                  m.call(),
                  ErrorCode.UNKNOWN_RANGE.name(),
                  "there is no replica of " + m.request().range() + " here",
                  0));
      return;
    }
    long deadline = parts.clock().nanos() + m.timeoutMillis() * 1_000_000L;
    replica
        .actor()
        .tell(
            new RangeReplica.Administer(
                m.request(),
                deadline,
                outcome -> parts.peers().send(from, adminAnswer(m.call(), outcome))));
  }

  private static PeerMessage.AdminAnswer adminAnswer(long call, RangeReplica.AdminOutcome outcome) {
    return switch (outcome) {
      case RangeReplica.AdminOutcome.Reached reached ->
          new PeerMessage.AdminAnswer(call, "", "", 0);
      case RangeReplica.AdminOutcome.Elsewhere other ->
          new PeerMessage.AdminAnswer(
              call,
              ErrorCode.NOT_LEADER.name(),
              "the replica asked does not lead",
              other.leader() == null ? 0 : other.leader().value());
      case RangeReplica.AdminOutcome.Failed failed ->
          new PeerMessage.AdminAnswer(call, failed.code().name(), failed.message(), 0);
    };
  }
}
