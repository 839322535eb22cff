package dev.troupe.sql.kv;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.FollowerReads;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.RowProgram;
import dev.troupe.protocol.spi.TimestampSource;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The ports of the key-value layer over a sorted map. A transaction reads as of its first read,
 * keeps its writes to itself, and commits if nothing that it read has changed. All versions are
 * kept.
 */
public final class MemoryStore implements Transactions, KvClient, TimestampSource, FollowerReads {
  private final NavigableMap<Key, NavigableMap<Long, Optional<byte[]>>> versions = new TreeMap<>();
  private final AtomicLong ids = new AtomicLong();
  private long clock = 1;

  /** What requests of sessions are answered instead; an empty one lets a request through. */
  public final Deque<Optional<TxnResponse>> script = new ArrayDeque<>();

  /** When set, answers wait here until the test gives them. */
  public @Nullable Deque<Runnable> held;

  /** Whether no two keys lie in one range. */
  public boolean apart;

  /** Where ranges are believed to begin. */
  public final NavigableSet<Key> borders = new TreeSet<>();

  /** Reads programs of scans; {@link RowProgram.Factory#NONE}: all rows are sent. */
  public RowProgram.Factory programs = RowProgram.Factory.NONE;

  /** So many rows are looked at for a page with a program. */
  public int lookedMax = 1000;

  /** How many pages programs were carried out for. */
  public int evaluated;

  /** Requests of sessions and of clients, in their order. */
  public final List<Object> asked = Collections.synchronizedList(new ArrayList<>());

  public KvTransactions transactions() {
    return new ClusterTransactions(
        this, this, this, this, () -> new TxnId(1, ids.incrementAndGet()), () -> 0);
  }

  /** All live keys. */
  public synchronized NavigableMap<Key, byte[]> content() {
    return snapshot(KeySpan.ALL, clock);
  }

  /** Time goes by. */
  public synchronized void passes(Duration time) {
    clock += time.toMillis() << 16;
  }

  public synchronized Timestamp now() {
    return new Timestamp(clock);
  }

  private NavigableMap<Key, byte[]> snapshot(KeySpan span, long at) {
    var live = new TreeMap<Key, byte[]>();
    versions
        .subMap(span.start(), true, span.end(), false)
        .forEach((key, history) -> valueAt(history, at).ifPresent(bytes -> live.put(key, bytes)));
    return live;
  }

  private static Optional<byte[]> valueAt(NavigableMap<Long, Optional<byte[]>> history, long at) {
    Map.Entry<Long, Optional<byte[]>> entry = history.floorEntry(at);
    return entry == null ? Optional.empty() : entry.getValue();
  }

  private Optional<byte[]> valueAt(Key key, long at) {
    NavigableMap<Long, Optional<byte[]>> history = versions.get(key);
    return history == null ? Optional.empty() : valueAt(history, at);
  }

  @Override
  public List<Key> borders(KeySpan span, int max) {
    return borders.subSet(span.start(), false, span.end(), false).stream().limit(max).toList();
  }

  @Override
  public Session begin(TxnId id, Timestamp named, long deadlineNanos, int losses) {
    return new MemorySession(id);
  }

  @Override
  public void execute(TxnRequest.OneShot request, long deadline, Consumer<TxnResponse> reply) {
    throw new UnsupportedOperationException("one-shot transactions");
  }

  @Override
  public void outcome(TxnId id, Key anchor, long deadlineNanos, OutcomeReply reply) {
    throw new UnsupportedOperationException("outcomes");
  }

  @Override
  public synchronized void send(KvRequest request, long deadlineNanos, Consumer<KvResponse> reply) {
    asked.add(request);
    Runnable work = () -> reply.accept(answer((KvRequest.Read) request));
    Deque<Runnable> queue = held;
    if (queue == null) {
      work.run();
    } else {
      queue.add(work);
    }
  }

  private synchronized KvResponse answer(KvRequest.Read read) {
    return switch (read) {
      case KvRequest.Get get -> value(get.key(), get.at());
      case KvRequest.GetAll all ->
          all.at() == null && apart
              ? new KvResponse.Failed(ErrorCode.CROSS_RANGE_BATCH, "two ranges")
              : new KvResponse.Values(
                  all.keys().stream().map(key -> value(key, all.at())).toList());
      case KvRequest.Scan scan -> {
        NavigableMap<Key, byte[]> rows = snapshot(scan.span(), at(scan.at()));
        TxnResponse.Page page =
            page(rows, scan.maxRows(), scan.reverse(), scan.keysOnly(), program(scan.program()));
        yield new KvResponse.Page(page.rows(), page.resume(), scan.at(), page.evaluated());
      }
      case KvRequest.TxnQuestion question ->
          throw new IllegalArgumentException("no question of clients: " + question);
    };
  }

