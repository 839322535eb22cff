package dev.troupe.node;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Transactions over a key-value port in memory, one after the other: there are no conflicts but
 * those that a test scripts. Records what it is asked.
 */
public final class InMemoryTransactions implements Transactions {
  private final InMemoryKv kv;

  public final List<InMemorySession> sessions = new CopyOnWriteArrayList<>();
  public final List<TxnRequest.OneShot> executed = new CopyOnWriteArrayList<>();
  public final List<Long> deadlines = new CopyOnWriteArrayList<>();

  /** Answers that take the place of the real ones; an empty one lets a request through. */
  public final Queue<Optional<TxnResponse>> script = new ConcurrentLinkedQueue<>();

  /** When set, requests wait here until the test runs them. */
  public volatile @Nullable Queue<Runnable> held;

  public volatile Known outcome = new Known(Outcome.UNKNOWN, null);
  public volatile TxnResponse.@Nullable Failed outcomeFailure;
  public final AtomicReference<@Nullable Key> anchor = new AtomicReference<>();

  public InMemoryTransactions(InMemoryKv kv) {
    this.kv = kv;
  }

  @Override
  public InMemorySession begin(TxnId id, Timestamp named, long deadlineNanos, int losses) {
    deadlines.add(deadlineNanos);
    InMemorySession session = new InMemorySession(id);
    sessions.add(session);
    return session;
  }

  @Override
  public void execute(TxnRequest.OneShot request, long deadlineNanos, Consumer<TxnResponse> reply) {
    deadlines.add(deadlineNanos);
    executed.add(request);
    carryOut(() -> run(request), reply);
  }

  @Override
  public void outcome(TxnId id, Key firstKey, long deadlineNanos, OutcomeReply reply) {
    deadlines.add(deadlineNanos);
    anchor.set(firstKey);
    TxnResponse.Failed failure = outcomeFailure;
    if (failure == null) {
      reply.known(outcome);
    } else {
      reply.failed(failure);
    }
  }

  private void carryOut(
      java.util.function.Supplier<TxnResponse> work, Consumer<TxnResponse> reply) {
    Runnable run =
        () -> {
          Optional<TxnResponse> scripted = script.poll();
          reply.accept(scripted != null && scripted.isPresent() ? scripted.get() : work.get());
        };
    Queue<Runnable> queue = held;
    if (queue == null) {
      run.run();
    } else {
      queue.add(run);
    }
  }

  private TxnResponse run(TxnRequest.OneShot request) {
    synchronized (kv) {
      InMemorySession session = new InMemorySession(request.id());
      boolean matched = request.compares().stream().allMatch(this::holds);
      List<TxnResponse> results = new ArrayList<>();
      for (TxnRequest.Operation operation : matched ? request.then() : request.orElse()) {
        results.add(session.answer(operation));
      }
      var committed = (TxnResponse.Committed) session.answer(new TxnRequest.Commit());
      return new TxnResponse.OneShotDone(matched, results, committed.at());
    }
  }

  private boolean holds(TxnRequest.Compare compare) {
    byte @Nullable [] current = get(compare.key()).value();
    return switch (compare) {
      case TxnRequest.Compare.ValueIs is -> Arrays.equals(current, is.value());
      case TxnRequest.Compare.Exists exists -> current != null;
    };
  }

  private KvResponse.Value get(Key key) {
    return (KvResponse.Value) ask(new KvRequest.Get(key));
  }

  private KvResponse ask(KvRequest request) {
    AtomicReference<KvResponse> answer = new AtomicReference<>();
    kv.send(request, 0, answer::set);
    return answer.get();
  }

  /** Keeps its writes to itself until it commits. */
  public final class InMemorySession implements Session {
    private record Mark(String name, NavigableMap<Key, Optional<byte[]>> writes) {}

    private final TxnId id;
    private final Deque<Mark> savepoints = new ArrayDeque<>();
    private NavigableMap<Key, Optional<byte[]>> writes = new TreeMap<>();
    private boolean ended;

    public final List<TxnRequest> requests = new CopyOnWriteArrayList<>();
    public final java.util.concurrent.atomic.AtomicInteger closed =
        new java.util.concurrent.atomic.AtomicInteger();

    private InMemorySession(TxnId id) {
      this.id = id;
    }

    @Override
    public TxnId id() {
      return id;
    }

