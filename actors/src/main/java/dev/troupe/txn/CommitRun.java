package dev.troupe.txn;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.KvResponse.TxnState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Commits one transaction. All in one range: one log entry. Otherwise: lock everything that is
 * written, in all ranges at once; commit at the highest of the bounds that this gave, each of which
 * was given out by the oracle after the transaction began to commit and before it ended; see that
 * what was only read stays as it was up to there; write the decision into the record; and turn the
 * locks into versions behind the client's back. Once the decision may have been written, only the
 * record says what became of the transaction.
 *
 * <p>Owned by the transaction's coordinator, in whose turns everything happens.
 */
final class CommitRun {
  /** Changes that go into one log entry. */
  static final long ENTRY_BYTES_MAX = 1 << 20;

  private static final int PREPARES_IN_FLIGHT = 32;

  /** What remains to be done after the client was answered may take so long. */
  private static final long CLEAN_UP_NANOS = 30_000_000_000L;

  /** Told how it ends, in the coordinator's turns. */
  interface Listener {
    /** The transaction is committed, or its request was before: then at another time. */
    void committed(Timestamp at, int tag);

    /** It is not committed and never will be, unless the code says that nobody knows. */
    void failed(ErrorCode code, String message);

    /** Nothing is left to be done. Follows one of the others. */
    void cleanedUp();
  }

  private final TransactionParts parts;
  private final Turns turns;
  private final Sender sender;
  private final Listener listener;
  private CommitPlan plan;
  // To be prepared, by parts that fit into log entries; and whether one of them makes the record.
  private final ArrayDeque<Part> unprepared = new ArrayDeque<>();
  private final List<Part> asked = new ArrayList<>();
  private final List<Part> preparing = new ArrayList<>();
  private int inFlight;
  private boolean recordAsked;
  private boolean deciding;
  private boolean ended;
  private boolean aborted;
  // While the commit in one phase is under way; and why it should not be, if so.
  private @Nullable Part onePhase;
  private KvResponse.@Nullable Failed reason;
  private Timestamp commitAt = Timestamp.MIN;

  CommitRun(
      TransactionParts parts, Turns turns, Sender sender, CommitPlan plan, Listener listener) {
    this.parts = parts;
    this.turns = turns;
    this.sender = sender;
    this.plan = plan;
    this.listener = listener;
  }

  void start() {
    divide(plan.changes(), plan.reads().all(), this::divided);
  }

  /** Goes on from a try to commit everything in one range. */
  void goOn(BlindCommit tried) {
    Part part = new Part(KeySpan.of(plan.anchor()), tried.sent().changes(), List.of());
    decideOnePhase(part);
    sender.goOn(tried.sent(), plan.deadline(), tried.answer(), this::committedOnePhase);
  }

  /** Gives up unless the decision has been asked for; has no effect when it is too late. */
  void giveUp(ErrorCode code, String message) {
    if (ended) {
      return;
    }
    if (onePhase != null) {
      // If it waits for a lock it comes back unfinished.
      reason = new KvResponse.Failed(code, message);
      withdraw(onePhase);
    } else if (!deciding) {
      abort(code, message);
    }
  }

  private void withdraw(Part part) {
    if (!part.changes().isEmpty()) {
      sender.send(new KvRequest.LetGo(plan.txn(), part.keys()), plan.deadline(), response -> {});
    }
  }

  /** Whether keys were locked before the decision, in rounds of their own. */
  boolean hasLocked() {
    return !asked.isEmpty();
  }

  private void divide(
      List<KvRequest.Change> changes, List<KeySpan> reads, Consumer<@Nullable List<Part>> reply) {
    Partition.of(turns.ranges(parts.ranges()), plan.deadline(), changes, reads, reply);
  }

  private void divided(@Nullable List<Part> divided) {
    if (ended) {
      return;
    }
    if (divided == null) {
      end(ErrorCode.RANGE_UNAVAILABLE, "the ranges of the keys could not be found");
      listener.cleanedUp();
      return;
    }
    Part only = divided.getFirst();
    if (divided.size() == 1
        && only.owned().contains(plan.anchor())
        && only.bytes() <= ENTRY_BYTES_MAX) {
      commitOnePhase(only);
    } else {
      twoPhases(divided);
    }
  }

  // --- one range -------------------------------------------------------------------------------

  private void decideOnePhase(Part part) {
    deciding = true;
    onePhase = part;
  }

  private void commitOnePhase(Part part) {
    decideOnePhase(part);
    sender.send(
        new KvRequest.CommitOnePhase(
            plan.txn(),
            plan.request(),
            plan.named(),
            plan.anchor(),
            parts.self(),
            plan.begun(),
            plan.readAt(),
            part.reads(),
            part.changes(),
            plan.tag(),
            plan.notAfter()),
        plan.deadline(),
        this::committedOnePhase);
  }

