package dev.troupe.txn;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import dev.troupe.protocol.trace.Span;
import dev.troupe.store.PeerMessage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ExtensibleBehavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.TypedActorContext;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/**
 * Runs one transaction for a client: an actor of its own, disposable. Everything that must not be
 * lost is in the logs of ranges; when this actor or its node dies, whoever meets the transaction's
 * locks finds out what has become of it.
 */
final class TransactionCoordinator {
  /** What was heard of a wait is believed for so long. */
  private static final long WAIT_BELIEVED_NANOS = 400_000_000L;

  private static final int PROBE_LENGTH_MAX = 64;

  private static final Comparator<PeerMessage.TxnProbe.Waiter> FIRST_TO_GIVE_WAY =
      Comparator.comparingInt(PeerMessage.TxnProbe.Waiter::losses)
          .thenComparing(PeerMessage.TxnProbe.Waiter::begun, Comparator.reverseOrder())
          .thenComparing(PeerMessage.TxnProbe.Waiter::txn, Comparator.reverseOrder());

  /** Everything that a coordinator can be told. */
  sealed interface Command {}

  /** Something that this actor wanted to be done in its turn. */
  record Turn(Runnable action) implements Command {}

  /** There are requests of an interactive transaction. */
  enum Asked implements Command {
    INSTANCE
  }

  /**
   * The only request of a transaction that is not interactive.
   *
   * @param tried the first try under this transaction's name, if there was one
   * @param trace what it is recorded under; null for almost all
   */
  record Execute(
      TxnRequest.OneShot request,
      @Nullable BlindCommit tried,
      Consumer<TxnResponse> reply,
      @Nullable Span trace)
      implements Command {}

  /** The client is gone. */
  enum Close implements Command {
    INSTANCE
  }

  /** The deadline has passed. */
  enum Expire implements Command {
    INSTANCE
  }

  /** This transaction waits for another one. */
  record WaitsFor(TxnId holder, NodeId holderAt) implements Command {}

  /** Others wait for this transaction, one for the other. */
  record Probed(List<PeerMessage.TxnProbe.Waiter> path) implements Command {}

  /** This transaction has to give way. */
  enum Victim implements Command {
    INSTANCE
  }

  /** Something that this transaction was said to wait for. */
  private record Wait(NodeId holderAt, long since) {}

  private final TransactionParts parts;
  private final TransactionNode node;
  private final TxnId id;
  private final Timestamp named;
  private final CoordinatorRef ref;
  private final long deadline;
  private int losses;
  private final Turns turns;
  private final Requests pending;
  private ActiveTransaction transaction;
  private @Nullable Consumer<TxnResponse> answering;
  private @Nullable Span trace;
  private TxnResponse.@Nullable Failed ended;
  private boolean working;
  private boolean committing;
  private boolean done;
  private final Map<TxnId, Wait> waits = new LinkedHashMap<>();

  private TransactionCoordinator(
      ActorContext<Command> context,
      TransactionParts parts,
      TransactionNode node,
      TxnId id,
      Timestamp named,
      CoordinatorRef ref,
      int losses,
      Requests pending) {
    this.parts = parts;
    this.node = node;
    this.id = id;
    this.named = named;
    this.ref = ref;
    this.deadline = ref.deadline();
    this.losses = losses;
    this.pending = pending;
    var self = context.getSelf();
    this.turns = new Turns(action -> self.tell(new Turn(action)));
    this.transaction = attempt(id);
  }

  static Behavior<Command> create(
      TransactionParts parts,
      TransactionNode node,
      TxnId id,
      Timestamp named,
      CoordinatorRef ref,
      int losses,
      Requests pending) {
    return Behaviors.setup(
        context -> {
          var coordinator =
              new TransactionCoordinator(context, parts, node, id, named, ref, losses, pending);
          return coordinator.new Conversation();
        });
  }

  /** Each transaction makes one: a builder of behaviours would cost more than the transaction. */
  private final class Conversation extends ExtensibleBehavior<Command> {
    @Override
    public Behavior<Command> receive(TypedActorContext<Command> context, Command command) {
      turns.run(() -> carryOut(command));
      return done ? Behaviors.stopped() : Behaviors.same();
    }

    @Override
    public Behavior<Command> receiveSignal(TypedActorContext<Command> context, Signal signal) {
      if (signal instanceof PostStop) {
        stopped();
      }
      return Behaviors.same();
    }
  }

