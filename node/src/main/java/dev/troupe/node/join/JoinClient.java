package dev.troupe.node.join;

import dev.troupe.node.ClusterDoor.Invitation;
import dev.troupe.v1.AdminGrpc;
import dev.troupe.v1.JoinRequest;
import dev.troupe.v1.StandingRequest;
import dev.troupe.v1.StandingResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Asks other nodes to take this one in. Any thread; never blocks. */
public final class JoinClient implements AutoCloseable {
  private final JoinTargets targets;

  /**
   * @param addresses gRPC addresses of nodes, the asking one's own may be among them; of a name all
   *     addresses are asked
   */
  public JoinClient(List<String> addresses) {
    this(addresses, InetAddress::getAllByName);
  }

  JoinClient(List<String> addresses, JoinTargets.Names names) {
    targets = new JoinTargets(addresses, names);
  }

  /** How one target answered, or what went wrong. */
  public record Reply<T>(String target, CompletableFuture<T> answer) {}

  /** Asks all targets at once; every reply completes within the time limit after its lookup. */
  public CompletableFuture<List<Reply<Invitation>>> ask(JoinRequest request, Duration limit) {
    return askAll(
        limit,
        (stub, out) ->
            stub.join(
                request,
                new Once<>(
                    out,
                    answer ->
                        new Invitation(
                            answer.getClusterId(), answer.getNodeId(), answer.getSeedsList()))));
  }

  /** Asks all targets at once what they are to a cluster. */
  public CompletableFuture<List<Reply<StandingResponse>>> standing(
      StandingRequest request, Duration limit) {
    return askAll(
        limit, (stub, out) -> stub.standing(request, new Once<>(out, Function.identity())));
  }

  @Override
  public void close() {
    targets.close();
  }

  private <T> CompletableFuture<List<Reply<T>>> askAll(
      Duration limit, BiConsumer<AdminGrpc.AdminStub, CompletableFuture<T>> call) {
    return targets
        .find(limit)
        .thenApply(found -> found.stream().map(target -> ask(target, limit, call)).toList());
  }

  private static <T> Reply<T> ask(
      JoinTargets.Target target,
      Duration limit,
      BiConsumer<AdminGrpc.AdminStub, CompletableFuture<T>> call) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    switch (target) {
      case JoinTargets.Target.Unknown unknown ->
          answer.completeExceptionally(
              Status.UNAVAILABLE.withDescription(unknown.problem()).asRuntimeException());
      case JoinTargets.Target.Node node -> call.accept(stub(node.channel(), limit), answer);
    }
    return new Reply<>(target.label(), answer);
  }

  private static AdminGrpc.AdminStub stub(ManagedChannel channel, Duration limit) {
    return AdminGrpc.newStub(channel).withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Takes the one answer of a call. */
  private record Once<M, T>(CompletableFuture<T> out, Function<M, T> decode)
      implements StreamObserver<M> {
    @Override
    public void onNext(M answer) {
      out.complete(decode.apply(answer));
    }

    @Override
    public void onError(Throwable cause) {
      out.completeExceptionally(cause);
    }

    @Override
    public void onCompleted() {
      out.completeExceptionally(new IllegalStateException("the node answered with nothing"));
    }
  }
}
