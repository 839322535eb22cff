package dev.troupe.node.grpc;

import com.google.protobuf.ByteString;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.v1.Answer;
import dev.troupe.v1.Call;
import dev.troupe.v1.PipelineRequest;
import dev.troupe.v1.PipelineResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One Pipeline stream: any number of calls, answered as they finish. Answers that come while the
 * stream's transport thread is busy gather and leave as one message: the thread has to be woken for
 * the write anyway, so gathering there costs no extra wake-up.
 *
 * <p>What is refused for the load is answered after a pause, together with what was refused since:
 * whoever comes again at once would keep the node busy with saying no, and each no as a message of
 * its own costs more than the work that it saves.
 *
 * <p>Bounds: when {@code inFlightMax} calls wait for their answer to be written, no further message
 * is requested from the client; gRPC's flow control then holds it back. A client that does not read
 * its answers is held back in the same way.
 */
final class PipelineStream implements StreamObserver<PipelineRequest> {
  private static final ByteString OVERLOADED = ByteString.copyFromUtf8(ErrorCode.OVERLOADED.name());

  private final PipelineCalls calls;
  private final int inFlightMax;
  private final ScheduledExecutorService transportThread;
  private final ServerCallStreamObserver<PipelineResponse> out;

  private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Answer> refusals = new ConcurrentLinkedQueue<>();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger writers = new AtomicInteger();
  private final AtomicBoolean writeScheduled = new AtomicBoolean();
  private final AtomicBoolean releaseScheduled = new AtomicBoolean();
  private final AtomicBoolean requestPaused = new AtomicBoolean();
  private volatile boolean halfClosed;
  private volatile boolean ended;

  private PipelineStream(
      KvDispatch dispatch,
      int inFlightMax,
      ScheduledExecutorService transportThread,
      ServerCallStreamObserver<PipelineResponse> out) {
    this.calls = new PipelineCalls(dispatch);
    this.inFlightMax = inFlightMax;
    this.transportThread = transportThread;
    this.out = out;
  }

  /** To be called while the service method runs: gRPC fixes flow control when it returns. */
  static PipelineStream open(
      KvDispatch dispatch,
      int inFlightMax,
      ScheduledExecutorService transportThread,
      ServerCallStreamObserver<PipelineResponse> out) {
    PipelineStream stream = new PipelineStream(dispatch, inFlightMax, transportThread, out);
    out.disableAutoRequest();
    out.setOnReadyHandler(stream::write);
    out.setOnCancelHandler(stream::end);
    out.request(1);
    return stream;
  }

  @Override
  public void onNext(PipelineRequest message) {
    int count = message.getCallsCount();
    inFlight.addAndGet(count);
    for (int i = 0; i < count; i++) {
      Call call = message.getCalls(i);
      if (i < RequestLimits.CALLS_PER_MESSAGE_MAX) {
        calls.execute(call, this::answer);
      } else {
        answer(PipelineCalls.tooMany(call.getId()));
      }
    }
    requestPaused.set(true);
    requestMore();
  }

  @Override
  public void onError(Throwable cause) {
    end();
  }

  @Override
  public void onCompleted() {
    halfClosed = true;
    write();
  }

  private void end() {
    ended = true;
    answers.clear();
    refusals.clear();
  }

  private void answer(Answer answer) {
    if (ended) {
      return;
    }
    if (isForTheLoad(answer)) {
      hold(answer);
      return;
    }
    answers.add(answer);
    if (!writeScheduled.getAndSet(true)) {
      try {
        transportThread.execute(this::writeScheduled);
      } catch (RejectedExecutionException e) {
        // The transport is gone, and the client with it.
        end();
      }
    }
  }

  private static boolean isForTheLoad(Answer answer) {
    return answer.hasFailure() && answer.getFailure().getReasonBytes().equals(OVERLOADED);
  }

  private void hold(Answer refusal) {
    refusals.add(refusal);
    if (!releaseScheduled.getAndSet(true)) {
      try {
        transportThread.schedule(
            this::release, RequestLimits.REFUSAL_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        end();
      }
    }
  }

  private void release() {
    releaseScheduled.set(false);
    Answer refusal;
    while ((refusal = refusals.poll()) != null) {
      answers.add(refusal);
    }
    write();
  }

  private void writeScheduled() {
    writeScheduled.set(false);
    write();
  }

  /** One thread writes; another that comes meanwhile only leaves a note that there is more. */
  private void write() {
    if (writers.getAndIncrement() != 0) {
      return;
    }
    int noted = 1;
    do {
      writeWhatIsReady();
      noted = writers.addAndGet(-noted);
    } while (noted != 0);
  }

  private void writeWhatIsReady() {
    while (!ended && !answers.isEmpty() && out.isReady()) {
      PipelineResponse.Builder message = PipelineResponse.newBuilder();
      int written = 0;
      int bytes = 0;
      Answer answer;
      while (bytes < RequestLimits.ANSWER_BYTES_MAX && (answer = answers.poll()) != null) {
        message.addAnswers(answer);
        bytes += answer.getSerializedSize();
        written++;
      }
      out.onNext(message.build());
      inFlight.addAndGet(-written);
      requestMore();
    }
    if (!ended && halfClosed && inFlight.get() == 0) {
      ended = true;
      out.onCompleted();
    }
  }

  private void requestMore() {
    if (inFlight.get() < inFlightMax && requestPaused.compareAndSet(true, false)) {
      out.request(1);
    }
  }
}
