package dev.troupe.client;

import com.google.protobuf.ByteString;
import dev.troupe.protocol.error.ErrorCode.Retry;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.RandomSource;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the parts of one client share. Any thread.
 *
 * @param namespace of requests that name none
 * @param answerNanos how long a node may take to answer a request
 * @param idHigh makes the transactions of this client different from those of all others
 * @param idLow counts them
 * @param latest the latest version that this client was told, an unsigned number
 * @param closed open as long as the client is
 */
record ClientContext(
    Endpoints endpoints,
    String namespace,
    long answerNanos,
    MonotonicClock clock,
    RandomSource random,
    long idHigh,
    AtomicLong idLow,
    AtomicLong latest,
    CountDownLatch closed) {

  TransactionName newName() {
    // Before the id: what happens under it must be later.
    long chosenAfter = latest.get();
    return new TransactionName(new UUID(idHigh, idLow.getAndIncrement()), chosenAfter);
  }

  /** Takes note of the version of a commit. */
  void told(long version) {
    if (Long.compareUnsigned(version, latest.get()) > 0) {
      latest.accumulateAndGet(
          version, (one, other) -> Long.compareUnsigned(one, other) > 0 ? one : other);
    }
  }

  String namespaceOr(String wanted) {
    return wanted.isEmpty() ? namespace : wanted;
  }

  long now() {
    return clock.nanos();
  }

  /** Lets time pass, unless the client is closed or the thread interrupted meanwhile. */
  void pause(long nanos) {
    try {
      if (closed.await(nanos, TimeUnit.NANOSECONDS)) {
        throw new TroupeClientException(
            TroupeClientException.CLIENT_CLOSED, "the client is closed", Retry.NEVER, null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TroupeClientException(
          TroupeClientException.INTERRUPTED, "interrupted between attempts", Retry.SAFE, e);
    }
  }

  static ByteString bytes(UUID id) {
    ByteBuffer buffer = ByteBuffer.allocate(2 * Long.BYTES);
    buffer.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()).flip();
    return ByteString.copyFrom(buffer);
  }

  static UUID uuid(ByteString bytes) {
    ByteBuffer buffer = bytes.asReadOnlyByteBuffer();
    return new UUID(buffer.getLong(), buffer.getLong());
  }
}
