package dev.troupe.txn;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
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
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of one node: begins them, each with an actor of its own, and speaks for them
 * with other nodes and with the leaders of ranges. Any thread; never blocks.
 */
public final class TransactionNode
    implements Transactions, TxnWatch, PeerDispatch.TransactionVoice {
  /** So many transactions may be open at a node. */
  static final int OPEN_MAX = 50_000;

  /** All open transactions together may have written so much that is not committed. */
  private static final long WRITTEN_BYTES_MAX = 512L << 20;

  /** A coordinator that has not said for so long that it lives is taken for dead. */
  private static final long ALIVE_NANOS = 1_000_000_000L;

  private static final long EXPIRY_LOOK_NANOS = 500_000_000L;

  /** Starts an actor. */
  @FunctionalInterface
  public interface Spawner {
    <T> ActorRef<T> spawn(Behavior<T> behavior, String name);
  }

  private record Open(ActorRef<TransactionCoordinator.Command> coordinator, long deadline) {}

  private final TransactionParts parts;
  private final PeerNetwork peers;
  private final PendingCalls calls;
  private final Spawner spawner;
  private final RecentTimestamp recent;
  private final MemoryBudget budget = new MemoryBudget(WRITTEN_BYTES_MAX);
  private final Map<TxnId, Open> open = new ConcurrentHashMap<>();
  private final AbandonedLocks abandoned;
  private final AtomicBoolean looking = new AtomicBoolean();
  private final AtomicLong begun = new AtomicLong();

  public TransactionNode(
      TransactionParts parts, PeerNetwork peers, PendingCalls calls, Spawner spawner) {
    this.parts = parts;
    this.peers = peers;
    this.calls = calls;
    this.spawner = spawner;
    this.recent = new RecentTimestamp(parts.clock());
    this.abandoned = new AbandonedLocks(parts);
  }

  /** Transactions that have not ended. */
  public int openTransactions() {
    return open.size();
  }

  /** Bytes that open transactions have written and not committed. */
  public long uncommittedBytes() {
    return budget.used();
  }

  // --- for clients -----------------------------------------------------------------------------

  @Override
  public Session begin(TxnId id, long deadlineNanos) {
    Requests requests = new Requests();
    TxnResponse.Failed refusal = refusal(deadlineNanos);
    if (refusal != null) {
      requests.end(refusal);
      return new Conversation(id, requests, null);
    }
    ActorRef<TransactionCoordinator.Command> coordinator = start(id, deadlineNanos, requests);
    if (coordinator == null) {
      requests.end(
          ActiveTransaction.failed(
              ErrorCode.INVALID_ARGUMENT, "a transaction with the id " + id + " is open already"));
    }
    return new Conversation(id, requests, coordinator);
  }

  private record Conversation(
      TxnId id, Requests requests, @Nullable ActorRef<TransactionCoordinator.Command> coordinator)
      implements Session {
    @Override
    public void send(TxnRequest request, Consumer<TxnResponse> reply) {
      TxnResponse.Failed wrong = Checks.problem(request);
      if (wrong != null) {
        reply.accept(wrong);
      } else if (requests.add(new Requests.Ask(request, reply)) && coordinator != null) {
        coordinator.tell(TransactionCoordinator.Asked.INSTANCE);
      }
    }

    @Override
    public void close() {
      if (coordinator != null) {
        coordinator.tell(TransactionCoordinator.Close.INSTANCE);
      }
    }
  }

  @Override
  public void execute(TxnRequest.OneShot request, long deadlineNanos, Consumer<TxnResponse> reply) {
    TxnResponse.Failed refusal = refusal(deadlineNanos);
    if (refusal == null) {
      refusal = Checks.problem(request);
    }
    if (refusal != null) {
      reply.accept(refusal);
      return;
    }
    // Another attempt of the same request may be under way here: each has a name of its own.
    var coordinator = start(newId(), deadlineNanos, new Requests());
    if (coordinator == null) {
      throw new IllegalStateException("a random id was drawn twice");
    }
    coordinator.tell(new TransactionCoordinator.Execute(request, reply));
  }

  @Override
  public void outcome(TxnId id, Key anchor, long deadlineNanos, OutcomeReply reply) {
    parts
        .kv()
        .send(
            new KvRequest.AskOutcome(id, anchor),
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

  private @Nullable ActorRef<TransactionCoordinator.Command> start(
      TxnId id, long deadlineNanos, Requests requests) {
    if (open.containsKey(id)) {
      return null;
    }
    var coordinator =
        spawner.spawn(
            TransactionCoordinator.create(parts, this, id, deadlineNanos, requests),
            "txn-" + begun.incrementAndGet());
    if (open.putIfAbsent(id, new Open(coordinator, deadlineNanos)) != null) {
      coordinator.tell(TransactionCoordinator.Close.INSTANCE);
      return null;
    }
    look();
    return coordinator;
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
                one.coordinator().tell(TransactionCoordinator.Expire.INSTANCE);
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

  ActiveTransaction attempt(TxnId id, Turns turns, long deadline) {
    return new ActiveTransaction(parts, turns, id, deadline, recent, budget);
  }

  /** A coordinator goes on with another attempt. */
  void renamed(TxnId from, TxnId to, ActorRef<TransactionCoordinator.Command> coordinator) {
    Open before = open.remove(from);
    if (before != null) {
      open.put(to, new Open(coordinator, before.deadline()));
    }
  }

  void forget(TxnId id, ActorRef<TransactionCoordinator.Command> coordinator) {
    // Two that begin with the same id at the same time: only one of them is known.
    open.computeIfPresent(id, (known, one) -> one.coordinator().equals(coordinator) ? null : one);
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
          peers.send(from, new PeerMessage.TxnAnswer(m.call(), open.containsKey(m.txn())));
      case PeerMessage.TxnWaits m ->
          pass(m.waiter(), new TransactionCoordinator.WaitsFor(m.holder(), m.holderAt()));
      case PeerMessage.TxnProbe m -> pass(m.target(), new TransactionCoordinator.Probed(m.path()));
      case PeerMessage.TxnVictim m -> pass(m.txn(), TransactionCoordinator.Victim.INSTANCE);
      default ->
          throw new IllegalArgumentException(
              "not about transactions: " + message.getClass().getSimpleName());
    }
  }

  private void pass(TxnId txn, TransactionCoordinator.Command command) {
    Open one = open.get(txn);
    if (one != null) {
      one.coordinator().tell(command);
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

  private void isAlive(TxnId txn, NodeId coordinator, Consumer<Boolean> reply) {
    if (coordinator.equals(parts.self())) {
      reply.accept(open.containsKey(txn));
      return;
    }
    long call =
        calls.register(
            coordinator,
            null,
            parts.clock().nanos() + ALIVE_NANOS,
            end ->
                reply.accept(
                    end instanceof PendingCalls.End.Answered answered
                        && answered.answer() instanceof PeerMessage.TxnAnswer answer
                        && answer.alive()));
    if (!peers.send(coordinator, new PeerMessage.TxnQuery(call, txn)) && calls.withdraw(call)) {
      reply.accept(false);
    }
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

  /** What a request must not contain, whoever checked it before. */
  private static final class Checks {
    private static final int NAME_LENGTH_MAX = 255;

    static TxnResponse.@Nullable Failed problem(TxnRequest request) {
      return switch (request) {
        case TxnRequest.Get get -> system(get.key());
        case TxnRequest.Put put -> system(put.key());
        case TxnRequest.Delete delete -> system(delete.key());
        case TxnRequest.Scan scan ->
            scan.span().overlaps(Keyspace.SYSTEM)
                ? system(Keyspace.SYSTEM.start())
                : scan.maxRows() < 1 || scan.maxBytes() < 1
                    ? ActiveTransaction.failed(
                        ErrorCode.INVALID_ARGUMENT, "a page of a scan needs room for a row")
                    : null;
        case TxnRequest.Savepoint savepoint -> name(savepoint.name());
        case TxnRequest.RollbackTo rollback -> name(rollback.name());
        case TxnRequest.Release release -> name(release.name());
        case TxnRequest.Commit commit -> null;
        case TxnRequest.Rollback rollback -> null;
      };
    }

    static TxnResponse.@Nullable Failed problem(TxnRequest.OneShot request) {
      for (TxnRequest.Compare compare : request.compares()) {
        TxnResponse.Failed wrong = system(compare.key());
        if (wrong != null) {
          return wrong;
        }
      }
      for (List<TxnRequest.Operation> branch : List.of(request.then(), request.orElse())) {
        for (TxnRequest.Operation operation : branch) {
          TxnResponse.Failed wrong = problem(operation);
          if (wrong != null) {
            return wrong;
          }
        }
      }
      return null;
    }

    private static TxnResponse.@Nullable Failed system(Key key) {
      return Keyspace.SYSTEM.contains(key)
          ? ActiveTransaction.failed(
              ErrorCode.INVALID_ARGUMENT, "key " + key + " is the system's own")
          : null;
    }

    private static TxnResponse.@Nullable Failed name(String name) {
      return name.isEmpty() || name.length() > NAME_LENGTH_MAX
          ? ActiveTransaction.failed(
              ErrorCode.INVALID_ARGUMENT,
              "the name of a savepoint has 1 to " + NAME_LENGTH_MAX + " characters")
          : null;
    }
  }
}
