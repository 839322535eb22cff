package dev.troupe.loadgen.testkit;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.rpc.ErrorInfo;
import dev.troupe.v1.Answer;
import dev.troupe.v1.BatchRequest;
import dev.troupe.v1.BatchResponse;
import dev.troupe.v1.Call;
import dev.troupe.v1.CompareAndSetRequest;
import dev.troupe.v1.CompareAndSetResponse;
import dev.troupe.v1.DeleteRequest;
import dev.troupe.v1.DeleteResponse;
import dev.troupe.v1.Failure;
import dev.troupe.v1.GetRequest;
import dev.troupe.v1.GetResponse;
import dev.troupe.v1.KvGrpc;
import dev.troupe.v1.PipelineRequest;
import dev.troupe.v1.PipelineResponse;
import dev.troupe.v1.PutRequest;
import dev.troupe.v1.PutResponse;
import dev.troupe.v1.Row;
import dev.troupe.v1.ScanRequest;
import dev.troupe.v1.ScanResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * The Kv service on a sorted map, with a place for planted faults: it sees every write before it is
 * done and may do something else. Several services can share one store, as the nodes of a cluster
 * do.
 */
public final class InMemoryKv extends KvGrpc.KvImplBase {
  /** What the nodes of a cluster share. */
  public static final class Store {
    final ConcurrentSkipListMap<ByteString, Row> rows =
        new ConcurrentSkipListMap<>(ByteString.unsignedLexicographicalComparator());
    final AtomicLong version = new AtomicLong(1_000);

    public int size() {
      return rows.size();
    }

    public long put(ByteString key, ByteString value) {
      long now = version.incrementAndGet();
      rows.put(key, Row.newBuilder().setKey(key).setValue(value).setVersion(now).build());
      return now;
    }
  }

  /** Does a put, or something else. */
  public interface Puts {
    PutResponse put(Store store, PutRequest request);

    Puts HONEST =
        (store, request) ->
            PutResponse.newBuilder()
                .setVersion(store.put(request.getKey(), request.getValue()))
                .build();
  }

  private final Store store;
  private volatile Puts puts = Puts.HONEST;
  private volatile boolean reorder;
  private volatile boolean mute;
  private final List<StreamObserver<PipelineResponse>> streams =
      Collections.synchronizedList(new ArrayList<>());
  private final AtomicLong messages = new AtomicLong();
  private final AtomicLong calls = new AtomicLong();

  public InMemoryKv(Store store) {
    this.store = store;
  }

  public void puts(Puts other) {
    puts = other;
  }

  /** Whether the answers to one message are given in reverse order, each in a message. */
  public void reorder(boolean yes) {
    reorder = yes;
  }

  /** Whether requests are swallowed. */
  public void mute(boolean yes) {
    mute = yes;
  }

  /** Ends all streams with an error. */
  public void breakStreams() {
    synchronized (streams) {
      streams.forEach(
          stream -> stream.onError(Status.UNAVAILABLE.withDescription("broken").asException()));
      streams.clear();
    }
  }

  public long messages() {
    return messages.get();
  }

  public long calls() {
    return calls.get();
  }

