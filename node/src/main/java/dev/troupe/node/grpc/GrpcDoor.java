package dev.troupe.node.grpc;

import dev.troupe.transport.EventLoops;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The gRPC port. Services run on the transport's event loops (see {@code
 * docs/decisions/0002-grpc-server.md}), so they never block. The health service says SERVING only
 * while the node is ready.
 */
public final class GrpcDoor implements AutoCloseable {
  private static final int CONCURRENT_CALLS_PER_CONNECTION = 8_192;
  private static final int FLOW_CONTROL_WINDOW_BYTES = 1 << 20;
  private static final int HEADER_BYTES_MAX = 16 << 10;
  private static final int READ_BYTES_MIN = 64;
  private static final int READ_BYTES_FIRST = 2 << 10;
  private static final int READ_BYTES_MAX = 16 << 10;
  private static final long CLOSE_GRACE_MILLIS = 500;

  /**
   * The library reports every malformed connection with a stack trace, which lets strangers fill
   * the log. Held here because the logging framework only keeps a weak reference.
   */
  private static final Logger LIBRARY_LOGGER = Logger.getLogger("io.grpc");

  static {
    LIBRARY_LOGGER.setLevel(Level.SEVERE);
  }

  private final EventLoops loops;
  private final HealthStatusManager health = new HealthStatusManager();
  private final Server server;

  /**
   * Binds the port.
   *
   * @param loops outlive the door
   * @throws IOException when the port is taken or the address is not this machine's
   */
  public GrpcDoor(EventLoops loops, InetSocketAddress address, ServiceFactory services)
      throws IOException {
    this.loops = loops;
    setReady(false);
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(address)
            .bossEventLoopGroup(loops.clients())
            .workerEventLoopGroup(loops.clients())
            .channelType(loops.serverChannel())
            .withChildOption(ChannelOption.RECVBUF_ALLOCATOR, smallReads())
            .directExecutor()
            .maxInboundMessageSize(RequestLimits.MESSAGE_BYTES_MAX)
            .maxInboundMetadataSize(HEADER_BYTES_MAX)
            .maxConcurrentCallsPerConnection(CONCURRENT_CALLS_PER_CONNECTION)
            .initialFlowControlWindow(FLOW_CONTROL_WINDOW_BYTES)
            .permitKeepAliveTime(5, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .addService(health.getHealthService())
            .addService(ProtoReflectionServiceV1.newInstance());
    services.create(this::currentLoop).forEach(builder::addService);
    server = builder.build();
    server.start();
  }

  /**
   * A loop serves other nodes, too, and each connection once in a round. By default sixteen reads
   * of 64 KiB are taken from one that has so much, which is thousands of requests: under overload a
   * round then took longer than a leader may be silent.
   */
  private static RecvByteBufAllocator smallReads() {
    return new AdaptiveRecvByteBufAllocator(READ_BYTES_MIN, READ_BYTES_FIRST, READ_BYTES_MAX)
        .maxMessagesPerRead(1);
  }

  /** Makes the services once the transport's threads are known. */
  @FunctionalInterface
  public interface ServiceFactory {
    List<BindableService> create(Supplier<ScheduledExecutorService> transportThread);
  }

  /** The port that is bound, also when it was asked for as 0. */
  public int port() {
    return server.getPort();
  }

  /** What the health service answers from now on. */
  public void setReady(boolean ready) {
    health.setStatus(
        HealthStatusManager.SERVICE_NAME_ALL_SERVICES,
        ready ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
  }

  /** Refuses new calls, gives running ones half a second, then cuts them. */
  @Override
  public void close() {
    health.enterTerminalState();
    server.shutdown();
    try {
      if (!server.awaitTermination(CLOSE_GRACE_MILLIS, TimeUnit.MILLISECONDS)) {
        server.shutdownNow();
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  /** The event loop that runs the caller; a caller from elsewhere gets one of them. */
  private ScheduledExecutorService currentLoop() {
    for (EventExecutor loop : loops.clients()) {
      if (loop.inEventLoop()) {
        return loop;
      }
    }
    return loops.clients().next();
  }
}
