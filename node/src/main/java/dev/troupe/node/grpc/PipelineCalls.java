package dev.troupe.node.grpc;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.spi.FollowerReads;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.v1.Answer;
import dev.troupe.v1.Call;
import dev.troupe.v1.Failure;
import dev.troupe.v1.ScanRequest;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Carries out single calls of a Pipeline. Any thread. */
final class PipelineCalls {
  private final KvDispatch dispatch;

  /** The last refusal for the load as a message: it is the same each time. */
  private volatile @Nullable Refusal refusal;

  private record Refusal(KvResponse.Failed failed, Failure message) {}

  PipelineCalls(KvDispatch dispatch) {
    this.dispatch = dispatch;
  }

  /**
   * @param sink called exactly once with the answer, maybe before this returns
   */
  void execute(Call call, Consumer<Answer> sink) {
    KvResponse.Failed refused = dispatch.refusal(kind(call));
    if (refused != null) {
      sink.accept(Answer.newBuilder().setId(call.getId()).setFailure(message(refused)).build());
      return;
    }
    try {
      start(call, sink);
    } catch (TroupeException refusal) {
      sink.accept(
          failure(call.getId(), new KvResponse.Failed(refusal.code(), refusal.getMessage())));
    }
  }

  private Failure message(KvResponse.Failed refused) {
    Refusal known = refusal;
    if (known == null || known.failed() != refused) {
      Failure message = StatusMapping.toFailure(refused);
      // Asked for as bytes once, they are kept as such, and not encoded for each that is refused.
      message.getReasonBytes();
      message.getMessageBytes();
      message.getRetryBytes();
      known = new Refusal(refused, message);
      refusal = known;
    }
    return known.message();
  }

  private static Admission.Kind kind(Call call) {
    return switch (call.getRequestCase()) {
      case GET, SCAN -> Admission.Kind.READ;
      case PUT, DELETE, COMPARE_AND_SET, BATCH, DELETE_RANGE, REQUEST_NOT_SET ->
          Admission.Kind.WRITE;
    };
  }

  static Answer tooMany(long id) {
    return failure(
        id,
        new KvResponse.Failed(
            ErrorCode.BATCH_TOO_LARGE,
            "the message has more than "
                + RequestLimits.CALLS_PER_MESSAGE_MAX
                + " calls; this one was not carried out"));
  }

  private void start(Call call, Consumer<Answer> sink) {
    long deadline =
        dispatch.deadline(
            TimeUnit.MILLISECONDS.toNanos(Integer.toUnsignedLong(call.getTimeoutMillis())));
    long id = call.getId();
    switch (call.getRequestCase()) {
      case GET -> get(call, deadline, sink);
      case PUT -> send(KvOperation.PUT, KvDecoder.put(call.getPut()), call, deadline, sink);
      case DELETE ->
          send(KvOperation.DELETE, KvDecoder.delete(call.getDelete()), call, deadline, sink);
      case COMPARE_AND_SET ->
          send(
              KvOperation.COMPARE_AND_SET,
              KvDecoder.compareAndSet(call.getCompareAndSet()),
              call,
              deadline,
              sink);
      case BATCH -> send(KvOperation.BATCH, KvDecoder.batch(call.getBatch()), call, deadline, sink);
      case DELETE_RANGE ->
          dispatch.deleteRange(
              KvDecoder.deleteRange(call.getDeleteRange()),
              call.getSerializedSize(),
              deadline,
              answer -> sink.accept(encode(id, answer)));
      case SCAN -> scan(call, deadline, sink);
      case REQUEST_NOT_SET ->
          throw new TroupeException(
              ErrorCode.INVALID_ARGUMENT,
              "the call has no request, or one not known to this version");
    }
  }

  private void send(
      KvOperation operation, KvRequest request, Call call, long deadline, Consumer<Answer> sink) {
    long id = call.getId();
    dispatch.send(
        operation,
        request,
        call.getSerializedSize(),
        deadline,
        answer -> sink.accept(encode(id, request, answer)));
  }

  private void get(Call call, long deadline, Consumer<Answer> sink) {
    long id = call.getId();
    dispatch.read(
        KvOperation.GET,
        KvDecoder.get(call.getGet()),
        ReadTime.of(call.getGet()),
        call.getSerializedSize(),
        deadline,
        answer ->
            sink.accept(
                answer.response() instanceof KvResponse.Value
                    ? Answer.newBuilder().setId(id).setGet(KvEncoder.get(answer)).build()
                    : encode(id, answer.response())));
  }

  private void scan(Call call, long deadline, Consumer<Answer> sink) {
    ScanRequest scan = call.getScan();
    Namespace namespace = Namespace.of(scan.getNamespace());
    long limit = KvDecoder.rowLimit(scan);
    long id = call.getId();
    dispatch.page(
        KvDecoder.scan(namespace, scan),
        ReadTime.of(scan),
        call.getSerializedSize(),
        deadline,
        answer -> sink.accept(encodePage(id, namespace, limit, answer)));
  }

  private static Answer encodePage(
      long id, Namespace namespace, long limit, FollowerReads.Answer answer) {
    if (!(answer.response() instanceof KvResponse.Page page)) {
      return encode(id, answer.response());
    }
    boolean done = page.rows().size() >= limit;
    var shown = done ? new KvResponse.Page(page.rows(), null, page.at()) : page;
    return Answer.newBuilder().setId(id).setScan(KvEncoder.page(namespace, shown, answer)).build();
  }

  /** Answers whose form depends on their request; the others are in the other method. */
  private static Answer encode(long id, KvRequest request, KvResponse answer) {
    return switch (answer) {
      case KvResponse.Written written when request instanceof KvRequest.Delete ->
          Answer.newBuilder().setId(id).setDelete(KvEncoder.delete(written)).build();
      case KvResponse.BatchDone done when request instanceof KvRequest.Batch batch ->
          Answer.newBuilder().setId(id).setBatch(KvEncoder.batch(batch, done)).build();
      default -> encode(id, answer);
    };
  }

  private static Answer encode(long id, KvResponse answer) {
    Answer.Builder message = Answer.newBuilder().setId(id);
    return switch (answer) {
      case KvResponse.Value value -> message.setGet(KvEncoder.get(value)).build();
      case KvResponse.Written written -> message.setPut(KvEncoder.put(written)).build();
      case KvResponse.Compared compared ->
          message.setCompareAndSet(KvEncoder.compareAndSet(compared)).build();
      case KvResponse.RangeDeleted deleted ->
          message.setDeleteRange(KvEncoder.deleteRange(deleted)).build();
      case KvResponse.Failed failed -> failure(id, failed);
      case KvResponse.Page page -> failure(id, StatusMapping.toFailed(KvEncoder.unexpected(page)));
      case KvResponse.BatchDone done ->
          failure(id, StatusMapping.toFailed(KvEncoder.unexpected(done)));
      case KvResponse.Internal step ->
          failure(id, StatusMapping.toFailed(KvEncoder.unexpected(step)));
    };
  }

  private static Answer failure(long id, KvResponse.Failed failed) {
    return Answer.newBuilder().setId(id).setFailure(StatusMapping.toFailure(failed)).build();
  }
}
