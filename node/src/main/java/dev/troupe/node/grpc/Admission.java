package dev.troupe.node.grpc;

import dev.troupe.node.config.NodeSettings.GrpcLimits;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.spi.KvResponse;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the work that all clients together have given to this node: beyond it a request is refused
 * at once, so that the heap does not grow and the waiting time stays known. Any thread.
 */
public final class Admission {
  private final int requestsMax;
  private final long bytesMax;
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  public Admission(GrpcLimits limits) {
    requestsMax = limits.inFlightRequests();
    bytesMax = limits.inFlightBytes();
  }

  /** Null when the request may go on; then {@link #leave} must follow exactly once. */
  KvResponse.@Nullable Failed enter(long requestBytes) {
    if (requests.incrementAndGet() > requestsMax) {
      requests.decrementAndGet();
      return refusal("requests in flight", requestsMax, "troupe.grpc.in-flight-requests");
    }
    if (bytes.addAndGet(requestBytes) > bytesMax) {
      leave(requestBytes);
      return refusal("bytes of requests in flight", bytesMax, "troupe.grpc.in-flight-bytes");
    }
    return null;
  }

  void leave(long requestBytes) {
    requests.decrementAndGet();
    bytes.addAndGet(-requestBytes);
  }

  public int requests() {
    return requests.get();
  }

  public long bytes() {
    return bytes.get();
  }

  private static KvResponse.Failed refusal(String what, long limit, String setting) {
    return new KvResponse.Failed(
        ErrorCode.OVERLOADED,
        "this node has %d %s already (%s); nothing was done, try again later or another node"
            .formatted(limit, what, setting));
  }
}
