package dev.troupe.sql.kv;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.TimestampSource;
import dev.troupe.protocol.spi.TxnRequest.Lock;
import dev.troupe.protocol.trace.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads as of one timestamp, drawn before the first of them: all that was committed before then is
 * seen and nothing that is committed later, so whoever only reads is strictly serializable without
 * a coordinator, without validation, and however much it reads.
 */
final class SnapshotReads extends ReadOnlyTransaction {
  /** What may be repeated is repeated so often: a failure that stays is told. */
  private static final int REPEATS_MAX = 10;

  private static final long PAUSE_FIRST_MILLIS = 5;

  private final KvClient client;
  private final TimestampSource timestamps;
  private final long deadlineNanos;
  private final Cancellation cancellation;
  private @Nullable Timestamp at;

  SnapshotReads(
      KvClient client, TimestampSource timestamps, long deadlineNanos, Cancellation cancellation) {
    this.client = client;
    this.timestamps = timestamps;
    this.deadlineNanos = deadlineNanos;
    this.cancellation = cancellation;
  }

  /** An answer on its way, and to what. */
  private static final class Asked extends CompletableFuture<KvResponse> {
    final KvRequest.Read read;

    Asked(KvRequest.Read read) {
      this.read = read;
    }
  }

  private Timestamp at() {
    Timestamp known = at;
    if (known != null) {
      return known;
    }
    for (int repeats = 0; ; repeats++) {
      var drawn = new CompletableFuture<TimestampSource.Drawn>();
      Span trace = cancellation.trace();
      if (trace != null) {
        Span draw = trace.child("timestamp");
        drawn.whenComplete((value, failure) -> draw.end());
      }
      timestamps.draw(1, deadlineNanos, drawn::complete);
      switch (cancellation.await(drawn)) {
        case TimestampSource.Drawn.Granted granted -> {
          at = granted.first();
          return granted.first();
        }
        case TimestampSource.Drawn.Failed failed ->
            pauseOrThrow(failed.code(), failed.message(), repeats);
      }
    }
  }

  /** Has no use for a bound: it reads when it reads, and commits nothing. */
  @Override
  public Timestamp readsAt(Timestamp bound, @Nullable Key otherwise) {
    return at();
  }

  @Override
  public byte @Nullable [] get(Key key, Lock lock) {
    requireNone(lock);
    roundTrips++;
    KvResponse response = await(ask(new KvRequest.Get(key, at(), null)));
    Invariant.check(response instanceof KvResponse.Value, "a read was answered by %s", response);
    return counted((KvResponse.Value) response);
  }

  @Override
  public List<byte @Nullable []> getAll(List<Key> keys, Lock lock) {
    requireNone(lock);
    var asked = new ArrayList<Asked>();
    for (List<Key> some : KeyLists.parts(keys)) {
      asked.add(ask(new KvRequest.GetAll(some, at(), null)));
      roundTrips++;
    }
    var values = new ArrayList<byte @Nullable []>(keys.size());
    for (Asked one : asked) {
      KvResponse response = await(one);
      Invariant.check(response instanceof KvResponse.Values, "a read was answered by %s", response);
      for (KvResponse.Value value : ((KvResponse.Values) response).values()) {
        values.add(counted(value));
      }
    }
    return values;
  }

  private byte @Nullable [] counted(KvResponse.Value value) {
    byte[] found = value.value();
    if (found != null) {
      rows++;
      bytes += found.length;
    }
    return found;
  }

  @Override
  public KvCursor scan(KvScan scan) {
    requireNone(scan.lock());
    return new PageCursor(
        scan,
        new PageCursor.Pages() {
          @Override
          public CompletableFuture<?> ask(KeySpan rest, int maxRows, byte @Nullable [] program) {
            roundTrips++;
            return SnapshotReads.this.ask(
                new KvRequest.Scan(
                    rest,
                    maxRows,
                    PageCursor.PAGE_BYTES_MAX,
                    scan.reverse(),
                    scan.keysOnly(),
                    at(),
                    null,
                    program));
          }

          @Override
          public PageCursor.Page await(CompletableFuture<?> asked) {
            return counted(SnapshotReads.this.await((Asked) asked));
          }
        });
  }

  @Override
  public List<Key> borders(KeySpan span, int max) {
    return client.borders(span, max);
  }

  private Asked ask(KvRequest.Read read) {
    var asked = new Asked(read);
    Span trace = cancellation.trace();
    KvClient way = trace == null ? client : client.under(trace);
    way.send(read, deadlineNanos, asked::complete);
    return asked;
  }

  private KvResponse await(Asked first) {
    Asked asked = first;
    for (int repeats = 0; ; repeats++) {
      KvResponse response = cancellation.await(asked);
      if (!(response instanceof KvResponse.Failed failed)) {
        return response;
      }
      pauseOrThrow(failed.code(), failed.message(), repeats);
      asked = ask(asked.read);
    }
  }

  private void pauseOrThrow(ErrorCode code, String message, int repeats) {
    if (code.retry() != ErrorCode.Retry.SAFE
        || code == ErrorCode.DEADLINE_EXCEEDED
        || repeats >= REPEATS_MAX) {
      throw KvErrors.of(code, message);
    }
    var over = new CompletableFuture<Boolean>();
    cancellation.await(
        over.completeOnTimeout(true, PAUSE_FIRST_MILLIS << repeats, TimeUnit.MILLISECONDS));
  }

  private static void requireNone(Lock lock) {
    if (lock != Lock.NONE) {
      throw readOnly();
    }
  }

  @Override
  public Timestamp commit() {
    Timestamp known = at;
    return known == null ? Timestamp.MIN : known;
  }
}
