package dev.troupe.node.grpc;

import dev.troupe.node.ClusterDoor;
import dev.troupe.node.SwitchableFollowerReads;
import dev.troupe.node.SwitchableTransactions;
import dev.troupe.node.config.NodeSettings.GrpcLimits;
import dev.troupe.node.config.NodeSettings.TxnLimits;
import dev.troupe.protocol.spi.FollowerReads;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.transport.EventLoops;
import dev.troupe.v1.AdminGrpc;
import dev.troupe.v1.KvGrpc;
import dev.troupe.v1.TxnGrpc;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** The gRPC door on a free loopback port, with a client. */
final class GrpcFixture implements AutoCloseable {
  static final GrpcLimits LIMITS = new GrpcLimits(32_768, 96 << 20, 4096, Duration.ofSeconds(1));

  static final TxnLimits TXN_LIMITS = new TxnLimits(100, 256, 4 << 20, Duration.ofSeconds(60));

  private static final KvClient NO_KV =
      (request, deadline, reply) -> {
        throw new AssertionError("not a key-value test");
      };

  /** Operations of the transaction service, with their errors. */
  final List<String> finished = new CopyOnWriteArrayList<>();

  final OpenSessions sessions;
  final Admission admission;
  private static final FollowerReads NO_PAST = new SwitchableFollowerReads();

  final GrpcDoor door;
  private final EventLoops loops = EventLoops.start();
  final ManagedChannel channel;

  GrpcFixture(KvClient kv) throws IOException {
    this(kv, LIMITS, List.of());
  }

  GrpcFixture(ClusterDoor cluster) throws IOException {
    this(NO_KV, LIMITS, List.of(new AdminGrpcService(cluster)));
  }

  GrpcFixture(Transactions transactions, GrpcLimits limits, TxnLimits txnLimits)
      throws IOException {
    this(NO_KV, NO_PAST, limits, List.of(), transactions, txnLimits);
  }

  GrpcFixture(KvClient kv, GrpcLimits limits, List<BindableService> more) throws IOException {
    this(kv, NO_PAST, limits, more, new SwitchableTransactions(), TXN_LIMITS);
  }

  GrpcFixture(KvClient kv, FollowerReads past) throws IOException {
    this(kv, past, LIMITS, List.of(), new SwitchableTransactions(), TXN_LIMITS);
  }

  private GrpcFixture(
      KvClient kv,
      FollowerReads past,
      GrpcLimits limits,
      List<BindableService> more,
      Transactions transactions,
      TxnLimits txnLimits)
      throws IOException {
    admission = new Admission(limits, SystemClocks.monotonic());
    sessions = new OpenSessions(txnLimits);
    TxnDispatch txn =
        new TxnDispatch(
            transactions,
            new TxnIds(SystemClocks.random()),
            new TxnDispatch.Bounds(admission, sessions, txnLimits, Duration.ofSeconds(5)),
            (method, nanos, error) -> finished.add(method.label() + " " + error),
            SystemClocks.monotonic());
    KvDispatch dispatch =
        new KvDispatch(
            kv,
            past,
            admission,
            RequestObserver.none(),
            SystemClocks.monotonic(),
            Duration.ofSeconds(5).toNanos());
    door =
        new GrpcDoor(
            loops,
            new InetSocketAddress("127.0.0.1", 0),
            threads -> {
              var services = new java.util.ArrayList<>(more);
              services.add(new KvGrpcService(dispatch, limits.pipelineInFlight(), threads));
              services.add(new TxnGrpcService(txn, threads));
              return services;
            });
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", door.port())
            .usePlaintext()
            .maxInboundMessageSize(RequestLimits.MESSAGE_BYTES_MAX)
            .build();
  }

  KvGrpc.KvBlockingStub kv() {
    return KvGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  KvGrpc.KvStub kvAsync() {
    return KvGrpc.newStub(channel);
  }

  TxnGrpc.TxnBlockingStub txn() {
    return TxnGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  TxnGrpc.TxnStub txnAsync() {
    return TxnGrpc.newStub(channel);
  }

  AdminGrpc.AdminBlockingStub admin() {
    return AdminGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    channel.shutdownNow();
    door.close();
    loops.close();
  }
}
