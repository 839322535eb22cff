package dev.troupe.loadgen.client;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One gRPC call per operation. The first call that fails in the transport ends the link; the calls
 * beside it fail by themselves.
 */
public final class UnaryLink implements Link {
  /** The server's own deadline answers first and tells more than silence does. */
  private static final long GRACE_MILLIS = 250;

  /** Starts the call that belongs to an operation. */
  @FunctionalInterface
  public interface Starter {
    void start(UnaryLink link, Operation operation, Outcome.Listener listener);
  }

  private final ManagedChannel channel;
  private final LinkContext context;
  private final BreakListener onBroken;
  private final Starter starter;
  private final long deadlineMillis;

  private int inFlight;
  private boolean broken;

  public UnaryLink(
      ManagedChannel channel, LinkContext context, BreakListener onBroken, Starter starter) {
    this.channel = channel;
    this.context = context;
    this.onBroken = onBroken;
    this.starter = starter;
    this.deadlineMillis = context.timeout().toMillis() + GRACE_MILLIS;
  }

  @Override
  public void start() {
    // Calls are independent of each other: there is nothing to set up.
  }

  @Override
  public void send(Operation operation, Outcome.Listener listener) {
    inFlight++;
    starter.start(this, operation, listener);
  }

  @Override
  public int inFlight() {
    return inFlight;
  }

  @Override
  public void close() {
    // The lane shuts the channel down, which ends the calls.
    end("closed by the client");
  }

  /**
   * Sends one request, takes all messages of the answer.
   *
   * @param fold makes the outcome of each message; the last one counts, and where there are several
   *     their rows are added up
   */
  public <Q, A> void call(
      MethodDescriptor<Q, A> method,
      Q request,
      Function<A, Outcome> fold,
      Outcome.Listener listener) {
    CallOptions options =
        CallOptions.DEFAULT.withDeadlineAfter(deadlineMillis, TimeUnit.MILLISECONDS);
    ClientCall<Q, A> call = channel.newCall(method, options);
    call.start(new AnswerListener<>(fold, listener), new Metadata());
    call.request(method.getType().serverSendsOneMessage() ? 2 : Integer.MAX_VALUE);
    call.sendMessage(request);
    call.halfClose();
  }

  private void finish(Outcome.Listener listener, Outcome outcome, @Nullable Throwable error) {
    inFlight--;
    if (error != null && (isSilence(error) || Failures.isTransport(error))) {
      end(String.valueOf(error.getMessage()));
    }
    listener.onOutcome(outcome);
  }

  /** The server's own deadline comes with a reason; this one is gRPC's on our side. */
  private static boolean isSilence(Throwable error) {
    return Status.fromThrowable(error).getCode() == Status.Code.DEADLINE_EXCEEDED
        && !Failures.hasReason(error);
  }

  private void end(String why) {
    if (!broken) {
      broken = true;
      onBroken.onBroken(why);
    }
  }

  /** gRPC ends calls on a timer thread when their deadline passes: that is moved to the loop. */
  private final class AnswerListener<A> extends ClientCall.Listener<A> {
    private final Function<A, Outcome> fold;
    private final Outcome.Listener listener;
    private @Nullable Outcome outcome;

    AnswerListener(Function<A, Outcome> fold, Outcome.Listener listener) {
      this.fold = fold;
      this.listener = listener;
    }

    @Override
    public void onMessage(A message) {
      Outcome next = fold.apply(message);
      if (outcome instanceof Outcome.Scanned before && next instanceof Outcome.Scanned rows) {
        next = new Outcome.Scanned(before.rows() + rows.rows());
      }
      outcome = next;
    }

    @Override
    public void onClose(Status status, @Nullable Metadata trailers) {
      if (context.loop().inEventLoop()) {
        onClosed(status, trailers);
      } else {
        context.loop().execute(() -> onClosed(status, trailers));
      }
    }

    private void onClosed(Status status, @Nullable Metadata trailers) {
      Outcome result = outcome;
      if (status.isOk()) {
        finish(listener, result == null ? new Outcome.Scanned(0) : result, null);
      } else {
        Throwable error = status.asRuntimeException(trailers);
        finish(listener, Failures.of(error), error);
      }
    }
  }
}
