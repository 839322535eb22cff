package dev.troupe.loadgen.client;

import com.google.protobuf.ByteString;
import dev.troupe.protocol.error.ErrorCode.Retry;
import dev.troupe.v1.Answer;
import dev.troupe.v1.BatchOperation;
import dev.troupe.v1.BatchRequest;
import dev.troupe.v1.Call;
import dev.troupe.v1.GetRequest;
import dev.troupe.v1.GetResponse;
import dev.troupe.v1.PutRequest;
import dev.troupe.v1.ScanRequest;

/** Translates operations and outcomes to and from the messages of the Kv service. */
final class Calls {
  private Calls() {}

  static Call call(Operation operation, long id, int timeoutMillis, String namespace) {
    Call.Builder call = Call.newBuilder().setId(id).setTimeoutMillis(timeoutMillis);
    return switch (operation) {
      case Operation.Get get -> call.setGet(get(get, namespace)).build();
      case Operation.Put put -> call.setPut(put(put, namespace)).build();
      case Operation.Scan scan -> call.setScan(scan(scan, namespace)).build();
      case Operation.Batch batch -> call.setBatch(batch(batch, namespace)).build();
    };
  }

  static GetRequest get(Operation.Get get, String namespace) {
    return GetRequest.newBuilder().setKey(get.key()).setNamespace(namespace).build();
  }

  static PutRequest put(Operation.Put put, String namespace) {
    return PutRequest.newBuilder()
        .setKey(put.key())
        .setValue(put.value())
        .setNamespace(namespace)
        .build();
  }

  static ScanRequest scan(Operation.Scan scan, String namespace) {
    return ScanRequest.newBuilder()
        .setStart(scan.start())
        .setLimit(scan.limit())
        .setNamespace(namespace)
        .build();
  }

  static BatchRequest batch(Operation.Batch batch, String namespace) {
    BatchRequest.Builder request = BatchRequest.newBuilder().setNamespace(namespace);
    for (Operation.Put put : batch.puts()) {
      request.addOperations(BatchOperation.newBuilder().setPut(put(put, "")));
    }
    return request.build();
  }

  static Outcome outcome(Answer answer) {
    return switch (answer.getResponseCase()) {
      case GET -> found(answer.getGet());
      case PUT -> new Outcome.Written(answer.getPut().getVersion());
      case SCAN -> new Outcome.Scanned(answer.getScan().getRowsCount());
      case BATCH -> new Outcome.Written(0);
      case FAILURE -> Failures.of(answer.getFailure());
      case DELETE, DELETE_RANGE, COMPARE_AND_SET, RESPONSE_NOT_SET ->
          new Outcome.Failed(
              "UNEXPECTED_ANSWER",
              "the server answered with " + answer.getResponseCase(),
              Retry.UNKNOWN_OUTCOME);
    };
  }

  static Outcome found(GetResponse response) {
    ByteString value = response.getFound() ? response.getValue() : null;
    return new Outcome.Found(value, response.getVersion());
  }
}
