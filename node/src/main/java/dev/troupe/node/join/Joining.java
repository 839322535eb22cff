package dev.troupe.node.join;

import dev.troupe.node.ClusterDoor.Invitation;
import dev.troupe.node.grpc.StatusMapping;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.RandomSource;
import dev.troupe.v1.JoinRequest;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the join targets again and again until one of them takes this node in, with growing,
 * jittered pauses. Says every ten seconds what it is waiting for. Runs on the scheduler given to
 * it.
 */
public final class Joining implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Joining.class);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
  private static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(10);
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 2_000;

  private final JoinClient client;
  private final JoinRequest request;
  private final ScheduledExecutorService scheduler;
  private final MonotonicClock clock;
  private final RandomSource random;
  private final CompletableFuture<Invitation> invitation = new CompletableFuture<>();
  private final Map<String, String> lastProblems = new ConcurrentSkipListMap<>();
  private long pauseMillis = FIRST_PAUSE_MILLIS;
  private long lastProgress;

  public Joining(
      List<String> targets,
      JoinRequest request,
      ScheduledExecutorService scheduler,
      MonotonicClock clock,
      RandomSource random) {
    this.client = new JoinClient(targets);
    this.request = request;
    this.scheduler = scheduler;
    this.clock = clock;
    this.random = random;
    this.lastProgress = clock.nanos();
  }

  /**
   * Completes with the first invitation; fails with {@code TroupeException} when a target belongs
   * to another cluster than the one this node is a member of. Cancelled by {@link #close}.
   */
  public CompletableFuture<Invitation> start() {
    scheduler.execute(this::attempt);
    return invitation;
  }

  /** What each target last answered, for an operator. */
  public String problems() {
    StringBuilder text = new StringBuilder();
    lastProblems.forEach(
        (target, problem) ->
            text.append(text.isEmpty() ? "" : "; ").append(target).append(": ").append(problem));
    return text.toString();
  }

  @Override
  public void close() {
    invitation.cancel(false);
    client.close();
  }

  private void attempt() {
    if (invitation.isDone()) {
      return;
    }
    client
        .ask(request, ANSWER_LIMIT)
        .thenCompose(this::takeAll)
        .whenComplete((done, failure) -> pause());
  }

  private CompletableFuture<Void> takeAll(List<JoinClient.Reply<Invitation>> replies) {
    // Addresses change: what those of before have answered says nothing any more.
    lastProblems.keySet().retainAll(replies.stream().map(JoinClient.Reply::target).toList());
    return CompletableFuture.allOf(
        replies.stream()
            .map(reply -> reply.answer().handle((got, failure) -> take(reply, got, failure)))
            .toArray(CompletableFuture[]::new));
  }

  private boolean take(
      JoinClient.Reply<Invitation> reply, @Nullable Invitation got, @Nullable Throwable failure) {
    if (got != null) {
      return invitation.complete(got);
    }
    ErrorCode code = failure == null ? null : StatusMapping.codeOf(failure);
    Status status = failure == null ? Status.UNKNOWN : Status.fromThrowable(failure);
    String why = status.getDescription();
    lastProblems.put(reply.target(), why == null ? status.getCode().toString() : why);
    if (failure != null && code == ErrorCode.WRONG_CLUSTER) {
      invitation.completeExceptionally(refusedBy(reply.target(), failure));
    }
    return false;
  }

  /** A refusal that no repetition can change. */
  public static TroupeException refusedBy(String target, Throwable failure) {
    String why = Status.fromThrowable(failure).getDescription();
    return new TroupeException(
        ErrorCode.WRONG_CLUSTER, target + " refuses this node: " + (why == null ? "" : why));
  }

  private void pause() {
    if (invitation.isDone() || scheduler.isShutdown()) {
      return;
    }
    long now = clock.nanos();
    if (now - lastProgress >= PROGRESS_INTERVAL.toNanos()) {
      lastProgress = now;
      LOG.info("waiting to be taken in ({}), or for `troupe init` on this node", problems());
    }
    long jittered = pauseMillis / 2 + random.nextLong(pauseMillis);
    pauseMillis = Math.min(LONGEST_PAUSE_MILLIS, pauseMillis * 2);
    scheduler.schedule(this::attempt, jittered, TimeUnit.MILLISECONDS);
  }
}
