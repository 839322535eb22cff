package dev.troupe.loadgen.bench;

import dev.troupe.loadgen.client.Endpoint;
import dev.troupe.v1.AdminGrpc;
import dev.troupe.v1.InitRequest;
import dev.troupe.v1.InitResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Asks a node to form a cluster until it has done so, or until closed. */
final class Formation implements AutoCloseable {
  private static final long RETRY_MILLIS = 10;
  private static final long ATTEMPT_SECONDS = 10;

  private final ManagedChannel channel;
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  Formation(Endpoint node) {
    this.channel = NettyChannelBuilder.forAddress(node.host(), node.port()).usePlaintext().build();
  }

  void begin() {
    // A node that is not there yet has put the channel into a long pause.
    channel.resetConnectBackoff();
    AdminGrpc.newStub(channel)
        .withDeadlineAfter(ATTEMPT_SECONDS, TimeUnit.SECONDS)
        .init(
            InitRequest.getDefaultInstance(),
            new StreamObserver<InitResponse>() {
              @Override
              public void onNext(InitResponse response) {
                timer.shutdown();
              }

              @Override
              public void onError(Throwable error) {
                if (!timer.isShutdown()) {
                  timer.schedule(Formation.this::begin, RETRY_MILLIS, TimeUnit.MILLISECONDS);
                }
              }

              @Override
              public void onCompleted() {
                timer.shutdown();
              }
            });
  }

  @Override
  public void close() {
    timer.shutdownNow();
    channel.shutdownNow();
  }
}
