package dev.troupe.node.grpc;

import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.v1.BatchResponse;
import dev.troupe.v1.BatchResult;
import dev.troupe.v1.CompareAndSetResponse;
import dev.troupe.v1.DeleteRangeResponse;
import dev.troupe.v1.DeleteResponse;
import dev.troupe.v1.GetResponse;
import dev.troupe.v1.PutResponse;
import dev.troupe.v1.Row;
import dev.troupe.v1.ScanResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Translates answers of the key-value port into messages. */
final class KvEncoder {
  private KvEncoder() {}

  static GetResponse get(KvResponse.Value answer) {
    GetResponse.Builder response = GetResponse.newBuilder();
    byte @Nullable [] value = answer.value();
    if (value != null) {
      response.setFound(true).setValue(Bytes.wrap(value)).setVersion(answer.version().value());
    }
    return response.build();
  }

  static PutResponse put(KvResponse.Written answer) {
    return PutResponse.newBuilder().setVersion(answer.version().value()).build();
  }

  static DeleteResponse delete(KvResponse.Written answer) {
    return DeleteResponse.newBuilder().setVersion(answer.version().value()).build();
  }

  static DeleteRangeResponse deleteRange(KvResponse.RangeDeleted answer) {
    return DeleteRangeResponse.newBuilder().setDeleted(answer.keys()).build();
  }

  static CompareAndSetResponse compareAndSet(KvResponse.Compared answer) {
    CompareAndSetResponse.Builder response =
        CompareAndSetResponse.newBuilder()
            .setSwapped(answer.swapped())
            .setVersion(answer.version().value());
    byte @Nullable [] current = answer.current();
    if (current != null) {
      response.setCurrent(Bytes.wrap(current));
    }
    return response.build();
  }

  static ScanResponse rows(Namespace namespace, List<KvResponse.Row> rows) {
    return addRows(ScanResponse.newBuilder(), namespace, rows).build();
  }

  static ScanResponse page(Namespace namespace, KvResponse.Page page) {
    ScanResponse.Builder response = addRows(ScanResponse.newBuilder(), namespace, page.rows());
    if (page.resume() != null) {
      response.setResume(namespace.userKey(page.resume()));
    }
    return response.build();
  }

  /** Each operation's answer in the form that fits its request. */
  static BatchResponse batch(KvRequest.Batch request, KvResponse.BatchDone answer) {
    BatchResponse.Builder response = BatchResponse.newBuilder().setApplied(answer.applied());
    int known = Math.min(request.writes().size(), answer.results().size());
    for (int i = 0; i < known; i++) {
      response.addResults(result(request.writes().get(i), answer.results().get(i)));
    }
    return response.build();
  }

  private static BatchResult result(KvRequest.Write write, KvResponse answer) {
    BatchResult.Builder result = BatchResult.newBuilder();
    switch (answer) {
      case KvResponse.Compared compared -> result.setCompareAndSet(compareAndSet(compared));
      case KvResponse.Written written when write instanceof KvRequest.Delete ->
          result.setDelete(delete(written));
      case KvResponse.Written written -> result.setPut(put(written));
      case KvResponse.Value value -> throw unexpected(value);
      case KvResponse.Page page -> throw unexpected(page);
      case KvResponse.RangeDeleted deleted -> throw unexpected(deleted);
      case KvResponse.BatchDone done -> throw unexpected(done);
      case KvResponse.Failed failed -> throw unexpected(failed);
      case KvResponse.OfTransaction step -> throw unexpected(step);
    }
    return result.build();
  }

  static IllegalStateException unexpected(KvResponse answer) {
    return new IllegalStateException(
        "the store answered with " + answer.getClass().getSimpleName());
  }

  private static ScanResponse.Builder addRows(
      ScanResponse.Builder response, Namespace namespace, List<KvResponse.Row> rows) {
    for (KvResponse.Row row : rows) {
      response.addRows(
          Row.newBuilder()
              .setKey(namespace.userKey(row.key()))
              .setValue(Bytes.wrap(row.value()))
              .setVersion(row.version().value()));
    }
    return response;
  }
}
