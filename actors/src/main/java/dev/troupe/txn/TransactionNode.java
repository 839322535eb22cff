package dev.troupe.txn;

import dev.troupe.gateway.KvGateway;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.OpenTransactions;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import dev.troupe.protocol.trace.Span;
import dev.troupe.range.Lock;
import dev.troupe.range.LockTable;
import dev.troupe.range.TxnWatch;
import dev.troupe.store.PeerDispatch;
import dev.troupe.store.PeerMessage;
import dev.troupe.store.PendingCalls;
import dev.troupe.transport.PeerNetwork;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of one node: begins them, each with an actor of its own unless it is a {@link
 * BlindCommit}, and speaks for them with other nodes and with the leaders of ranges. Any thread;
 * never blocks.
 */
public final class TransactionNode
    implements Transactions, OpenTransactions, TxnWatch, PeerDispatch.TransactionVoice {
  /** So many transactions may be open at a node. */
  static final int OPEN_MAX = 50_000;

  /** All open transactions together may have written so much that is not committed. */
  private static final long WRITTEN_BYTES_MAX = 512L << 20;

  /** After so long, others may help to clean up what has been answered. */
  private static final long CLEANS_ALONE_NANOS = 500_000_000L;

  private static final long EXPIRY_LOOK_NANOS = 500_000_000L;

  /** Starts an actor. */
  @FunctionalInterface
  public interface Spawner {
    <T> ActorRef<T> spawn(Behavior<T> behavior, String name);

    /** Wraps the behaviour of what that actor spawns itself. */
    default <T> Behavior<T> asChild(Behavior<T> behavior) {
      return behavior;
    }
  }

  private final TransactionParts parts;
  private final PeerNetwork peers;
  private final NodeQuestions questions;
  private final ActorRef<Coordinators.Command> coordinators;
  private final NodeShare share;
  private final Map<TxnId, CoordinatorRef> open = new ConcurrentHashMap<>();
  private final AbandonedLocks abandoned;
  private final WaitBoard waits = new WaitBoard();
  private final AtomicBoolean looking = new AtomicBoolean();
  private final AtomicInteger blind = new AtomicInteger();

  public TransactionNode(
      TransactionParts parts,
      PeerNetwork peers,
      KvGateway.PeerNodes nodes,
      PendingCalls calls,
      Spawner spawner) {
    this.parts = parts;
    this.peers = peers;
    this.questions = new NodeQuestions(peers, nodes, calls, parts.clock());
    this.share =
        new NodeShare(
            new RecentTimestamp(parts.clock()),
            new MemoryBudget(WRITTEN_BYTES_MAX),
            new HeldKeys(parts.self()),
            new TxnMetrics());
    this.abandoned = new AbandonedLocks(parts);
    this.coordinators = spawner.spawn(Coordinators.create(spawner::asChild), "troupe-transactions");
  }

  /** Transactions that have not ended. */
  public int openTransactions() {
    return open.size() + blind.get();
  }

  /** What has become of transactions. */
  public TxnMetrics metrics() {
    return share.metrics();
  }

  /** Bytes that open transactions have written and not committed. */
  public long uncommittedBytes() {
    return share.budget().used();
  }

  @Override
  public List<Seen> seen() {
    long now = parts.clock().nanos();
    return open.entrySet().stream()
        .sorted((a, b) -> Long.compare(age(b.getValue(), now), age(a.getValue(), now)))
        .limit(SEEN_MAX)
        .map(
            each ->
                new Seen(
                    each.getKey(),
                    age(each.getValue(), now) / 1_000_000L,
                    share.held().count(each.getKey()),
                    share.held().some(each.getKey(), KEYS_MAX),
                    waits.of(each.getKey(), now)))
        .toList();
  }

  private static long age(CoordinatorRef coordinator, long now) {
    return now - coordinator.begunNanos();
  }

  // --- for clients -----------------------------------------------------------------------------

  @Override
  public Session begin(TxnId id, Timestamp named, long deadlineNanos, int losses) {
    Requests requests = new Requests();
    TxnResponse.Failed refusal = refusal(deadlineNanos);
    if (refusal != null) {
      requests.end(refusal);
      return new Conversation(id, requests, null);
    }
    CoordinatorRef coordinator = start(id, named, deadlineNanos, losses, requests, null);
    if (coordinator == null) {
      requests.end(
          ActiveTransaction.failed(
              ErrorCode.INVALID_ARGUMENT, "a transaction with the id " + id + " is open already"));
    }
    return new Conversation(id, requests, coordinator);
  }

  @Override
  public Transactions tracedUnder(Span span) {
    return new Traced(span);
  }

  /** This door for what is recorded under a span. */
  private final class Traced implements Transactions {
    private final Span span;

    Traced(Span span) {
      this.span = span;
    }

    @Override
    public Session begin(TxnId id, Timestamp named, long deadlineNanos, int losses) {
      Session session = TransactionNode.this.begin(id, named, deadlineNanos, losses);
      session.trace(span);
      return session;
    }

    @Override
    public void execute(
        TxnRequest.OneShot request, long deadlineNanos, Consumer<TxnResponse> reply) {
      TransactionNode.this.execute(request, deadlineNanos, span, reply);
    }

    @Override
    public void outcome(TxnId id, Key anchor, long deadlineNanos, OutcomeReply reply) {
      TransactionNode.this.outcome(id, anchor, deadlineNanos, reply);
    }
  }

  @Override
  public void execute(TxnRequest.OneShot request, long deadlineNanos, Consumer<TxnResponse> reply) {
    execute(request, deadlineNanos, null, reply);
  }

  private void execute(
      TxnRequest.OneShot request,
      long deadlineNanos,
      @Nullable Span span,
      Consumer<TxnResponse> reply) {
    TxnResponse.Failed refusal = refusal(deadlineNanos);
    if (refusal == null) {
      refusal = RequestChecks.problem(request);
    }
    if (refusal != null) {
      reply.accept(refusal);
      return;
    }
    Timestamp begun = share.recent().get();
    KvRequest.CommitOnePhase commit =
        begun == null ? null : BlindCommit.of(request, newId(), begun, parts);
    if (commit == null) {
      coordinate(newId(), request, null, deadlineNanos, span, reply);
    } else {
      commit(commit, request, deadlineNanos, span, reply);
    }
  }

  /** Without a coordinator as long as none is needed. */
  private void commit(
      KvRequest.CommitOnePhase commit,
      TxnRequest.OneShot request,
      long deadlineNanos,
      @Nullable Span span,
      Consumer<TxnResponse> reply) {
    KvClient kv = span == null ? parts.kv() : parts.kv().under(span);
    blind.incrementAndGet();
    share.metrics().onBegin();
    kv.send(
        commit,
        Sender.patience(parts.clock().nanos(), deadlineNanos),
        answer -> {
          var tried = new BlindCommit(commit, answer);
          TxnResponse.OneShotDone done = tried.done();
          if (done == null) {
            coordinate(commit.txn(), request, tried, deadlineNanos, span, reply);
          }
          blind.decrementAndGet();
          if (done != null) {
            share.recent().drawn(done.at());
            share.metrics().onOneRound();
            reply.accept(done);
          }
        });
  }

  /** Another attempt of the same request may be under way here: each has a name of its own. */
  private void coordinate(
      TxnId attempt,
      TxnRequest.OneShot request,
      @Nullable BlindCommit tried,
      long deadlineNanos,
      @Nullable Span span,
      Consumer<TxnResponse> reply) {
    var execute = new TransactionCoordinator.Execute(request, tried, reply, span);
    if (start(attempt, request.named(), deadlineNanos, 0, new Requests(), execute) == null) {
      throw new IllegalStateException("a random id was drawn twice");
    }
  }

  @Override
  public void outcome(TxnId id, Key anchor, long deadlineNanos, OutcomeReply reply) {
    parts
        .kv()
        .send(
            new KvRequest.AskOutcome(id, UNKNOWN_AGE, anchor),
            deadlineNanos,
            response -> {
              switch (response) {
                case KvResponse.Status status -> reply.known(known(status));
                default -> reply.failed(ActiveTransaction.unexpected(response));
              }
            });
  }

  private static Known known(KvResponse.Status status) {
    return switch (status.state()) {
      case UNKNOWN -> new Known(Outcome.UNKNOWN, null);
      case PENDING -> new Known(Outcome.PENDING, null);
      case ABORTED -> new Known(Outcome.ABORTED, null);
      case COMMITTED -> new Known(Outcome.COMMITTED, status.at());
    };
  }

  private TxnResponse.@Nullable Failed refusal(long deadlineNanos) {
    if (parts.clock().nanos() - deadlineNanos >= 0) {
      return ActiveTransaction.failed(
          ErrorCode.DEADLINE_EXCEEDED, "the transaction's deadline lies in the past");
    }
    if (open.size() >= OPEN_MAX) {
      return ActiveTransaction.failed(
          ErrorCode.OVERLOADED, OPEN_MAX + " transactions are open at this node");
    }
    return null;
  }

  /** Null when there is one of that name. */
  private @Nullable CoordinatorRef start(
      TxnId id,
      Timestamp named,
      long deadlineNanos,
      int losses,
      Requests requests,
      TransactionCoordinator.@Nullable Command first) {
    var ref = new CoordinatorRef(coordinators, parts.clock().nanos(), deadlineNanos);
    if (open.putIfAbsent(id, ref) != null) {
      return null;
    }
    if (!(first instanceof TransactionCoordinator.Execute execute) || execute.tried() == null) {
      share.metrics().onBegin();
    }
    coordinators.tell(
        new Coordinators.Start(
            ref,
            TransactionCoordinator.create(parts, this, id, named, ref, losses, requests),
            first));
    look();
    return ref;
  }

  /** Deadlines are looked at now and then, while there are transactions. */
  private void look() {
    if (looking.compareAndSet(false, true)) {
      parts.later().run(EXPIRY_LOOK_NANOS, this::expire);
    }
  }

  private void expire() {
    long now = parts.clock().nanos();
    open.values()
        .forEach(
            one -> {
              if (now - one.deadline() >= 0) {
                one.tell(TransactionCoordinator.Expire.INSTANCE);
              }
            });
    looking.set(false);
    if (!open.isEmpty()) {
      look();
    }
  }

  // --- for coordinators ------------------------------------------------------------------------

  TxnId newId() {
    return new TxnId(
        parts.random().nextLong(Long.MAX_VALUE), parts.random().nextLong(Long.MAX_VALUE));
  }

  ActiveTransaction attempt(TxnId id, Timestamp named, Turns turns, long deadline, int losses) {
    return new ActiveTransaction(parts, turns, id, named, deadline, losses, share);
  }

  /** A coordinator goes on with another attempt. */
  void renamed(TxnId from, TxnId to) {
    CoordinatorRef coordinator = open.remove(from);
    waits.forget(from);
    if (coordinator != null) {
      open.put(to, coordinator);
    }
  }

  void forget(TxnId id, CoordinatorRef coordinator) {
    open.remove(id, coordinator);
    waits.forget(id);
  }

  void probe(TxnId target, NodeId at, List<PeerMessage.TxnProbe.Waiter> path) {
    tell(at, new PeerMessage.TxnProbe(target, path));
  }

  void giveWay(PeerMessage.TxnProbe.Waiter victim) {
    tell(victim.at(), new PeerMessage.TxnVictim(victim.txn()));
  }

  private void tell(NodeId node, PeerMessage message) {
    if (node.equals(parts.self())) {
      onTransaction(node, message);
    } else {
      peers.send(node, message);
    }
  }

  // --- from other nodes ------------------------------------------------------------------------

  @Override
  public void onTransaction(NodeId from, PeerMessage message) {
    switch (message) {
      case PeerMessage.TxnQuery m ->
          peers.send(from, new PeerMessage.TxnAnswer(m.call(), seesTo(m.txn())));
      case PeerMessage.TxnHolders m ->
          peers.send(from, new PeerMessage.TxnHeld(m.call(), share.held().within(m.span())));
      case PeerMessage.TxnWaits m -> {
        waits.heard(m.waiter(), m.holder(), m.holderAt(), parts.clock().nanos());
        if (!open.containsKey(m.waiter())) {
          // Looked at afterwards: one that ends meanwhile has been forgotten already.
          waits.forget(m.waiter());
        }
        pass(m.waiter(), new TransactionCoordinator.WaitsFor(m.holder(), m.holderAt()));
      }
      case PeerMessage.TxnProbe m -> pass(m.target(), new TransactionCoordinator.Probed(m.path()));
      case PeerMessage.TxnVictim m -> pass(m.txn(), TransactionCoordinator.Victim.INSTANCE);
      default ->
          throw new IllegalArgumentException(
              "not about transactions: " + message.getClass().getSimpleName());
    }
  }

  private void pass(TxnId txn, TransactionCoordinator.Command command) {
    CoordinatorRef one = open.get(txn);
    if (one != null) {
      one.tell(command);
    }
  }

  // --- for leaders of ranges -------------------------------------------------------------------

  @Override
  public void waits(Waits edge) {
    tell(edge.waiterAt(), new PeerMessage.TxnWaits(edge.waiter(), edge.holder(), edge.holderAt()));
  }

  @Override
  public void ifGone(TxnId txn, NodeId coordinator, Runnable action) {
    isAlive(
        txn,
        coordinator,
        alive -> {
          if (!alive) {
            action.run();
          }
        });
  }

  /**
   * Whether others should leave the locks of a transaction to its coordinator here. Not when that
   * has long been turning them into versions or taking them away: the leader it has asked may be
   * silent while another one leads, and whoever waits there can do it at once.
   */
  private boolean seesTo(TxnId txn) {
    CoordinatorRef coordinator = open.get(txn);
    return coordinator != null
        && !coordinator.cleansLongerThan(CLEANS_ALONE_NANOS, parts.clock().nanos());
  }

  private void isAlive(TxnId txn, NodeId coordinator, Consumer<Boolean> reply) {
    if (coordinator.equals(parts.self())) {
      reply.accept(seesTo(txn));
      return;
    }
    questions.isAlive(txn, coordinator, reply);
  }

  @Override
  public void findHolders(KeySpan span, long deadlineNanos, Consumer<List<Holder>> reply) {
    questions.findHolders(span, parts.self(), share.held().within(span), deadlineNanos, reply);
  }

  @Override
  public void settle(Lock met, LockTable range) {
    if (!abandoned.begin(met, range)) {
      return;
    }
    isAlive(
        met.txn(),
        met.coordinator(),
        alive -> {
          if (alive) {
            abandoned.end(met, range);
          } else {
            abandoned.settle(met, range);
          }
        });
  }
}