  private void carryOut(Command command) {
    switch (command) {
      case Turn turn -> turn.action().run();
      case Asked asked -> work();
      case Execute execute -> onExecute(execute);
      case Close close -> onClose();
      case Expire expire -> onExpire();
      case WaitsFor waits -> onWaits(waits);
      case Probed probed -> onProbed(probed.path());
      case Victim victim ->
          give(
              ErrorCode.DEADLOCK,
              "transactions waited for each other, and this one had to give way; run it again");
    }
  }

  // --- one request -----------------------------------------------------------------------------

  private void onExecute(Execute execute) {
    answering = execute.reply();
    committing = true;
    trace = execute.trace();
    transaction.trace(trace);
    OneShotRun run =
        new OneShotRun(
            parts,
            turns,
            execute.request(),
            deadline,
            this::nextAttempt,
            answer -> {
              answering = null;
              ref.answered(parts.clock().nanos());
              count(answer);
              execute.reply().accept(answer);
            },
            () -> done = true);
    if (execute.tried() == null) {
      run.start(transaction);
    } else {
      run.goOn(transaction, execute.tried());
    }
  }

  private void count(TxnResponse last) {
    if (last instanceof TxnResponse.Failed failure) {
      node.metrics().onFailure(failure);
    } else if (transaction.buffer().isEmpty()) {
      node.metrics().onReadOnly();
    }
  }

  /** Whoever has got a key is not to be taken for one that waits for those who had it before. */
  private ActiveTransaction attempt(TxnId name) {
    ActiveTransaction begun = node.attempt(name, named, turns, deadline, losses);
    begun.onGranted(waits::clear);
    return begun;
  }

  private ActiveTransaction nextAttempt() {
    node.metrics().onAttemptAgain();
    TxnId before = transaction.id();
    losses++;
    transaction = attempt(node.newId());
    transaction.trace(trace);
    node.renamed(before, transaction.id());
    return transaction;
  }

  // --- a conversation --------------------------------------------------------------------------

  private void work() {
    if (working) {
      return;
    }
    working = true;
    while (answering == null && ended == null) {
      Requests.Ask next = pending.poll();
      if (next == null) {
        break;
      }
      answering = next.reply();
      if (next.trace() != null || trace != null) {
        trace = TxnSpans.begin(next);
        transaction.trace(trace);
        answering = TxnSpans.ending(trace, next.reply());
      }
      carryOut(next.request());
    }
    working = false;
    if (ended != null) {
      pending.end(ended);
    }
  }

  private void carryOut(TxnRequest request) {
    switch (request) {
      case TxnRequest.Get get -> transaction.get(get, this::answer);
      case TxnRequest.GetAll all -> transaction.getAll(all, this::answer);
      case TxnRequest.Scan scan -> transaction.scan(scan, this::answer);
      case TxnRequest.Put put -> answer(transaction.write(put.key(), put.value()));
      case TxnRequest.Delete delete -> answer(transaction.write(delete.key(), null));
      case TxnRequest.Savepoint savepoint -> answer(transaction.savepoint(savepoint));
      case TxnRequest.RollbackTo rollback -> answer(transaction.rollbackTo(rollback));
      case TxnRequest.Release release -> answer(transaction.release(release));
      case TxnRequest.NotAfter bound -> transaction.notAfter(bound, this::answer);
      case TxnRequest.Commit commit -> commit();
      case TxnRequest.Rollback rollback -> {
        transaction.finish();
        node.metrics().onRollback();
        end(new TxnResponse.Done(), "rolled back");
        done = true;
      }
    }
  }

  private void commit() {
    if (transaction.buffer().isEmpty()) {
      // What it has read was true at one moment.
      transaction.at(
          this::answer,
          at -> {
            transaction.finish();
            node.metrics().onReadOnly();
            end(new TxnResponse.Committed(at), "committed");
            done = true;
          });
      return;
    }
    committing = true;
    transaction.commit(
        id,
        transaction.buffer().anchor(),
        0,
        answer -> end(answer, answer instanceof TxnResponse.Failed f ? f.message() : "committed"),
        () -> done = true);
  }

  /** Answers the request under way; most failures end the transaction. */
  private void answer(TxnResponse response) {
    if (response instanceof TxnResponse.Failed failure && !concernsRequestOnly(failure.code())) {
      transaction.finish();
      node.metrics().onFailure(failure);
      ended = failure;
      reply(failure);
      pending.end(failure);
      done = true;
      return;
    }
    reply(response);
    work();
  }