    @Override
    public void send(TxnRequest request, Consumer<TxnResponse> reply) {
      requests.add(request);
      carryOut(() -> answer(request), reply);
    }

    @Override
    public void close() {
      closed.incrementAndGet();
      ended = true;
    }

    private synchronized TxnResponse answer(TxnRequest request) {
      if (ended) {
        return new TxnResponse.Failed(ErrorCode.TXN_ENDED, "the transaction has ended");
      }
      return switch (request) {
        case TxnRequest.Get get -> read(get.key());
        case TxnRequest.GetAll all ->
            new TxnResponse.Values(all.keys().stream().map(this::read).toList());
        case TxnRequest.Scan scan -> page(scan);
        case TxnRequest.Put put -> write(put.key(), Optional.of(put.value()));
        case TxnRequest.Delete delete -> write(delete.key(), Optional.empty());
        case TxnRequest.Savepoint savepoint -> {
          savepoints.push(new Mark(savepoint.name(), new TreeMap<>(writes)));
          yield new TxnResponse.Done();
        }
        case TxnRequest.RollbackTo back -> unwind(back.name(), true);
        case TxnRequest.Release release -> unwind(release.name(), false);
        case TxnRequest.NotAfter bound ->
            throw new IllegalArgumentException("no request of clients: " + bound);
        case TxnRequest.Commit commit -> commit();
        case TxnRequest.Rollback rollback -> {
          ended = true;
          yield new TxnResponse.Done();
        }
      };
    }

    private TxnResponse write(Key key, Optional<byte[]> value) {
      writes.put(key, value);
      return new TxnResponse.Done();
    }

    private TxnResponse.Value read(Key key) {
      Optional<byte[]> own = writes.get(key);
      if (own != null) {
        return new TxnResponse.Value(own.orElse(null), Timestamp.MIN);
      }
      KvResponse.Value stored = get(key);
      return new TxnResponse.Value(stored.value(), stored.version());
    }

    private TxnResponse unwind(String name, boolean undo) {
      if (savepoints.stream().noneMatch(mark -> mark.name().equals(name))) {
        return new TxnResponse.Failed(ErrorCode.UNKNOWN_SAVEPOINT, "no savepoint " + name);
      }
      Mark mark = savepoints.pop();
      while (!mark.name().equals(name)) {
        mark = savepoints.pop();
      }
      if (undo) {
        writes = new TreeMap<>(mark.writes());
        savepoints.push(mark);
      }
      return new TxnResponse.Done();
    }

    private TxnResponse commit() {
      ended = true;
      Timestamp at = ((KvResponse.Written) ask(new KvRequest.Delete(Key.of("clock")))).version();
      writes.forEach(
          (key, value) ->
              ask(
                  value.isPresent()
                      ? new KvRequest.Put(key, value.get())
                      : new KvRequest.Delete(key)));
      return new TxnResponse.Committed(at);
    }

    private TxnResponse.Page page(TxnRequest.Scan scan) {
      NavigableMap<Key, KvResponse.Row> rows = stored(scan.span());
      writes
          .subMap(scan.span().start(), true, scan.span().end(), false)
          .forEach(
              (key, value) -> {
                rows.remove(key);
                value.ifPresent(
                    bytes -> rows.put(key, new KvResponse.Row(key, bytes, Timestamp.MIN)));
              });
      List<KvResponse.Row> page = new ArrayList<>();
      long bytes = 0;
      for (KvResponse.Row row : (scan.reverse() ? rows.descendingMap() : rows).values()) {
        if (page.size() == scan.maxRows() || bytes >= scan.maxBytes()) {
          return new TxnResponse.Page(
              page, scan.reverse() ? page.getLast().key() : page.getLast().key().next());
        }
        page.add(row);
        bytes += row.value().length;
      }
      return new TxnResponse.Page(page, null);
    }

    private NavigableMap<Key, KvResponse.Row> stored(KeySpan span) {
      NavigableMap<Key, KvResponse.Row> rows = new TreeMap<>();
      Key from = span.start();
      while (from != null) {
        var scan =
            new KvRequest.Scan(new KeySpan(from, span.end()), 1 << 20, 1 << 30, false, false, null);
        KvResponse.Page page = (KvResponse.Page) ask(scan);
        page.rows().forEach(row -> rows.put(row.key(), row));
        from = page.resume();
      }
      return rows;
    }
  }
}
