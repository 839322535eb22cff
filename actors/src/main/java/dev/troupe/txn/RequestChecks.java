package dev.troupe.txn;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request must not contain, whoever checked it before. */
final class RequestChecks {
  private static final int NAME_LENGTH_MAX = 255;

  private RequestChecks() {}

  static TxnResponse.@Nullable Failed problem(TxnRequest request) {
    return switch (request) {
      case TxnRequest.Get get -> system(get.key());
      case TxnRequest.GetAll all -> keys(all);
      case TxnRequest.Put put -> system(put.key());
      case TxnRequest.Delete delete -> system(delete.key());
      case TxnRequest.Scan scan ->
          scan.span().overlaps(Keyspace.SYSTEM)
              ? system(Keyspace.SYSTEM.start())
              : scan.maxRows() < 1 || scan.maxBytes() < 1
                  ? ActiveTransaction.failed(
                      ErrorCode.INVALID_ARGUMENT, "a page of a scan needs room for a row")
                  : null;
      case TxnRequest.Savepoint savepoint -> name(savepoint.name());
      case TxnRequest.RollbackTo rollback -> name(rollback.name());
      case TxnRequest.Release release -> name(release.name());
      case TxnRequest.NotAfter bound -> null;
      case TxnRequest.Commit commit -> null;
      case TxnRequest.Rollback rollback -> null;
    };
  }

  static TxnResponse.@Nullable Failed problem(TxnRequest.OneShot request) {
    for (TxnRequest.Compare compare : request.compares()) {
      TxnResponse.Failed wrong = system(compare.key());
      if (wrong != null) {
        return wrong;
      }
    }
    for (List<TxnRequest.Operation> branch : List.of(request.then(), request.orElse())) {
      for (TxnRequest.Operation operation : branch) {
        TxnResponse.Failed wrong = problem(operation);
        if (wrong != null) {
          return wrong;
        }
      }
    }
    return null;
  }

  private static TxnResponse.@Nullable Failed keys(TxnRequest.GetAll all) {
    if (all.keys().isEmpty() || all.keys().size() > KvRequest.GetAll.KEYS_MAX) {
      return ActiveTransaction.failed(
          ErrorCode.INVALID_ARGUMENT,
          "from 1 to " + KvRequest.GetAll.KEYS_MAX + " keys can be read at once");
    }
    for (Key key : all.keys()) {
      TxnResponse.Failed wrong = system(key);
      if (wrong != null) {
        return wrong;
      }
    }
    return null;
  }

  private static TxnResponse.@Nullable Failed system(Key key) {
    return Keyspace.SYSTEM.contains(key)
        ? ActiveTransaction.failed(
            ErrorCode.INVALID_ARGUMENT, "key " + key + " is the system's own")
        : null;
  }

  private static TxnResponse.@Nullable Failed name(String name) {
    return name.isEmpty() || name.length() > NAME_LENGTH_MAX
        ? ActiveTransaction.failed(
            ErrorCode.INVALID_ARGUMENT,
            "the name of a savepoint has 1 to " + NAME_LENGTH_MAX + " characters")
        : null;
  }
}
