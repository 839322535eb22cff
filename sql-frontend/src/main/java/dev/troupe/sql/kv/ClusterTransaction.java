package dev.troupe.sql.kv;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnRequest.Lock;
import dev.troupe.protocol.spi.TxnResponse;
import dev.troupe.protocol.trace.Span;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A transaction at the port. Its session begins with the first request. Writes and savepoints are
 * not waited for: {@link PendingWrites} keeps the first failure among them, which the next call
 * reports.
 */
final class ClusterTransaction implements KvTransaction {
  /** So many reads of one call may be under way at once. */
  private static final int READS_IN_FLIGHT_MAX = 1024;

  /** A commit that was sent is rarely long under way, and to know its outcome is worth a wait. */
  private static final Duration COMMIT_GRACE = Duration.ofSeconds(1);

  private final Supplier<Transactions.Session> begin;
  private final KvClient ranges;
  private final Cancellation cancellation;
  private final PendingWrites writes = new PendingWrites();
  private Transactions.@Nullable Session session;
  private @Nullable Reliance reliance;
  private @Nullable Span traced;
  private boolean ended;
  private long roundTrips;
  private long rows;
  private long bytes;
  private long written;

  // Rows that programs looked at where they are, and did not send.
  private long lookedOnly;

  /**
   * Makes one that has not begun.
   *
   * @param ranges is asked for borders of ranges alone
   */
  ClusterTransaction(
      Supplier<Transactions.Session> begin, KvClient ranges, Cancellation cancellation) {
    this.begin = begin;
    this.ranges = ranges;
    this.cancellation = cancellation;
  }

  @Override
  public byte @Nullable [] get(Key key, Lock lock) {
    roundTrips++;
    return value(await(ask(new TxnRequest.Get(key, lock)), lock));
  }

  @Override
  public List<byte @Nullable []> getAll(List<Key> keys, Lock lock) {
    return lock == Lock.NONE ? together(keys) : oneByOne(keys, lock);
  }

  private List<byte @Nullable []> together(List<Key> keys) {
    var answers = new ArrayList<CompletableFuture<TxnResponse>>();
    for (List<Key> some : KeyLists.parts(keys)) {
      answers.add(ask(new TxnRequest.GetAll(some)));
      roundTrips++;
    }
    var values = new ArrayList<byte @Nullable []>(keys.size());
    for (CompletableFuture<TxnResponse> answer : answers) {
      TxnResponse response = await(answer);
      Invariant.check(
          response instanceof TxnResponse.Values, "a read was answered by %s", response);
      for (TxnResponse.Value value : ((TxnResponse.Values) response).values()) {
        values.add(value(value));
      }
    }
    return values;
  }

  /** Keys that are locked are waited for one after the other. */
  private List<byte @Nullable []> oneByOne(List<Key> keys, Lock lock) {
    var values = new ArrayList<byte @Nullable []>(keys.size());
    for (int from = 0; from < keys.size(); from += READS_IN_FLIGHT_MAX) {
      List<Key> some = keys.subList(from, Math.min(keys.size(), from + READS_IN_FLIGHT_MAX));
      var answers = new ArrayList<CompletableFuture<TxnResponse>>(some.size());
      for (Key key : some) {
        answers.add(ask(new TxnRequest.Get(key, lock)));
      }
      roundTrips++;
      for (CompletableFuture<TxnResponse> answer : answers) {
        values.add(value(await(answer, lock)));
      }
    }
    return values;
  }

  private byte @Nullable [] value(TxnResponse response) {
    Invariant.check(response instanceof TxnResponse.Value, "a read was answered by %s", response);
    byte[] found = ((TxnResponse.Value) response).value();
    if (found != null) {
      rows++;
      bytes += found.length;
    }
    return found;
  }

  @Override
  public KvCursor scan(KvScan scan) {
    return new PageCursor(
        scan,
        new PageCursor.Pages() {
          @Override
          public CompletableFuture<?> ask(KeySpan rest, int maxRows, byte @Nullable [] program) {
            roundTrips++;
            return ClusterTransaction.this.ask(
                new TxnRequest.Scan(
                    rest,
                    maxRows,
                    PageCursor.PAGE_BYTES_MAX,
                    scan.reverse(),
                    scan.keysOnly(),
                    scan.lock(),
                    program));
          }

          @Override
          public PageCursor.Page await(CompletableFuture<?> asked) {
            return page((TxnResponse) ClusterTransaction.this.await(asked, scan.lock()));
          }
        });
  }

  @Override
  public List<Key> borders(KeySpan span, int max) {
    return ranges.borders(span, max);
  }

  private PageCursor.Page page(TxnResponse response) {
    Invariant.check(response instanceof TxnResponse.Page, "a scan was answered by %s", response);
    TxnResponse.Page page = (TxnResponse.Page) response;
    for (var row : page.rows()) {
      rows++;
      bytes += row.key().length() + row.value().length;
    }
    count(page.evaluated(), page.rows().size());
    return new PageCursor.Page(page.rows(), page.resume(), page.evaluated());
  }

  private void count(KvResponse.@Nullable Evaluated evaluated, int received) {
    if (evaluated == null) {
      return;
    }
    lookedOnly += evaluated.looked() - received;
    for (byte[] result : evaluated.results()) {
      bytes += result.length;
    }
  }

  @Override
  public void put(Key key, byte[] value) {
    write(new TxnRequest.Put(key, value));
    written++;
  }