  private void committedOnePhase(KvResponse response) {
    deciding = false;
    onePhase = null;
    if (response instanceof KvResponse.Failed failed
        && failed.code() == ErrorCode.CROSS_RANGE_BATCH) {
      // The border has moved; nothing was done.
      start();
      return;
    }
    if (response instanceof KvResponse.Failed failed
        && failed.code() == ErrorCode.TXN_CONFLICT
        && reason == null
        && mayComeLater()) {
      // It was too late, and nothing was done.
      start();
      return;
    }
    ended = true;
    switch (response) {
      case KvResponse.Status status when status.state() == TxnState.COMMITTED ->
          listener.committed(status.at(), status.tag());
      case KvResponse.Status status -> conflict("it was given up on behalf of others");
      case KvResponse.Changed changed -> conflict("key " + changed.near() + " was changed");
      case KvResponse.Failed failed when reason != null && failed.code() == ErrorCode.TXN_ENDED ->
          listener.failed(reason.code(), reason.message());
      case KvResponse.Failed failed -> listener.failed(failed.code(), failed.message());
      default -> listener.failed(ErrorCode.INTERNAL, "answered by " + response);
    }
    listener.cleanedUp();
  }

  private void conflict(String why) {
    listener.failed(ErrorCode.TXN_CONFLICT, why + " since the transaction read it: run it again");
  }

  // --- several ranges --------------------------------------------------------------------------

  private void twoPhases(List<Part> divided) {
    boolean anchored = false;
    for (Part part : divided) {
      if (part.changes().isEmpty()) {
        continue;
      }
      List<Part> pieces = part.cut(ENTRY_BYTES_MAX);
      if (part.owned().contains(plan.anchor())) {
        anchored = true;
        // First, so that those who meet the locks find the record.
        unprepared.addFirst(pieces.getFirst());
        unprepared.addAll(pieces.subList(1, pieces.size()));
      } else {
        unprepared.addAll(pieces);
      }
    }
    if (!anchored) {
      unprepared.addFirst(recordOnly());
    }
    prepareMore();
  }

  /** Where nothing but the record is to be written. */
  private Part recordOnly() {
    return new Part(KeySpan.of(plan.anchor()));
  }

  private void prepareMore() {
    while (!ended && inFlight < PREPARES_IN_FLIGHT && !unprepared.isEmpty()) {
      prepare(unprepared.poll());
    }
  }

  private void prepare(Part part) {
    boolean record = !recordAsked && part.owned().contains(plan.anchor());
    recordAsked |= record;
    asked.add(part);
    preparing.add(part);
    inFlight++;
    sender.send(
        new KvRequest.Prepare(
            plan.txn(),
            plan.named(),
            plan.anchor(),
            parts.self(),
            plan.begun(),
            plan.readAt(),
            readBeforeWritten(part),
            part.changes(),
            record),
        plan.deadline(),
        response -> prepared(part, record, response));
  }

  /** What was read and is now locked: validated together with the lock. */
  private List<KeySpan> readBeforeWritten(Part part) {
    var spans = new ArrayList<KeySpan>();
    for (KvRequest.Change change : part.changes()) {
      if (plan.reads().contains(change.key())) {
        spans.add(KeySpan.of(change.key()));
      }
    }
    return spans;
  }

  private void prepared(Part part, boolean record, KvResponse response) {
    inFlight--;
    preparing.removeIf(other -> other == part);
    if (ended) {
      resolveAborted();
      return;
    }
    switch (response) {
      case KvResponse.Prepared prepared -> {
        commitAt = commitAt.max(prepared.bound());
        if (inFlight == 0 && unprepared.isEmpty()) {
          validate();
        } else {
          prepareMore();
        }
      }
      case KvResponse.Changed changed ->
          abort(ErrorCode.TXN_CONFLICT, "key " + changed.near() + " was changed; run it again");
      case KvResponse.Status status ->
          abort(ErrorCode.TXN_CONFLICT, "it was given up on behalf of others; run it again");
      case KvResponse.Failed failed when failed.code() == ErrorCode.CROSS_RANGE_BATCH ->
          prepareAgain(part, record);
      case KvResponse.Failed failed ->
          // The decision has not been written, so nothing has happened, whatever this was.
          abort(
              failed.code().retry() == ErrorCode.Retry.UNKNOWN_OUTCOME
                  ? ErrorCode.RANGE_UNAVAILABLE
                  : failed.code(),
              failed.message());
      default -> abort(ErrorCode.INTERNAL, "answered by " + response);
    }
  }