  private static boolean concernsRequestOnly(ErrorCode code) {
    return switch (code) {
      case INVALID_ARGUMENT, LOCK_NOT_AVAILABLE, UNKNOWN_SAVEPOINT -> true;
      default -> false;
    };
  }

  private void reply(TxnResponse response) {
    Consumer<TxnResponse> to = answering;
    answering = null;
    waits.clear();
    if (to != null) {
      to.accept(response);
    }
  }

  private void end(TxnResponse response, String how) {
    if (response instanceof TxnResponse.Failed failure) {
      node.metrics().onFailure(failure);
    }
    ended =
        response instanceof TxnResponse.Failed failure
            ? failure
            : ActiveTransaction.failed(
                ErrorCode.TXN_ENDED, "transaction " + id + " has ended: " + how);
    ref.answered(parts.clock().nanos());
    reply(response);
    pending.end(ended);
  }

  // --- ends that the client did not ask for ----------------------------------------------------

  private void onClose() {
    if (ended == null && !committing) {
      transaction.finish();
      ended = ActiveTransaction.failed(ErrorCode.TXN_ENDED, "the client of " + id + " is gone");
      node.metrics().onRollback();
      reply(ended);
      pending.end(ended);
      done = true;
    }
  }

  private void onExpire() {
    if (ended == null && !committing) {
      transaction.finish();
      ended =
          ActiveTransaction.failed(
              ErrorCode.TXN_EXPIRED,
              "transaction " + id + " did not end before its deadline and was rolled back");
      node.metrics().onFailure(ended);
      reply(ended);
      pending.end(ended);
      done = true;
    }
  }

  private void give(ErrorCode code, String message) {
    if (isWaiting()) {
      waits.clear();
      node.metrics().onDeadlock();
      transaction.doom(code, message);
    }
  }

  // --- deadlocks -------------------------------------------------------------------------------

  /** Prepares go to several ranges at once: each may wait for somebody else. */
  private boolean isWaiting() {
    long now = parts.clock().nanos();
    waits.values().removeIf(wait -> now - wait.since() >= WAIT_BELIEVED_NANOS);
    return !waits.isEmpty() && answering != null;
  }

  private void onWaits(WaitsFor heard) {
    waits.put(heard.holder(), new Wait(heard.holderAt(), parts.clock().nanos()));
    node.probe(heard.holder(), heard.holderAt(), List.of(waiter()));
  }

  private PeerMessage.TxnProbe.Waiter waiter() {
    return new PeerMessage.TxnProbe.Waiter(
        transaction.id(), parts.self(), transaction.losses(), transaction.age());
  }

  /**
   * Looks whether a wait of this transaction closes a circle. If none does, the probe goes on along
   * one of them, by chance: followed along all, probes would multiply. They come again and again,
   * and so go every way before long.
   */
  private void onProbed(List<PeerMessage.TxnProbe.Waiter> path) {
    if (!isWaiting() || path.size() >= PROBE_LENGTH_MAX) {
      return;
    }
    var longer = new ArrayList<>(path);
    longer.add(waiter());
    for (TxnId holder : waits.keySet()) {
      int closes = indexOf(path, holder);
      if (closes >= 0) {
        node.giveWay(victim(longer.subList(closes, longer.size())));
        return;
      }
    }
    var holders = List.copyOf(waits.entrySet());
    var next = holders.get((int) parts.random().nextLong(holders.size()));
    node.probe(next.getKey(), next.getValue().holderAt(), longer);
  }

  private static int indexOf(List<PeerMessage.TxnProbe.Waiter> path, TxnId txn) {
    for (int i = 0; i < path.size(); i++) {
      if (path.get(i).txn().equals(txn)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Who has lost least often, and of those the youngest: the same whoever finds the circle, and
   * wherever it was entered.
   */
  private static PeerMessage.TxnProbe.Waiter victim(List<PeerMessage.TxnProbe.Waiter> circle) {
    return Collections.min(circle, FIRST_TO_GIVE_WAY);
  }

  private void stopped() {
    node.forget(transaction.id(), ref);
    transaction.finish();
    // Only when this actor failed, or its node stops, is anybody left without an answer.
    TxnResponse.Failed why =
        ActiveTransaction.failed(
            committing ? ErrorCode.AMBIGUOUS : ErrorCode.SHUTTING_DOWN,
            "the transaction's coordinator stopped"
                + (committing ? " while it committed: ask for the outcome" : ""));
    reply(why);
    pending.end(ended == null ? why : ended);
  }
}