  private KvResponse.Value value(Key key, @Nullable Timestamp at) {
    return new KvResponse.Value(valueAt(key, at(at)).orElse(null), new Timestamp(at(at)));
  }

  @Override
  public synchronized void draw(int count, long deadlineNanos, Consumer<Drawn> reply) {
    reply.accept(new Drawn.Granted(new Timestamp(clock)));
  }

  @Override
  public Counts counts() {
    return Counts.NONE;
  }

  @Override
  public synchronized void read(KvRequest.Read read, long deadlineNanos, Consumer<Answer> reply) {
    asked.add(read);
    KvResponse response = answer(read);
    Timestamp at = read instanceof KvRequest.Get get ? get.at() : ((KvRequest.Scan) read).at();
    reply.accept(new Answer(response, new Timestamp(at(at)), null));
  }

  private long at(@Nullable Timestamp at) {
    return at == null ? clock : at.value();
  }

  @Override
  public void readStale(
      KvRequest.Read read, Duration maxStaleness, long deadlineNanos, Consumer<Answer> reply) {
    read(read, deadlineNanos, reply);
  }

  private @Nullable RowProgram program(byte @Nullable [] bytes) {
    return bytes == null ? null : programs.read(bytes);
  }

  private TxnResponse.Page page(
      NavigableMap<Key, byte[]> rows,
      int maxRows,
      boolean reverse,
      boolean keysOnly,
      @Nullable RowProgram program) {
    RowProgram.Page work = program == null ? null : program.page();
    var page = new ArrayList<KvResponse.Row>();
    long looked = 0;
    for (var row : (reverse ? rows.descendingMap() : rows).entrySet()) {
      Key key = row.getKey();
      boolean full = work != null && (looked == lookedMax || (looked > 0 && work.isFull()));
      if (page.size() == maxRows || full) {
        Key resume = reverse ? key.next() : key;
        return new TxnResponse.Page(page, resume, evaluated(work, looked, null));
      }
      byte[] value = keysOnly ? new byte[0] : row.getValue();
      try {
        value = work == null ? value : work.take(key, value);
      } catch (RowProgram.Failure failure) {
        return page.isEmpty()
            ? new TxnResponse.Page(page, null, evaluated(work, looked, failure.error()))
            : new TxnResponse.Page(page, reverse ? key.next() : key, evaluated(work, looked, null));
      } catch (RowProgram.NotHere plainly) {
        return page(rows, maxRows, reverse, keysOnly, null);
      }
      looked++;
      if (value != null) {
        page.add(new KvResponse.Row(key, value, Timestamp.MIN));
      }
    }
    return new TxnResponse.Page(page, null, evaluated(work, looked, null));
  }

  private KvResponse.@Nullable Evaluated evaluated(
      RowProgram.@Nullable Page work, long looked, byte @Nullable [] error) {
    if (work == null) {
      return null;
    }
    evaluated++;
    return new KvResponse.Evaluated(looked, error == null ? work.results() : List.of(), error);
  }

  private final class MemorySession implements Session {
    private record Mark(String name, NavigableMap<Key, Optional<byte[]>> writes) {}

    private final TxnId id;
    private final Deque<Mark> marks = new ArrayDeque<>();
    private final List<KeySpan> reads = new ArrayList<>();
    private NavigableMap<Key, Optional<byte[]>> writes = new TreeMap<>();
    private long readAt;
    private long notAfter = Long.MAX_VALUE;
    private @Nullable Key otherwise;
    private TxnResponse.@Nullable Failed ended;

    MemorySession(TxnId id) {
      this.id = id;
    }

    @Override
    public TxnId id() {
      return id;
    }

    @Override
    public void send(TxnRequest request, Consumer<TxnResponse> reply) {
      Runnable work =
          () -> {
            Optional<TxnResponse> scripted = script.poll();
            reply.accept(scripted != null && scripted.isPresent() ? scripted.get() : run(request));
          };
      asked.add(request);
      Deque<Runnable> queue = held;
      if (queue == null) {
        work.run();
      } else {
        queue.add(work);
      }
    }