  /** A border has moved through the part: divides it anew. */
  private void prepareAgain(Part part, boolean record) {
    inFlight++;
    if (record) {
      recordAsked = false;
    }
    divide(
        part.changes(),
        List.of(),
        divided -> {
          inFlight--;
          if (ended) {
            resolveAborted();
            return;
          }
          if (divided == null) {
            abort(ErrorCode.RANGE_UNAVAILABLE, "the ranges of the keys could not be found");
            return;
          }
          divided.forEach(unprepared::addFirst);
          if (record && divided.stream().noneMatch(p -> p.owned().contains(plan.anchor()))) {
            unprepared.addFirst(recordOnly());
          }
          prepareMore();
        });
  }

  // --- validation ------------------------------------------------------------------------------

  private void validate() {
    if (commitAt.compareTo(plan.notAfter()) > 0 && !mayComeLater()) {
      abort(
          ErrorCode.TXN_CONFLICT,
          "it would commit at "
              + commitAt
              + " and had to by "
              + plan.notAfter()
              + "; run it again");
      return;
    }
    Set<Key> locked = new HashSet<>();
    for (KvRequest.Change change : plan.changes()) {
      locked.add(change.key());
    }
    validate(plan.reads().except(locked::contains), this::decide);
  }

  /** Lifts the bound, if something can be read instead. */
  private boolean mayComeLater() {
    Key otherwise = plan.otherwise();
    if (otherwise == null) {
      return false;
    }
    plan.reads().add(otherwise);
    plan = plan.unbound();
    return true;
  }

  private void validate(List<KeySpan> spans, Runnable then) {
    if (spans.isEmpty()) {
      then.run();
      return;
    }
    new Validation(plan.txn(), parts, turns, sender, plan.deadline())
        .run(
            spans,
            plan.readAt(),
            commitAt,
            answer -> {
              if (ended) {
                return;
              }
              switch (answer) {
                case KvResponse.Valid valid -> then.run();
                case KvResponse.Failed failed -> abort(failed.code(), failed.message());
                default ->
                    abort(
                        ErrorCode.TXN_CONFLICT,
                        "what the transaction read has changed; run it again");
              }
            });
  }

  // --- decision --------------------------------------------------------------------------------

  private void decide() {
    deciding = true;
    sender.send(
        new KvRequest.Decide(
            plan.txn(), plan.request(), plan.named(), plan.anchor(), commitAt, plan.tag()),
        plan.deadline(),
        this::decided);
  }

  private void decided(KvResponse response) {
    ended = true;
    switch (response) {
      case KvResponse.Status status when status.state() == TxnState.COMMITTED -> {
        listener.committed(status.at(), status.tag());
        // Another attempt has carried out the client's request when it is not this timestamp.
        resolve(status.at().equals(commitAt) ? commitAt : null);
      }
      case KvResponse.Status status -> {
        conflict("it was given up on behalf of others");
        resolve(null);
      }
      case KvResponse.Failed failed -> {
        // The locks tell whoever meets them where to ask.
        listener.failed(failed.code(), failed.message());
        listener.cleanedUp();
      }
      default -> {
        listener.failed(ErrorCode.INTERNAL, "answered by " + response);
        listener.cleanedUp();
      }
    }
  }

  private void end(ErrorCode code, String message) {
    ended = true;
    listener.failed(code, message);
  }

  private void abort(ErrorCode code, String message) {
    end(code, message);
    // Those that wait for locks must not get them any more.
    preparing.forEach(this::withdraw);
    sender.send(
        new KvRequest.Abort(plan.txn(), plan.named(), plan.anchor()),
        parts.clock().nanos() + CLEAN_UP_NANOS,
        response -> {
          if (response instanceof KvResponse.Status status
              && status.state() != TxnState.COMMITTED) {
            aborted = true;
            resolveAborted();
          } else {
            // The record is another's of the same name: its locks are not for this one to remove.
            listener.cleanedUp();
          }
        });
  }

  /** Once it is recorded, and no lock comes any more. */
  private void resolveAborted() {
    if (aborted && inFlight == 0) {
      aborted = false;
      resolve(null);
    }
  }

  // --- cleaning up -----------------------------------------------------------------------------

  private void resolve(@Nullable Timestamp at) {
    long deadline = parts.clock().nanos() + CLEAN_UP_NANOS;
    var keys = new ArrayList<KvRequest.Change>();
    asked.forEach(part -> keys.addAll(part.changes()));
    new Resolution(parts, turns, sender, deadline)
        .run(
            plan.txn(),
            at,
            keys,
            complete -> {
              if (complete && at != null) {
                sender.send(
                    new KvRequest.Finish(plan.txn(), plan.anchor()),
                    deadline,
                    finished -> listener.cleanedUp());
              } else {
                listener.cleanedUp();
              }
            });
  }
}