  @Override
  public void delete(Key key) {
    write(new TxnRequest.Delete(key));
    written++;
  }

  @Override
  public void savepoint(String name) {
    write(new TxnRequest.Savepoint(name));
  }

  @Override
  public void rollbackTo(String name) {
    // What follows must know whether it worked.
    roundTrips++;
    await(ask(new TxnRequest.RollbackTo(name)));
  }

  @Override
  public void release(String name) {
    write(new TxnRequest.Release(name));
  }

  private void write(TxnRequest request) {
    Transactions.Session open = open();
    CompletableFuture<Void> room = writes.begin();
    if (room != null) {
      cancellation.await(room);
      writes.check();
    }
    open.send(request, writes);
  }

  @Override
  public Timestamp readsAt(Timestamp bound, @Nullable Key otherwise) {
    TxnResponse response = await(ask(new TxnRequest.NotAfter(bound, otherwise)));
    Invariant.check(response instanceof TxnResponse.ReadsAt, "a bound was answered %s", response);
    return ((TxnResponse.ReadsAt) response).at();
  }

  @Override
  public void relyOn(@Nullable Reliance promise) {
    reliance = promise;
  }

  /** What was promised counts among what the transaction has read, from now on. */
  private void relyNoMore(Reliance promise) {
    reliance = null;
    promise.confirm(this);
    write(new TxnRequest.NotAfter(Timestamp.MAX));
  }

  @Override
  public boolean awaits(CompletableFuture<?> event, Duration atMost) {
    var come = new CompletableFuture<Boolean>();
    event.whenComplete((value, failure) -> come.complete(failure == null));
    return cancellation.await(
        come.completeOnTimeout(false, atMost.toNanos(), TimeUnit.NANOSECONDS));
  }

  @Override
  public Timestamp commit() {
    writes.check();
    Transactions.Session open = session;
    if (open == null) {
      ended = true;
      return Timestamp.MIN;
    }
    Invariant.check(!ended, "the transaction has ended");
    if (written == 0) {
      // All that was read was true at one moment already: there is nothing to wait for.
      ended = true;
      open.close();
      return Timestamp.MIN;
    }
    Reliance promise = reliance;
    if (promise != null && !promise.enter()) {
      relyNoMore(promise);
      promise = null;
    }
    ended = true;
    roundTrips++;
    trace(open);
    var answer = new CompletableFuture<TxnResponse>();
    if (promise != null) {
      leaveWhenDone(promise, answer);
    }
    // Behind a refused write a commit would make a part of the transaction durable.
    writes.whenAllAreDone(
        failure -> {
          if (failure == null) {
            open.send(new TxnRequest.Commit(), answer::complete);
          } else {
            answer.complete(failure);
          }
        });
    TxnResponse response = cancellation.awaitWithGrace(answer, COMMIT_GRACE).orElse(null);
    if (response == null) {
      open.close();
      throw new SqlException(
              SqlState.STATEMENT_COMPLETION_UNKNOWN,
              "canceled while the commit was under way: nobody knows whether it is done")
          .withHint("Read what the transaction would have written.");
    }
    if (response instanceof TxnResponse.Failed failed) {
      open.close();
      throw KvErrors.ofCommit(failed.code(), failed.message());
    }
    Invariant.check(
        response instanceof TxnResponse.Committed, "a commit was answered by %s", response);
    return ((TxnResponse.Committed) response).at();
  }

  private static void leaveWhenDone(Reliance promise, CompletableFuture<TxnResponse> answer) {
    answer.whenComplete(
        (response, failure) ->
            promise.left(
                failure == null
                    && !(response instanceof TxnResponse.Failed failed
                        && failed.code().retry() == ErrorCode.Retry.UNKNOWN_OUTCOME)));
  }

  @Override
  public void rollback() {
    ended = true;
    Transactions.Session open = session;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public Counts counts() {
    return new Counts(roundTrips, rows, bytes, written, rows + lookedOnly);
  }

  private CompletableFuture<TxnResponse> ask(TxnRequest request) {
    var answer = new CompletableFuture<TxnResponse>();
    open().send(request, answer::complete);
    return answer;
  }

  private <T> T await(CompletableFuture<T> answer) {
    return await(answer, Lock.NONE);
  }

  private <T> T await(CompletableFuture<T> answer, Lock lock) {
    T response = lock == Lock.WAIT ? cancellation.awaitLock(answer) : cancellation.await(answer);
    if (response instanceof TxnResponse.Failed failed) {
      // Behind a write that failed nothing but the end of the transaction is heard.
      if (failed.code() == ErrorCode.TXN_ENDED) {
        writes.check();
      }
      throw KvErrors.of(failed.code(), failed.message());
    }
    Reliance promise = reliance;
    if (promise != null && !promise.holds()) {
      // A read with a lock may have moved the transaction beyond what has changed since.
      relyNoMore(promise);
    }
    return response;
  }

  /** Statements of one transaction may be traced or not. */
  private void trace(Transactions.Session open) {
    Span trace = cancellation.trace();
    if (trace != traced) {
      traced = trace;
      open.trace(trace);
    }
  }

  private Transactions.Session open() {
    Invariant.check(!ended, "the transaction has ended");
    writes.check();
    Transactions.Session open = session;
    if (open == null) {
      open = begin.get();
      session = open;
    }
    trace(open);
    return open;
  }
}
