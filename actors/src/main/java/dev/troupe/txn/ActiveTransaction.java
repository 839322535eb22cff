package dev.troupe.txn;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.TimestampSource;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import dev.troupe.protocol.trace.Span;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a transaction: reads as of one timestamp, keeps what it writes to itself, and
 * commits all at once. One operation at a time. Owned by the transaction's coordinator, in whose
 * turns everything happens.
 */
final class ActiveTransaction {
  /** So much may a transaction write. */
  static final long WRITTEN_BYTES_MAX = 64L << 20;

  /** So many spans may a transaction have read. */
  static final int SPANS_READ_MAX = 500_000;

  private static final int SAVEPOINTS_MAX = 100_000;

  /** Told, in the coordinator's turns, that nothing is left to be done. */
  interface Listener {
    void cleanedUp();
  }

  final TransactionParts parts;
  final Turns turns;
  final Sender sender;
  final long deadline;
  private final TxnId txn;
  private final Timestamp named;
  private final int losses;
  private final NodeShare share;
  private final WriteBuffer buffer = new WriteBuffer();
  private final ReadSet reads = new ReadSet();
  private HeldKeys.@Nullable OfTransaction held;
  private @Nullable Timestamp readAt;
  // Before it was moved up.
  private @Nullable Timestamp firstReadAt;
  private Timestamp notAfter = Timestamp.MAX;
  private @Nullable Key otherwise;
  private @Nullable CommitRun commit;
  private @Nullable Consumer<TxnResponse> waiting;
  private boolean finished;
  private Runnable granted = () -> {};

  /**
   * Begins one.
   *
   * @param named given out before its name, and that of its request, was chosen; or one of the
   *     constants of {@link dev.troupe.protocol.spi.Transactions}
   */
  ActiveTransaction(
      TransactionParts parts,
      Turns turns,
      TxnId txn,
      Timestamp named,
      long deadline,
      int losses,
      NodeShare share) {
    this.parts = parts;
    this.turns = turns;
    this.sender = new Sender(parts, turns);
    this.txn = txn;
    this.named = named;
    this.deadline = deadline;
    this.losses = losses;
    this.share = share;
  }

  TxnId id() {
    return txn;
  }

  /** Tells old from young among transactions that wait for each other. */
  Timestamp age() {
    return readAt == null ? Timestamp.MAX : readAt;
  }

  /** How often the same work was run before and lost to others. */
  int losses() {
    return losses;
  }

  WriteBuffer buffer() {
    return buffer;
  }

  ReadSet reads() {
    return reads;
  }

  // --- writing ---------------------------------------------------------------------------------

  TxnResponse write(Key key, byte @Nullable [] value) {
    if (buffer.bytes() > WRITTEN_BYTES_MAX) {
      return failed(
          ErrorCode.TXN_TOO_LARGE,
          "a transaction may write " + (WRITTEN_BYTES_MAX >> 20) + " MiB, this one has more");
    }
    long grown = buffer.write(key, value);
    if (!share.budget().take(grown)) {
      return failed(
          ErrorCode.OVERLOADED,
          "the open transactions of this node have used up the memory for unwritten changes");
    }
    return new TxnResponse.Done();
  }

  TxnResponse savepoint(TxnRequest.Savepoint request) {
    if (buffer.savepoints() >= SAVEPOINTS_MAX) {
      return failed(ErrorCode.TXN_TOO_LARGE, "more than " + SAVEPOINTS_MAX + " savepoints");
    }
    buffer.savepoint(request.name());
    return new TxnResponse.Done();
  }

  TxnResponse rollbackTo(TxnRequest.RollbackTo request) {
    long before = buffer.bytes();
    boolean found = buffer.rollbackTo(request.name());
    share.budget().give(before - buffer.bytes());
    return found ? new TxnResponse.Done() : unknownSavepoint(request.name());
  }

  TxnResponse release(TxnRequest.Release request) {
    long before = buffer.bytes();
    boolean found = buffer.release(request.name());
    share.budget().give(before - buffer.bytes());
    return found ? new TxnResponse.Done() : unknownSavepoint(request.name());
  }

  private static TxnResponse unknownSavepoint(String name) {
    return failed(ErrorCode.UNKNOWN_SAVEPOINT, "there is no savepoint \"" + name + "\"");
  }

  // --- reading ---------------------------------------------------------------------------------

  /** Names this transaction to those whom it may have to wait for. */
  KvRequest.Reader reader() {
    return new KvRequest.Reader(txn, parts.self());
  }

  /** An answer that {@link #doom} can give before whatever is waited for has come. */
  private Consumer<TxnResponse> interruptible(Consumer<TxnResponse> reply) {
    var open = new boolean[] {true};
    Consumer<TxnResponse> once =
        answer -> {
          if (open[0]) {
            open[0] = false;
            waiting = null;
            reply.accept(answer);
          }
        };
    waiting = once;
    return once;
  }

