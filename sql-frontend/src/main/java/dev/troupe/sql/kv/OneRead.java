package dev.troupe.sql.kv;

import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.TxnRequest.Lock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A linearizable read of one key, which is a transaction without having to be one. */
final class OneRead extends ReadOnlyTransaction {
  private final KvClient client;
  private final long deadlineNanos;
  private final Cancellation cancellation;
  private boolean used;
  private Timestamp version = Timestamp.MIN;

  OneRead(KvClient client, long deadlineNanos, Cancellation cancellation) {
    this.client = client;
    this.deadlineNanos = deadlineNanos;
    this.cancellation = cancellation;
  }

  @Override
  public byte @Nullable [] get(Key key, Lock lock) {
    // A second read could see another moment than the first one.
    Invariant.check(!used && lock == Lock.NONE, "this can read one key, once: %s", key);
    used = true;
    roundTrips++;
    var answer = new CompletableFuture<KvResponse>();
    client.send(new KvRequest.Get(key), deadlineNanos, answer::complete);
    KvResponse response = cancellation.await(answer);
    if (response instanceof KvResponse.Failed failed) {
      throw KvErrors.of(failed.code(), failed.message());
    }
    Invariant.check(response instanceof KvResponse.Value, "a read was answered by %s", response);
    KvResponse.Value value = (KvResponse.Value) response;
    version = value.version();
    byte[] found = value.value();
    if (found != null) {
      rows++;
      bytes += found.length;
    }
    return found;
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
  public KvCursor scan(KeySpan span, boolean reverse, boolean keysOnly, long limit, Lock lock) {
    throw new Invariant.Violation("this can read one key, not " + span);
  }

  @Override
  public Timestamp commit() {
    return version;
  }
}
