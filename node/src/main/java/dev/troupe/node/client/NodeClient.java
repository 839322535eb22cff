package dev.troupe.node.client;

import dev.troupe.node.config.HostPort;
import dev.troupe.node.grpc.RequestLimits;
import dev.troupe.v1.AdminGrpc;
import dev.troupe.v1.KvGrpc;
import dev.troupe.v1.TxnGrpc;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A connection to one node. Calls block. Thread-safe. */
public final class NodeClient implements AutoCloseable {
  private final HostPort address;
  private final Duration timeout;
  private final ManagedChannel channel;

  /**
   * Dials when the first call is made.
   *
   * @param timeout of each call
   */
  public NodeClient(HostPort address, Duration timeout) {
    this.address = address;
    this.timeout = timeout;
    channel =
        NettyChannelBuilder.forAddress(address.host(), address.port())
            .usePlaintext()
            .directExecutor()
            .maxInboundMessageSize(2 * RequestLimits.MESSAGE_BYTES_MAX)
            .build();
  }

  public HostPort address() {
    return address;
  }

  public AdminGrpc.AdminBlockingStub admin() {
    return AdminGrpc.newBlockingStub(channel)
        .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  public KvGrpc.KvBlockingStub kv() {
    return KvGrpc.newBlockingStub(channel)
        .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  public TxnGrpc.TxnBlockingStub txn() {
    return TxnGrpc.newBlockingStub(channel)
        .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Without a deadline: for streams that last as long as they have something to carry. */
  public KvGrpc.KvStub kvStream() {
    return KvGrpc.newStub(channel);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
