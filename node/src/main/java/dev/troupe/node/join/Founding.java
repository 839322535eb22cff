package dev.troupe.node.join;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.v1.StandingRequest;
import dev.troupe.v1.StandingResponse;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The question that comes before a cluster is formed: is there one already among the join targets,
 * or does one of them form its own at this moment?
 *
 * <p>A node says that it is founding <em>before</em> it asks the others, and until it has founded
 * or given up. Of two nodes that know each other and are both told to found, at least one therefore
 * hears of the other: two clusters cannot come of it. A target that does not answer may hide a
 * cluster; whether that is taken as a no is for the operator to say.
 */
public final class Founding {
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(3);

  private final String storeId;
  private volatile boolean active;

  public Founding(String storeId) {
    this.storeId = storeId;
  }

  /** Whether this node is about to found a cluster. Any thread. */
  public boolean active() {
    return active;
  }

  /**
   * Completes when nothing speaks against founding; fails with {@code TroupeException} otherwise.
   *
   * @param requireAll whether a target that does not answer speaks against it
   */
  public CompletableFuture<@Nullable Void> permission(List<String> targets, boolean requireAll) {
    active = true;
    JoinClient client = new JoinClient(targets);
    return client
        .standing(StandingRequest.newBuilder().setStoreId(storeId).build(), ANSWER_LIMIT)
        .thenCompose(Founding::settled)
        .thenAccept(standings -> judge(standings, requireAll))
        .whenComplete((done, failure) -> client.close());
  }

  /** The cluster was founded, or will not be. */
  public void end() {
    active = false;
  }

  private record Standing(
      String target, @Nullable StandingResponse answer, @Nullable Throwable failure) {}

  private static CompletableFuture<List<Standing>> settled(
      List<JoinClient.Reply<StandingResponse>> replies) {
    List<CompletableFuture<Standing>> all =
        replies.stream()
            .map(
                reply ->
                    reply
                        .answer()
                        .handle((answer, failure) -> new Standing(reply.target(), answer, failure)))
            .toList();
    return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
        .thenApply(done -> all.stream().map(CompletableFuture::join).toList());
  }

  private void judge(List<Standing> standings, boolean requireAll) {
    List<String> silent = new ArrayList<>();
    for (Standing standing : standings) {
      StandingResponse answer = standing.answer();
      if (answer == null) {
        silent.add(standing.target() + ": " + why(standing.failure()));
      } else if (!answer.getStoreId().equals(storeId)) {
        judge(standing.target(), answer);
      }
    }
    if (requireAll && !silent.isEmpty()) {
      throw new TroupeException(
          ErrorCode.NOT_INITIALIZED,
          "not all join targets say that they have no cluster; nothing was done ("
              + String.join("; ", silent)
              + ")");
    }
  }

  private static void judge(String target, StandingResponse answer) {
    if (!answer.getClusterId().isEmpty()) {
      throw new TroupeException(
          ErrorCode.ALREADY_INITIALIZED,
          "%s belongs to cluster %s already, which this node joins by itself"
              .formatted(target, answer.getClusterId()));
    }
    if (answer.getFounding()) {
      throw new TroupeException(
          ErrorCode.NOT_INITIALIZED,
          target
              + " is about to form a cluster, too; nothing was done: send `init` to one node only");
    }
  }

  private static String why(@Nullable Throwable failure) {
    Status status = failure == null ? Status.UNKNOWN : Status.fromThrowable(failure);
    String description = status.getDescription();
    return description == null ? status.getCode().toString() : description;
  }
}
