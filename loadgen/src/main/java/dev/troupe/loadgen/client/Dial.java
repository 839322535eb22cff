package dev.troupe.loadgen.client;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to reach one node: ends with a channel whose HTTP/2 handshake is done, or with the
 * reason why there is none. Lives on one event loop.
 */
final class Dial {
  private static final int INBOUND_BYTES_MAX = 64 << 20;
  private static final int WINDOW_BYTES = 4 << 20;

  /** A stopped process still accepts connections, but it never answers the handshake. */
  private static final long HANDSHAKE_MILLIS = 1_000;

  private final Endpoint endpoint;
  private final EventLoop loop;
  private final ManagedChannel channel;
  private final Consumer<ManagedChannel> onReady;
  private final Consumer<String> onFailed;
  private final ScheduledFuture<?> timer;
  private boolean done;

  Dial(
      Endpoint endpoint,
      EventLoops loops,
      EventLoop loop,
      Consumer<ManagedChannel> onReady,
      Consumer<String> onFailed) {
    this.endpoint = endpoint;
    this.loop = loop;
    this.onReady = onReady;
    this.onFailed = onFailed;
    this.channel =
        NettyChannelBuilder.forAddress(new InetSocketAddress(endpoint.host(), endpoint.port()))
            .usePlaintext()
            .directExecutor()
            .disableRetry()
            .eventLoopGroup(loop)
            .channelType(loops.channelType(), InetSocketAddress.class)
            .initialFlowControlWindow(WINDOW_BYTES)
            .maxInboundMessageSize(INBOUND_BYTES_MAX)
            .build();
    this.timer =
        loop.schedule(
            () -> fail("no handshake within " + HANDSHAKE_MILLIS + " ms"),
            HANDSHAKE_MILLIS,
            TimeUnit.MILLISECONDS);
    // Not at once: the caller has to know of this attempt before it hears of its end.
    loop.execute(this::watch);
  }

  Endpoint endpoint() {
    return endpoint;
  }

  void cancel() {
    if (!done) {
      done = true;
      timer.cancel(false);
      channel.shutdownNow();
    }
  }

  private void watch() {
    if (done) {
      return;
    }
    ConnectivityState state = channel.getState(true);
    switch (state) {
      case READY -> succeed();
      case TRANSIENT_FAILURE, SHUTDOWN -> fail("connection refused or reset");
      case IDLE, CONNECTING ->
          channel.notifyWhenStateChanged(state, () -> loop.execute(this::watch));
    }
  }

  private void succeed() {
    done = true;
    timer.cancel(false);
    onReady.accept(channel);
  }

  private void fail(@Nullable String why) {
    if (!done) {
      cancel();
      onFailed.accept(endpoint + ": " + why);
    }
  }
}
