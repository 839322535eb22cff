package dev.troupe.client;

import com.google.protobuf.ByteString;
import dev.troupe.v1.GetResponse;
import dev.troupe.v1.Row;
import dev.troupe.v1.ScanResponse;
import dev.troupe.v1.TxnDeleteRequest;
import dev.troupe.v1.TxnGetRequest;
import dev.troupe.v1.TxnPutRequest;
import dev.troupe.v1.TxnScanRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** To and from the messages of the Txn service. Arrays are copied both ways. */
final class Messages {
  private Messages() {}

  static TxnGetRequest get(byte[] key, Lock lock) {
    return TxnGetRequest.newBuilder().setKey(ByteString.copyFrom(key)).setLock(lock.wire()).build();
  }

  static TxnPutRequest put(byte[] key, byte[] value) {
    return TxnPutRequest.newBuilder()
        .setKey(ByteString.copyFrom(key))
        .setValue(ByteString.copyFrom(value))
        .build();
  }

  static TxnDeleteRequest delete(byte[] key) {
    return TxnDeleteRequest.newBuilder().setKey(ByteString.copyFrom(key)).build();
  }

  static TxnScanRequest scan(Scan scan) {
    return TxnScanRequest.newBuilder()
        .setStart(ByteString.copyFrom(scan.start()))
        .setEnd(ByteString.copyFrom(scan.end()))
        .setLimit(scan.limit())
        .setReverse(scan.reverse())
        .setKeysOnly(scan.keysOnly())
        .setLock(scan.lock().wire())
        .build();
  }

  static byte @Nullable [] value(GetResponse response) {
    return response.getFound() ? response.getValue().toByteArray() : null;
  }

  static List<KeyValue> rows(ScanResponse page) {
    List<KeyValue> rows = new ArrayList<>(page.getRowsCount());
    for (Row row : page.getRowsList()) {
      rows.add(
          new KeyValue(row.getKey().toByteArray(), row.getValue().toByteArray(), row.getVersion()));
    }
    return rows;
  }
}
