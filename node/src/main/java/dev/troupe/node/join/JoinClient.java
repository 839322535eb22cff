package dev.troupe.node.join;

import dev.troupe.node.ClusterDoor.Invitation;
import dev.troupe.node.config.HostPort;
import dev.troupe.node.config.Ports;
import dev.troupe.v1.AdminGrpc;
import dev.troupe.v1.JoinRequest;
import dev.troupe.v1.JoinResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Asks other nodes to take this one in. Any thread; never blocks. */
public final class JoinClient implements AutoCloseable {
  private record Target(String address, ManagedChannel channel) {}

  private final List<Target> targets = new ArrayList<>();

  /**
   * @param addresses gRPC addresses of nodes, the asking one's own may be among them
   */
  public JoinClient(List<String> addresses) {
    for (String address : addresses) {
      HostPort target = HostPort.parse(address, Ports.DEFAULT_GRPC);
      targets.add(
          new Target(
              address,
              NettyChannelBuilder.forAddress(target.host(), target.port())
                  .usePlaintext()
                  .directExecutor()
                  .build()));
    }
  }

  /** How one target answered: an invitation, or what went wrong. */
  public record Reply(String target, CompletableFuture<Invitation> invitation) {}

  /** Asks all targets at once; every reply completes within the time limit. */
  public List<Reply> ask(JoinRequest request, Duration limit) {
    return targets.stream().map(target -> ask(target, request, limit)).toList();
  }

  @Override
  public void close() {
    targets.forEach(target -> target.channel().shutdownNow());
  }

  private static Reply ask(Target target, JoinRequest request, Duration limit) {
    CompletableFuture<Invitation> invitation = new CompletableFuture<>();
    // A channel that failed waits ever longer before it dials again; a node that just came up
    // should not have to wait for that.
    target.channel().resetConnectBackoff();
    AdminGrpc.newStub(target.channel())
        .withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS)
        .join(
            request,
            new StreamObserver<>() {
              @Override
              public void onNext(JoinResponse answer) {
                invitation.complete(
                    new Invitation(
                        answer.getClusterId(), answer.getNodeId(), answer.getSeedsList()));
              }

              @Override
              public void onError(Throwable cause) {
                invitation.completeExceptionally(cause);
              }

              @Override
              public void onCompleted() {
                invitation.completeExceptionally(
                    new IllegalStateException("the node answered with nothing"));
              }
            });
    return new Reply(target.address(), invitation);
  }
}
