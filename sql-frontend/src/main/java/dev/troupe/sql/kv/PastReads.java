package dev.troupe.sql.kv;

import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.FollowerReads;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.TxnRequest.Lock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Reads one moment of the past; the first read settles which, when the caller leaves it open. */
final class PastReads extends ReadOnlyTransaction {
  private final FollowerReads reads;
  private final KvClient ranges;
  private final Duration maxStaleness;
  private final long deadlineNanos;
  private final Cancellation cancellation;
  private @Nullable Timestamp at;

  /**
   * Makes one that has read nothing.
   *
   * @param ranges is asked for borders of ranges alone
   */
  PastReads(
      FollowerReads reads,
      KvClient ranges,
      @Nullable Timestamp at,
      Duration maxStaleness,
      long deadlineNanos,
      Cancellation cancellation) {
    this.reads = reads;
    this.ranges = ranges;
    this.at = at;
    this.maxStaleness = maxStaleness;
    this.deadlineNanos = deadlineNanos;
    this.cancellation = cancellation;
  }

  @Override
  public byte @Nullable [] get(Key key, Lock lock) {
    return value(await(ask(new KvRequest.Get(key, at), lock)));
  }

  @Override
  public List<byte @Nullable []> getAll(List<Key> keys, Lock lock) {
    var values = new ArrayList<byte @Nullable []>(keys.size());
    if (keys.isEmpty()) {
      return values;
    }
    // The first answer may settle the moment that the others have to be read at.
    values.add(get(keys.getFirst(), lock));
    var answers = new ArrayList<CompletableFuture<FollowerReads.Answer>>(keys.size());
    for (Key key : keys.subList(1, keys.size())) {
      answers.add(ask(new KvRequest.Get(key, at), lock));
    }
    for (var answer : answers) {
      values.add(value(await(answer)));
    }
    return values;
  }

  @Override
  public KvCursor scan(KvScan scan) {
    return new PageCursor(
        scan,
        new PageCursor.Pages() {
          @Override
          public CompletableFuture<?> ask(KeySpan rest, int maxRows, byte @Nullable [] program) {
            return PastReads.this.ask(
                new KvRequest.Scan(
                    rest,
                    maxRows,
                    PageCursor.PAGE_BYTES_MAX,
                    scan.reverse(),
                    scan.keysOnly(),
                    at,
                    null,
                    program),
                scan.lock());
          }

          @Override
          public PageCursor.Page await(CompletableFuture<?> asked) {
            return counted(PastReads.this.await(asked));
          }
        });
  }

  @Override
  public List<Key> borders(KeySpan span, int max) {
    return ranges.borders(span, max);
  }

  private CompletableFuture<FollowerReads.Answer> ask(KvRequest.Read read, Lock lock) {
    if (lock != Lock.NONE) {
      throw readOnly();
    }
    roundTrips++;
    var answer = new CompletableFuture<FollowerReads.Answer>();
    if (at == null) {
      reads.readStale(read, maxStaleness, deadlineNanos, answer::complete);
    } else {
      reads.read(read, deadlineNanos, answer::complete);
    }
    return answer;
  }

  private KvResponse await(CompletableFuture<?> asked) {
    var answer = (FollowerReads.Answer) cancellation.await(asked);
    if (answer.response() instanceof KvResponse.Failed failed) {
      throw KvErrors.of(failed.code(), failed.message());
    }
    if (at == null) {
      at = answer.at();
    }
    return answer.response();
  }

  private byte @Nullable [] value(KvResponse response) {
    Invariant.check(response instanceof KvResponse.Value, "a read was answered by %s", response);
    byte[] found = ((KvResponse.Value) response).value();
    if (found != null) {
      rows++;
      bytes += found.length;
    }
    return found;
  }

  @Override
  public Timestamp commit() {
    return at == null ? Timestamp.MIN : at;
  }
}
