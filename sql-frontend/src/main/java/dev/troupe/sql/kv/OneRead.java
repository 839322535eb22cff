package dev.troupe.sql.kv;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.TxnRequest.Lock;
import dev.troupe.protocol.trace.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A linearizable read of one key, which is a transaction without having to be one. The witness
 * comes in the same round trip where one range holds both.
 */
final class OneRead extends ReadOnlyTransaction implements WitnessedRead {
  private final KvClient client;
  private final Key witnessKey;
  private final Neighbours neighbours;
  private final long deadlineNanos;
  private final Cancellation cancellation;
  private boolean used;
  private Timestamp version = Timestamp.MIN;
  private KvResponse.@Nullable Value witness;

  OneRead(
      KvClient client,
      Key witnessKey,
      Neighbours neighbours,
      long deadlineNanos,
      Cancellation cancellation) {
    this.client = client;
    this.witnessKey = witnessKey;
    this.neighbours = neighbours;
    this.deadlineNanos = deadlineNanos;
    this.cancellation = cancellation;
  }

  @Override
  public byte @Nullable [] get(Key key, Lock lock) {
    // A second read could see another moment than the first one.
    Invariant.check(!used && lock == Lock.NONE, "this can read one key, once: %s", key);
    used = true;
    KvResponse.Value value = neighbours.mayBe() ? together(key) : null;
    if (value == null) {
      value = single(key);
    }
    version = value.version();
    byte[] found = value.value();
    if (found != null) {
      rows++;
      bytes += found.length;
    }
    return found;
  }

  /** Null when the keys are not in one range. */
  private KvResponse.@Nullable Value together(Key key) {
    KvResponse response = ask(new KvRequest.GetAll(List.of(key, witnessKey), null, null));
    if (response instanceof KvResponse.Failed failed) {
      if (failed.code() == ErrorCode.CROSS_RANGE_BATCH) {
        neighbours.areNot();
        return null;
      }
      throw KvErrors.of(failed.code(), failed.message());
    }
    Invariant.check(response instanceof KvResponse.Values, "a read was answered by %s", response);
    List<KvResponse.Value> values = ((KvResponse.Values) response).values();
    witness = values.getLast();
    return values.getFirst();
  }

  private KvResponse.Value single(Key key) {
    KvResponse response = ask(new KvRequest.Get(key));
    if (response instanceof KvResponse.Failed failed) {
      throw KvErrors.of(failed.code(), failed.message());
    }
    Invariant.check(response instanceof KvResponse.Value, "a read was answered by %s", response);
    return (KvResponse.Value) response;
  }

  private KvResponse ask(KvRequest request) {
    roundTrips++;
    var answer = new CompletableFuture<KvResponse>();
    Span trace = cancellation.trace();
    KvClient way = trace == null ? client : client.under(trace);
    way.send(request, deadlineNanos, answer::complete);
    return cancellation.await(answer);
  }

  @Override
  public byte @Nullable [] witness() {
    KvResponse.Value seen = witness;
    if (seen == null) {
      seen = single(witnessKey);
      witness = seen;
    }
    return seen.value();
  }

  @Override
  public List<byte @Nullable []> getAll(List<Key> keys, Lock lock) {
    Invariant.check(keys.size() <= 1, "this can read one key, not %d", keys.size());
    var values = new ArrayList<byte @Nullable []>(1);
    for (Key key : keys) {
      values.add(get(key, lock));
    }
    return values;
  }

  @Override
  public List<Key> borders(KeySpan span, int max) {
    return List.of();
  }

  @Override
  public KvCursor scan(KvScan scan) {
    throw new Invariant.Violation("this can read one key, not " + scan.span());
  }

  @Override
  public Timestamp commit() {
    return version;
  }
}