    @Override
    public void close() {
      ended = new TxnResponse.Failed(ErrorCode.TXN_ENDED, "closed");
    }

    private TxnResponse run(TxnRequest request) {
      synchronized (MemoryStore.this) {
        if (ended != null) {
          return ended;
        }
        return switch (request) {
          case TxnRequest.Get get -> get(get);
          case TxnRequest.GetAll all ->
              new TxnResponse.Values(
                  all.keys().stream()
                      .map(key -> get(new TxnRequest.Get(key, TxnRequest.Lock.NONE)))
                      .toList());
          case TxnRequest.Scan scan -> scan(scan);
          case TxnRequest.Put put -> write(put.key(), Optional.of(put.value()));
          case TxnRequest.Delete delete -> write(delete.key(), Optional.empty());
          case TxnRequest.Savepoint savepoint -> {
            marks.push(new Mark(savepoint.name(), new TreeMap<>(writes)));
            yield new TxnResponse.Done();
          }
          case TxnRequest.RollbackTo back -> unwind(back.name(), true);
          case TxnRequest.Release release -> unwind(release.name(), false);
          case TxnRequest.NotAfter bound -> {
            notAfter = readAt() <= bound.bound().value() ? bound.bound().value() : notAfter;
            otherwise = bound.otherwise();
            yield new TxnResponse.ReadsAt(new Timestamp(readAt()));
          }
          case TxnRequest.Commit commit -> commit();
          case TxnRequest.Rollback rollback -> {
            close();
            yield new TxnResponse.Done();
          }
        };
      }
    }

    private long readAt() {
      if (readAt == 0) {
        readAt = clock;
      }
      return readAt;
    }

    private TxnResponse.Value get(TxnRequest.Get get) {
      Optional<byte[]> own = writes.get(get.key());
      if (own != null) {
        return new TxnResponse.Value(own.orElse(null), Timestamp.MIN);
      }
      reads.add(KeySpan.of(get.key()));
      return new TxnResponse.Value(valueAt(get.key(), readAt()).orElse(null), Timestamp.MIN);
    }

    private TxnResponse scan(TxnRequest.Scan scan) {
      if (scan.lock() != TxnRequest.Lock.UNCHECKED) {
        reads.add(scan.span());
      }
      NavigableMap<Key, byte[]> rows = snapshot(scan.span(), readAt());
      NavigableMap<Key, Optional<byte[]>> own =
          writes.subMap(scan.span().start(), true, scan.span().end(), false);
      own.forEach(
          (key, value) -> {
            rows.remove(key);
            value.ifPresent(bytes -> rows.put(key, bytes));
          });
      RowProgram program =
          own.isEmpty() && scan.lock() == TxnRequest.Lock.NONE ? program(scan.program()) : null;
      return page(rows, scan.maxRows(), scan.reverse(), scan.keysOnly(), program);
    }

    private TxnResponse write(Key key, Optional<byte[]> value) {
      writes.put(key, value);
      return new TxnResponse.Done();
    }

    private TxnResponse unwind(String name, boolean undo) {
      if (marks.stream().noneMatch(mark -> mark.name().equals(name))) {
        return new TxnResponse.Failed(ErrorCode.UNKNOWN_SAVEPOINT, "no savepoint " + name);
      }
      Mark mark = marks.pop();
      while (!mark.name().equals(name)) {
        mark = marks.pop();
      }
      if (undo) {
        writes = new TreeMap<>(mark.writes());
        marks.push(mark);
      }
      return new TxnResponse.Done();
    }

    private TxnResponse commit() {
      close();
      boolean late = !writes.isEmpty() && clock + 1 > notAfter;
      if (late && otherwise != null) {
        reads.add(KeySpan.of(otherwise));
      }
      for (KeySpan span : reads) {
        for (var history : versions.subMap(span.start(), true, span.end(), false).values()) {
          if (history.lastKey() > readAt) {
            return new TxnResponse.Failed(ErrorCode.TXN_CONFLICT, "read " + span);
          }
        }
      }
      if (!writes.isEmpty()) {
        if (late && otherwise == null) {
          return new TxnResponse.Failed(ErrorCode.TXN_CONFLICT, "not after " + notAfter);
        }
        clock++;
        writes.forEach(
            (key, value) -> versions.computeIfAbsent(key, k -> new TreeMap<>()).put(clock, value));
      }
      return new TxnResponse.Committed(new Timestamp(clock));
    }
  }
}