  void get(TxnRequest.Get request, Consumer<TxnResponse> answer) {
    Consumer<TxnResponse> reply = interruptible(answer);
    if (isLocking(request.lock())) {
      new LockedReads(this).get(request, reply);
      return;
    }
    Optional<byte[]> own = buffer.get(request.key());
    if (own != null) {
      reply.accept(new TxnResponse.Value(own.orElse(null), Timestamp.MIN));
      return;
    }
    boolean checked = request.lock() == TxnRequest.Lock.NONE;
    at(reply, at -> read(request.key(), at, checked, reply));
  }

  private static boolean isLocking(TxnRequest.Lock lock) {
    return lock != TxnRequest.Lock.NONE && lock != TxnRequest.Lock.UNCHECKED;
  }

  /**
   * Reads what is stored as of a timestamp.
   *
   * @param checked whether the commit will look if it still holds
   */
  void read(Key key, Timestamp at, boolean checked, Consumer<TxnResponse> reply) {
    sender.send(
        new KvRequest.Get(key, at, reader()),
        deadline,
        response -> {
          switch (response) {
            case KvResponse.Value value -> {
              if (checked) {
                reads.add(key);
              }
              reply.accept(
                  tooMuchRead()
                      ? tooManySpans()
                      : new TxnResponse.Value(value.value(), value.version()));
            }
            default -> reply.accept(unexpected(response));
          }
        });
  }

  /** Reads keys in one go; those that it has written itself are not asked for. */
  void getAll(TxnRequest.GetAll request, Consumer<TxnResponse> answer) {
    new SharedRead(this, request).start(interruptible(answer));
  }

  void scan(TxnRequest.Scan request, Consumer<TxnResponse> answer) {
    Consumer<TxnResponse> reply = interruptible(answer);
    if (isLocking(request.lock())) {
      new LockedReads(this).scan(request, reply);
      return;
    }
    Consumer<KeySpan> looked =
        request.lock() == TxnRequest.Lock.UNCHECKED ? span -> {} : reads::add;
    at(reply, at -> new MergedScan(this, request, at, looked, reply).next());
  }

  boolean tooMuchRead() {
    return reads.size() > SPANS_READ_MAX;
  }

  static TxnResponse tooManySpans() {
    return failed(
        ErrorCode.TXN_TOO_LARGE,
        "a transaction may read " + SPANS_READ_MAX + " keys one by one; scan instead");
  }

  /** Goes on with the timestamp as of which this transaction reads. */
  void at(Consumer<TxnResponse> reply, Consumer<Timestamp> then) {
    if (readAt != null) {
      then.accept(readAt);
      return;
    }
    draw(
        reply,
        drawn -> {
          readAt = drawn;
          firstReadAt = drawn;
          then.accept(drawn);
        });
  }

  void notAfter(TxnRequest.NotAfter request, Consumer<TxnResponse> reply) {
    at(
        reply,
        at -> {
          if (at.compareTo(request.bound()) <= 0) {
            notAfter = request.bound();
            otherwise = request.otherwise();
          }
          reply.accept(new TxnResponse.ReadsAt(at));
        });
  }

  /**
   * Whether it may read, and go on, as of then, provided that what it has read is the same; beyond
   * its bound that is more than before.
   */
  boolean mayReach(Timestamp later) {
    if (later.compareTo(notAfter) <= 0) {
      return true;
    }
    if (otherwise == null) {
      return false;
    }
    reads.add(otherwise);
    otherwise = null;
    notAfter = Timestamp.MAX;
    return true;
  }

  /** Reads from now on as of another timestamp, at which everything read so far is the same. */
  void moveTo(Timestamp later) {
    readAt = later;
  }

  /**
   * Whether others have written it since the transaction began to read, in whatever it has read.
   */
  boolean isSince(Timestamp version) {
    return firstReadAt != null && version.compareTo(firstReadAt) > 0;
  }

  @Nullable Timestamp readAt() {
    return readAt;
  }

  /** What this transaction does from now on is recorded under a span; null: not at all. */
  void trace(@Nullable Span span) {
    sender.trace(span);
  }

  void draw(Consumer<TxnResponse> reply, Consumer<Timestamp> then) {
    Span above = sender.trace();
    Span span = above == null ? null : above.child("timestamp");
    parts
        .timestamps()
        .draw(
            1,
            deadline,
            turns.callback(
                drawn -> {
                  if (span != null) {
                    span.end();
                  }
                  switch (drawn) {
                    case TimestampSource.Drawn.Granted granted -> {
                      share.recent().drawn(granted.first());
                      then.accept(granted.first());
                    }
                    case TimestampSource.Drawn.Failed failure ->
                        reply.accept(failed(failure.code(), failure.message()));
                  }
                }));
  }

