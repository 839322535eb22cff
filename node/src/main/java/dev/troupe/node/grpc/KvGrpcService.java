package dev.troupe.node.grpc;

import com.google.protobuf.MessageLite;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.spi.FollowerReads;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.v1.BatchRequest;
import dev.troupe.v1.BatchResponse;
import dev.troupe.v1.CompareAndSetRequest;
import dev.troupe.v1.CompareAndSetResponse;
import dev.troupe.v1.DeleteRangeRequest;
import dev.troupe.v1.DeleteRangeResponse;
import dev.troupe.v1.DeleteRequest;
import dev.troupe.v1.DeleteResponse;
import dev.troupe.v1.GetRequest;
import dev.troupe.v1.GetResponse;
import dev.troupe.v1.KvGrpc;
import dev.troupe.v1.PipelineRequest;
import dev.troupe.v1.PipelineResponse;
import dev.troupe.v1.PutRequest;
import dev.troupe.v1.PutResponse;
import dev.troupe.v1.ScanRequest;
import dev.troupe.v1.ScanResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The key-value service. Runs on the transport's own threads, so nothing here may wait; answers are
 * written by the thread that brings them.
 */
public final class KvGrpcService extends KvGrpc.KvImplBase {
  private static final Runnable NOTHING = () -> {};

  private final KvDispatch dispatch;
  private final int pipelineInFlight;
  private final Supplier<ScheduledExecutorService> transportThread;
  private final CallFailures failures;

  /**
   * @param transportThread asked on a transport's thread: an executor for that same thread, where
   *     answers that arrive meanwhile can gather
   */
  public KvGrpcService(
      KvDispatch dispatch,
      int pipelineInFlight,
      Supplier<ScheduledExecutorService> transportThread) {
    this.dispatch = dispatch;
    this.pipelineInFlight = pipelineInFlight;
    this.transportThread = transportThread;
    failures = new CallFailures(transportThread);
  }

  @Override
  public void get(GetRequest request, StreamObserver<GetResponse> out) {
    guarded(
        out,
        () ->
            dispatch.read(
                KvOperation.GET,
                KvDecoder.get(request),
                ReadTime.of(request),
                request.getSerializedSize(),
                deadline(),
                replyTo(out, FollowerReads.Answer::response, KvEncoder::get)));
  }

  @Override
  public void put(PutRequest request, StreamObserver<PutResponse> out) {
    guarded(
        out,
        () ->
            send(
                KvOperation.PUT,
                KvDecoder.put(request),
                request,
                out,
                answer -> KvEncoder.put((KvResponse.Written) answer)));
  }

  @Override
  public void delete(DeleteRequest request, StreamObserver<DeleteResponse> out) {
    guarded(
        out,
        () ->
            send(
                KvOperation.DELETE,
                KvDecoder.delete(request),
                request,
                out,
                answer -> KvEncoder.delete((KvResponse.Written) answer)));
  }

  @Override
  public void compareAndSet(
      CompareAndSetRequest request, StreamObserver<CompareAndSetResponse> out) {
    guarded(
        out,
        () ->
            send(
                KvOperation.COMPARE_AND_SET,
                KvDecoder.compareAndSet(request),
                request,
                out,
                answer -> KvEncoder.compareAndSet((KvResponse.Compared) answer)));
  }

  @Override
  public void batch(BatchRequest request, StreamObserver<BatchResponse> out) {
    guarded(
        out,
        () -> {
          KvRequest.Batch batch = KvDecoder.batch(request);
          send(
              KvOperation.BATCH,
              batch,
              request,
              out,
              answer -> KvEncoder.batch(batch, (KvResponse.BatchDone) answer));
        });
  }

  @Override
  public void deleteRange(DeleteRangeRequest request, StreamObserver<DeleteRangeResponse> out) {
    guarded(
        out,
        () ->
            dispatch.deleteRange(
                KvDecoder.deleteRange(request),
                request.getSerializedSize(),
                deadline(),
                replyTo(out, answer -> KvEncoder.deleteRange((KvResponse.RangeDeleted) answer))));
  }

  @Override
  public void scan(ScanRequest request, StreamObserver<ScanResponse> out) {
    guarded(
        out,
        () -> {
          Namespace namespace = Namespace.of(request.getNamespace());
          KvRequest.Scan first = KvDecoder.scan(namespace, request);
          new ScanStream(
                  dispatch,
                  namespace,
                  ReadTime.of(request),
                  KvDecoder.rowLimit(request),
                  CallTime.leftNanos().isEmpty() ? 0 : deadline(),
                  (ServerCallStreamObserver<ScanResponse>) out)
              .begin(first);
        });
  }

  @Override
  public StreamObserver<PipelineRequest> pipeline(StreamObserver<PipelineResponse> out) {
    return PipelineStream.open(
        dispatch,
        pipelineInFlight,
        transportThread.get(),
        (ServerCallStreamObserver<PipelineResponse>) out);
  }

  private <A> void send(
      KvOperation operation,
      KvRequest request,
      MessageLite received,
      StreamObserver<A> out,
      Function<KvResponse, A> encode) {
    dispatch.send(
        operation, request, received.getSerializedSize(), deadline(), replyTo(out, encode));
  }

  private long deadline() {
    OptionalLong left = CallTime.leftNanos();
    return dispatch.deadline(left.isEmpty() ? 0 : Math.max(1, left.getAsLong()));
  }

  private <A> Consumer<KvResponse> replyTo(StreamObserver<A> out, Function<KvResponse, A> encode) {
    return replyTo(out, Function.identity(), encode);
  }

  private <T, A> Consumer<T> replyTo(
      StreamObserver<A> out, Function<T, KvResponse> response, Function<T, A> encode) {
    ((ServerCallStreamObserver<A>) out).setOnCancelHandler(NOTHING);
    return answer -> {
      if (response.apply(answer) instanceof KvResponse.Failed failed) {
        failures.end(out, failed.code(), failed.message());
        return;
      }
      A message;
      try {
        message = encode.apply(answer);
      } catch (RuntimeException e) {
        out.onError(StatusMapping.toStatus(e));
        return;
      }
      out.onNext(message);
      out.onCompleted();
    };
  }

  private static void guarded(StreamObserver<?> out, Runnable action) {
    try {
      action.run();
    } catch (TroupeException refusal) {
      out.onError(StatusMapping.toStatus(refusal.code(), refusal.getMessage()));
    }
  }
}
