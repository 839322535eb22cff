package dev.troupe.node.grpc;

import com.google.protobuf.ByteString;
import dev.troupe.v1.BeginRequest;
import dev.troupe.v1.CommitRequest;
import dev.troupe.v1.ReleaseRequest;
import dev.troupe.v1.RollbackRequest;
import dev.troupe.v1.RollbackToRequest;
import dev.troupe.v1.SavepointRequest;
import dev.troupe.v1.TxnDeleteRequest;
import dev.troupe.v1.TxnGetRequest;
import dev.troupe.v1.TxnOperation;
import dev.troupe.v1.TxnPutRequest;
import dev.troupe.v1.TxnScanRequest;
import dev.troupe.v1.TxnSessionRequest;

/** Short ways to say what a client of the transaction service sends. */
final class TxnMessages {
  private TxnMessages() {}

  static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  static TxnSessionRequest begin() {
    return begin(BeginRequest.newBuilder());
  }

  static TxnSessionRequest begin(BeginRequest.Builder begin) {
    return TxnSessionRequest.newBuilder().setBegin(begin).build();
  }

  static TxnSessionRequest get(long id, String key) {
    return TxnSessionRequest.newBuilder().setId(id).setGet(get(key)).build();
  }

  static TxnGetRequest.Builder get(String key) {
    return TxnGetRequest.newBuilder().setKey(bytes(key));
  }

  static TxnSessionRequest scan(long id, TxnScanRequest.Builder scan) {
    return TxnSessionRequest.newBuilder().setId(id).setScan(scan).build();
  }

  static TxnSessionRequest put(long id, String key, String value) {
    return TxnSessionRequest.newBuilder().setId(id).setPut(put(key, value)).build();
  }

  static TxnPutRequest.Builder put(String key, String value) {
    return TxnPutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value));
  }

  static TxnSessionRequest delete(long id, String key) {
    return TxnSessionRequest.newBuilder()
        .setId(id)
        .setDelete(TxnDeleteRequest.newBuilder().setKey(bytes(key)))
        .build();
  }

  static TxnSessionRequest savepoint(long id, String name) {
    return TxnSessionRequest.newBuilder()
        .setId(id)
        .setSavepoint(SavepointRequest.newBuilder().setName(name))
        .build();
  }

  static TxnSessionRequest rollbackTo(long id, String name) {
    return TxnSessionRequest.newBuilder()
        .setId(id)
        .setRollbackTo(RollbackToRequest.newBuilder().setName(name))
        .build();
  }

  static TxnSessionRequest release(long id, String name) {
    return TxnSessionRequest.newBuilder()
        .setId(id)
        .setRelease(ReleaseRequest.newBuilder().setName(name))
        .build();
  }

  static TxnSessionRequest commit(long id) {
    return TxnSessionRequest.newBuilder()
        .setId(id)
        .setCommit(CommitRequest.getDefaultInstance())
        .build();
  }

  static TxnSessionRequest rollback(long id) {
    return TxnSessionRequest.newBuilder()
        .setId(id)
        .setRollback(RollbackRequest.getDefaultInstance())
        .build();
  }

  static TxnOperation operation(TxnPutRequest.Builder put) {
    return TxnOperation.newBuilder().setPut(put).build();
  }

  static TxnOperation operation(TxnGetRequest.Builder get) {
    return TxnOperation.newBuilder().setGet(get).build();
  }

  static TxnOperation operation(TxnScanRequest.Builder scan) {
    return TxnOperation.newBuilder().setScan(scan).build();
  }
}
