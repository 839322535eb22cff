package dev.troupe.node.grpc;

import dev.troupe.node.ClusterDoor;
import dev.troupe.node.config.NodeSettings.GrpcLimits;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.transport.EventLoops;
import dev.troupe.v1.AdminGrpc;
import dev.troupe.v1.KvGrpc;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The gRPC door on a free loopback port, with a client. */
final class GrpcFixture implements AutoCloseable {
  static final GrpcLimits LIMITS = new GrpcLimits(32_768, 96 << 20, 4096);

  final Admission admission;
  final GrpcDoor door;
  private final EventLoops loops = EventLoops.start();
  final ManagedChannel channel;

  GrpcFixture(KvClient kv) throws IOException {
    this(kv, LIMITS, List.of());
  }

  GrpcFixture(ClusterDoor cluster) throws IOException {
    this(
        (request, deadline, reply) -> {
          throw new AssertionError("not a key-value test");
        },
        LIMITS,
        List.of(new AdminGrpcService(cluster)));
  }

  GrpcFixture(KvClient kv, GrpcLimits limits, List<BindableService> more) throws IOException {
    admission = new Admission(limits);
    KvDispatch dispatch =
        new KvDispatch(
            kv,
            admission,
            RequestObserver.NONE,
            SystemClocks.monotonic(),
            Duration.ofSeconds(5).toNanos());
    door =
        new GrpcDoor(
            loops,
            new InetSocketAddress("127.0.0.1", 0),
            threads -> {
              var services = new java.util.ArrayList<>(more);
              services.add(new KvGrpcService(dispatch, limits.pipelineInFlight(), threads));
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
