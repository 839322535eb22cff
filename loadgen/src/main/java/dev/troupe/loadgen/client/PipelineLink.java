package dev.troupe.loadgen.client;

import dev.troupe.v1.Answer;
import dev.troupe.v1.Call;
import dev.troupe.v1.KvGrpc;
import dev.troupe.v1.PipelineRequest;
import dev.troupe.v1.PipelineResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * All operations of a connection on one bidirectional stream. Operations that are sent while the
 * loop is busy, or while the stream takes no more, leave together in one message. A stream that
 * stays silent for the whole timeout although answers are due is given up.
 */
final class PipelineLink implements Link {
  private static final int CALLS_PER_MESSAGE_MAX = 512;
  private static final int BYTES_PER_MESSAGE_MAX = 1 << 20;
  private static final int ANSWERS_WITHOUT_CREDIT = 1 << 30;
  private static final long SWEEP_MILLIS = 50;

  /** The server's own deadline answers first and tells more than silence does. */
  private static final long GRACE_MILLIS = 250;

  private final LinkContext context;
  private final BreakListener onBroken;
  private final ClientCall<PipelineRequest, PipelineResponse> call;
  private final InFlight inFlight = new InFlight();
  private final Queue<Call> waiting = new ArrayDeque<>();
  private final int timeoutMillis;
  private final long patienceNanos;

  private @Nullable ScheduledFuture<?> sweep;
  private boolean flushScheduled;
  private boolean closed;
  private long lastHeardNanos = System.nanoTime();

  PipelineLink(ManagedChannel channel, LinkContext context, BreakListener onBroken) {
    this.context = context;
    this.onBroken = onBroken;
    this.timeoutMillis = Math.toIntExact(context.timeout().toMillis());
    this.patienceNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis + GRACE_MILLIS);
    this.call = channel.newCall(KvGrpc.getPipelineMethod(), CallOptions.DEFAULT);
  }

  @Override
  public void start() {
    sweep =
        context
            .loop()
            .scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    call.start(new Listener(), new Metadata());
    call.request(ANSWERS_WITHOUT_CREDIT);
  }

  @Override
  public void send(Operation operation, Outcome.Listener listener) {
    long now = System.nanoTime();
    if (inFlight.size() == 0) {
      lastHeardNanos = now;
    }
    long id = inFlight.add(listener, now + patienceNanos);
    waiting.add(Calls.call(operation, id, timeoutMillis, context.namespace()));
    if (!flushScheduled) {
      flushScheduled = true;
      context.loop().execute(this::flush);
    }
  }

  @Override
  public int inFlight() {
    return inFlight.size();
  }

  @Override
  public void close() {
    call.cancel("closed by the client", null);
    end("closed by the client");
  }

  private void flush() {
    flushScheduled = false;
    while (!closed && !waiting.isEmpty() && call.isReady()) {
      PipelineRequest.Builder message = PipelineRequest.newBuilder();
      int bytes = 0;
      do {
        Call next = waiting.remove();
        bytes += next.getSerializedSize();
        message.addCalls(next);
      } while (!waiting.isEmpty()
          && message.getCallsCount() < CALLS_PER_MESSAGE_MAX
          && bytes + waiting.element().getSerializedSize() <= BYTES_PER_MESSAGE_MAX);
      call.sendMessage(message.build());
    }
  }

  private void onAnswers(PipelineResponse response) {
    lastHeardNanos = System.nanoTime();
    for (int i = 0; i < response.getAnswersCount(); i++) {
      Answer answer = response.getAnswers(i);
      Outcome.Listener listener = inFlight.remove(answer.getId());
      if (listener != null) {
        listener.onOutcome(Calls.outcome(answer));
      }
    }
  }

  private void sweep() {
    long now = System.nanoTime();
    if (inFlight.size() > 0 && now - lastHeardNanos > patienceNanos) {
      call.cancel("no answer in time", null);
      end("nothing heard for " + TimeUnit.NANOSECONDS.toMillis(now - lastHeardNanos) + " ms");
      return;
    }
    for (Outcome.Listener late; (late = inFlight.removeExpired(now)) != null; ) {
      late.onOutcome(Failures.timeout("the pipeline"));
    }
  }

  private void end(String why) {
    if (closed) {
      return;
    }
    closed = true;
    if (sweep != null) {
      sweep.cancel(false);
    }
    waiting.clear();
    onBroken.onBroken(why);
    for (Outcome.Listener lost; (lost = inFlight.removeAny()) != null; ) {
      lost.onOutcome(Failures.connectionLost(why));
    }
  }

  /** gRPC may call from the thread that shut the channel down: everything is moved to the loop. */
  private final class Listener extends ClientCall.Listener<PipelineResponse> {
    @Override
    public void onMessage(PipelineResponse message) {
      onLoop(() -> onAnswers(message));
    }

    @Override
    public void onReady() {
      onLoop(PipelineLink.this::flush);
    }

    @Override
    public void onClose(Status status, @Nullable Metadata trailers) {
      onLoop(() -> end("stream ended: " + status.getCode() + " " + status.getDescription()));
    }

    private void onLoop(Runnable task) {
      if (context.loop().inEventLoop()) {
        task.run();
      } else {
        context.loop().execute(task);
      }
    }
  }
}