  // --- holding keys ----------------------------------------------------------------------------

  /** Names who is told that it has got a key that it may have waited for. */
  void onGranted(Runnable told) {
    granted = told;
  }

  void hold(Key key, KvRequest.Patience patience, Consumer<KvResponse> reply) {
    if (finished) {
      // Whoever asks has been answered: nothing must be held for it any more.
      reply.accept(new KvResponse.Failed(ErrorCode.TXN_ENDED, "transaction " + txn + " has ended"));
      return;
    }
    HeldKeys.OfTransaction keys = held == null ? share.held().begin(txn) : held;
    held = keys;
    keys.asks(key);
    sender.send(
        new KvRequest.HoldKey(
            key, txn, parts.self(), readAt == null ? Timestamp.MIN : readAt, patience, losses),
        deadline,
        response -> {
          if (response instanceof KvResponse.Failed failed
              && failed.code() == ErrorCode.LOCK_NOT_AVAILABLE) {
            keys.refused(key);
          } else if (response instanceof KvResponse.Value) {
            granted.run();
            if (!keys.granted(key)) {
              hold(key, patience, reply);
              return;
            }
          }
          reply.accept(response);
        });
  }

  private void letGo() {
    if (held == null) {
      return;
    }
    List<Key> keys = held.take();
    held = null;
    LettingGo.send(parts, turns, txn, keys);
  }

  // --- ending ----------------------------------------------------------------------------------

  /**
   * Commits.
   *
   * @param request name under which the client may ask for the outcome
   * @param anchor where that is recorded
   * @param reply gets Committed or Failed
   */
  void commit(TxnId request, Key anchor, int tag, Consumer<TxnResponse> reply, Listener listener) {
    Timestamp begun = readAt == null ? share.recent().get() : readAt;
    if (begun == null) {
      draw(
          failure -> {
            finish();
            reply.accept(failure);
            listener.cleanedUp();
          },
          drawn -> commit(request, anchor, tag, reply, listener));
      return;
    }
    begin(request, anchor, begun, tag, reply, listener).start();
  }

  /** As {@link #commit}, of a transaction that is new here, from a first try on. */
  void commit(BlindCommit tried, Consumer<TxnResponse> reply, Listener listener) {
    KvRequest.CommitOnePhase sent = tried.sent();
    for (KvRequest.Change change : sent.changes()) {
      // Taken in any case: what the try has done cannot be refused.
      share.budget().take(buffer.write(change.key(), change.value()));
    }
    begin(sent.request(), sent.anchor(), sent.begun(), sent.tag(), reply, listener).goOn(tried);
  }

  private CommitRun begin(
      TxnId request,
      Key anchor,
      Timestamp begun,
      int tag,
      Consumer<TxnResponse> reply,
      Listener listener) {
    var plan =
        new CommitPlan(
            txn,
            request,
            // Whatever is said: nothing was committed under the name of a request before it is now.
            earlier(named, begun),
            anchor,
            begun,
            readAt == null ? Timestamp.MIN : readAt,
            reads,
            buffer.changes(),
            tag,
            notAfter,
            otherwise,
            deadline);
    CommitRun run = new CommitRun(parts, turns, sender, plan, ended(tag, reply, listener));
    commit = run;
    return run;
  }

  static Timestamp earlier(Timestamp one, Timestamp other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  private CommitRun.Listener ended(int tag, Consumer<TxnResponse> reply, Listener listener) {
    return new CommitRun.Listener() {
      @Override
      public void committed(Timestamp at, int recorded) {
        share.metrics().onCommit(commit);
        finish();
        reply.accept(
            recorded == tag
                ? new TxnResponse.Committed(at)
                : new TxnResponse.OneShotDone(recorded == OneShotRun.MATCHED, List.of(), at));
      }

      @Override
      public void failed(ErrorCode code, String message) {
        finish();
        reply.accept(ActiveTransaction.failed(code, message));
      }

      @Override
      public void cleanedUp() {
        listener.cleanedUp();
      }
    };
  }

  /** Ends without committing, or after. May be repeated. */
  void finish() {
    if (!finished) {
      finished = true;
      letGo();
      share.budget().give(buffer.bytes());
    }
  }

  /** Must give way: whatever it waits for ends at once, or soon when it is committing. */
  void doom(ErrorCode code, String message) {
    if (commit != null) {
      commit.giveUp(code, message);
    } else if (waiting != null) {
      letGo();
      waiting.accept(failed(code, message));
    }
  }

  static TxnResponse.Failed failed(ErrorCode code, String message) {
    return new TxnResponse.Failed(code, message);
  }

  static TxnResponse.Failed unexpected(KvResponse response) {
    return response instanceof KvResponse.Failed failed
        ? failed(failed.code(), failed.message())
        : failed(ErrorCode.INTERNAL, "a read was answered by " + response);
  }
}