  public static StatusRuntimeException refusal(Status.Code code, String reason, String retry) {
    ErrorInfo info =
        ErrorInfo.newBuilder()
            .setDomain("troupe.dev")
            .setReason(reason)
            .putMetadata("retry", retry)
            .build();
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(code.value())
            .setMessage(reason + " by test")
            .addDetails(Any.pack(info))
            .build());
  }

  @Override
  public void get(GetRequest request, StreamObserver<GetResponse> out) {
    unary(out, request, this::get);
  }

  @Override
  public void put(PutRequest request, StreamObserver<PutResponse> out) {
    unary(out, request, r -> puts.put(store, r));
  }

  @Override
  public void delete(DeleteRequest request, StreamObserver<DeleteResponse> out) {
    unary(
        out,
        request,
        r -> {
          store.rows.remove(r.getKey());
          return DeleteResponse.getDefaultInstance();
        });
  }

  @Override
  public void compareAndSet(
      CompareAndSetRequest request, StreamObserver<CompareAndSetResponse> out) {
    unary(out, request, this::compareAndSet);
  }

  private synchronized CompareAndSetResponse compareAndSet(CompareAndSetRequest request) {
    Row row = store.rows.get(request.getKey());
    boolean matches =
        request.hasExpected()
            ? row != null && row.getValue().equals(request.getExpected())
            : row == null;
    if (matches && request.hasValue()) {
      store.put(request.getKey(), request.getValue());
    } else if (matches) {
      store.rows.remove(request.getKey());
    }
    return CompareAndSetResponse.newBuilder().setSwapped(matches).build();
  }

  @Override
  public void batch(BatchRequest request, StreamObserver<BatchResponse> out) {
    unary(out, request, this::batch);
  }

  @Override
  public void scan(ScanRequest request, StreamObserver<ScanResponse> out) {
    unary(out, request, this::scan);
  }

  private <Q, A> void unary(StreamObserver<A> out, Q request, Function<Q, A> service) {
    calls.incrementAndGet();
    if (mute) {
      return;
    }
    try {
      out.onNext(service.apply(request));
      out.onCompleted();
    } catch (StatusRuntimeException e) {
      out.onError(e);
    }
  }

  @Override
  public StreamObserver<PipelineRequest> pipeline(StreamObserver<PipelineResponse> out) {
    streams.add(out);
    return new StreamObserver<>() {
      @Override
      public void onNext(PipelineRequest request) {
        messages.incrementAndGet();
        calls.addAndGet(request.getCallsCount());
        if (!mute) {
          answer(request, out);
        }
      }

      @Override
      public void onError(Throwable error) {
        streams.remove(out);
      }

      @Override
      public void onCompleted() {
        streams.remove(out);
        out.onCompleted();
      }
    };
  }

  private void answer(PipelineRequest request, StreamObserver<PipelineResponse> out) {
    List<Answer> answers = request.getCallsList().stream().map(this::answer).toList();
    if (reorder) {
      answers.stream()
          .sorted(Comparator.comparingLong(Answer::getId).reversed())
          .forEach(a -> out.onNext(PipelineResponse.newBuilder().addAnswers(a).build()));
    } else {
      out.onNext(PipelineResponse.newBuilder().addAllAnswers(answers).build());
    }
  }

  private Answer answer(Call call) {
    Answer.Builder answer = Answer.newBuilder().setId(call.getId());
    try {
      return switch (call.getRequestCase()) {
        case GET -> answer.setGet(get(call.getGet())).build();
        case PUT -> answer.setPut(puts.put(store, call.getPut())).build();
        case SCAN -> answer.setScan(scan(call.getScan())).build();
        case BATCH -> answer.setBatch(batch(call.getBatch())).build();
        case DELETE, DELETE_RANGE, COMPARE_AND_SET, REQUEST_NOT_SET ->
            throw new IllegalArgumentException("not in this double: " + call.getRequestCase());
      };
    } catch (StatusRuntimeException e) {
      return answer.setFailure(failure(e)).build();
    }
  }

  private static Failure failure(StatusRuntimeException e) {
    try {
      ErrorInfo info =
          java.util.Objects.requireNonNull(StatusProto.fromThrowable(e))
              .getDetails(0)
              .unpack(ErrorInfo.class);
      return Failure.newBuilder()
          .setCode(e.getStatus().getCode().value())
          .setReason(info.getReason())
          .setRetry(info.getMetadataOrThrow("retry"))
          .setMessage("by test")
          .build();
    } catch (com.google.protobuf.InvalidProtocolBufferException invalid) {
      throw new IllegalStateException(invalid);
    }
  }

  private GetResponse get(GetRequest request) {
    Row row = store.rows.get(request.getKey());
    return row == null
        ? GetResponse.getDefaultInstance()
        : GetResponse.newBuilder()
            .setFound(true)
            .setValue(row.getValue())
            .setVersion(row.getVersion())
            .build();
  }

  private ScanResponse scan(ScanRequest request) {
    return ScanResponse.newBuilder()
        .addAllRows(
            store.rows.tailMap(request.getStart()).values().stream()
                .limit(request.getLimit())
                .toList())
        .build();
  }

  private BatchResponse batch(BatchRequest request) {
    request.getOperationsList().forEach(operation -> puts.put(store, operation.getPut()));
    return BatchResponse.newBuilder().setApplied(true).build();
  }
}
